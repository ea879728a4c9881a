"""Promise state and motion state; which concerns a parcel gives, and when each clears."""

from datetime import datetime, tzinfo

from track_service.core import motion, promise, standstill
from track_service.core.calendar import end_of, today
from track_service.core.concerns import concerns
from track_service.core.judgement import Concern as Concern
from track_service.core.judgement import ConcernKind as ConcernKind
from track_service.core.judgement import Judgement as Judgement
from track_service.core.judgement import MotionState as MotionState
from track_service.core.judgement import PromiseState as PromiseState
from track_service.core.parcel import Shipment


def judge(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Judgement:
    """Return the judgement; `zone` is where the parcel is delivered.

    A parcel is late only once the carrier answered after the promised day and told of
    no delivery: while we cannot see, nothing becomes late and no silence grows.
    `look_again_at` is the next instant at which time alone may change something, None
    if there is none.
    """
    turns = [
        *promise.turns(shipment, zone=zone),
        *motion.turns(shipment, now=now, zone=zone),
        *standstill.turns(shipment, now=now, zone=zone),
    ]
    if shipment.outlook is not None and promise.is_awaited(shipment.meaning):
        turns.append(end_of(today(now, zone), zone))  # foreseen anew, with its age
    return Judgement(
        promise_state=promise.promise_state(shipment, now=now, zone=zone),
        motion_state=motion.motion_state(shipment, now=now, zone=zone),
        concerns=concerns(shipment, now=now, zone=zone),
        look_again_at=min((at for at in turns if at > now), default=None),
    )
