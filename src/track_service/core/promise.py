"""How a parcel stands to the date that was promised to the shopper."""

from datetime import date, datetime, timedelta, tzinfo

from track_service.core.calendar import earliest, end_of, local_day, start_of, today
from track_service.core.judgement import PromiseState
from track_service.core.parcel import Shipment
from track_service.core.status import WILL_NOT_COME, Meaning, Status
from track_service.core.timeline import opened_by

GRACE = timedelta(minutes=10)  # clocks differ, and the last scan takes its time

_CALLED_OFF = frozenset({Status.RETURNING, Status.RETURNED, Status.CANCELLED})


def promise_state(shipment: Shipment, *, now: datetime, zone: tzinfo) -> PromiseState:
    """Return the state; `zone` is where the parcel is delivered.

    For a parcel that goes back or was cancelled no promise holds any more; a lost one
    has broken it. A parcel that waits to be collected has arrived.
    """
    promised, meaning = shipment.promised_on, shipment.meaning
    if promised is None or meaning.status in _CALLED_OFF:
        return PromiseState.NO_PROMISE
    if meaning.status is Status.DELIVERED:
        return _outcome(shipment, promised, now=now, zone=zone)
    if is_lost(meaning):
        return PromiseState.BROKEN
    if _is_over(shipment, promised, zone=zone):
        return PromiseState.LATE
    if _is_at_risk(shipment, promised, now=now, zone=zone):
        return PromiseState.AT_RISK
    return PromiseState.ON_TIME


def is_awaited(meaning: Meaning) -> bool:
    """Tell whether the shopper still waits for the carrier to bring the parcel."""
    over = _CALLED_OFF | {Status.DELIVERED, Status.AVAILABLE_FOR_PICKUP}
    return meaning.status not in over and not is_lost(meaning)


def is_lost(meaning: Meaning) -> bool:
    """Tell whether the parcel is lost, was disposed of or paid for."""
    return (meaning.status, meaning.sub) in WILL_NOT_COME


def expected_beyond(shipment: Shipment, *, zone: tzinfo) -> date | None:
    """Return the carrier's own last day where it lies after the promised one."""
    if shipment.promised_on is None or shipment.window is None:
        return None
    until = local_day(shipment.window.until, zone)
    return until if until > shipment.promised_on else None


def starts_beyond(shipment: Shipment) -> bool:
    """Tell whether even the carrier's own first day lies after the promised one."""
    promised, window = shipment.promised_on, shipment.window
    if promised is None or window is None:
        return False
    return window.start.local.date() > promised


def turns(shipment: Shipment, *, zone: tzinfo) -> list[datetime]:
    """Return when the calendar alone may change the state of a parcel on its way."""
    promised, status = shipment.promised_on, shipment.meaning.status
    if promised is None or not is_awaited(shipment.meaning):
        return []
    ends = [end_of(promised, zone) + GRACE]
    if status.before_hand_over:
        ends.append(_near(promised, zone))
    if status is Status.ATTEMPT_FAILED:
        ends.append(start_of(promised, zone))
    return ends


def _outcome(
    shipment: Shipment, promised: date, *, now: datetime, zone: tzinfo
) -> PromiseState:
    """Kept or broken; of a delivery without a date, what we know for certain."""
    if shipment.delivered_at is not None:
        on = local_day(shipment.delivered_at, zone)
        return PromiseState.KEPT if on <= promised else PromiseState.BROKEN
    if today(now, zone) <= promised:
        return PromiseState.KEPT
    before = PromiseState(shipment.promise_state)
    return PromiseState.BROKEN if before is PromiseState.LATE else before


def _is_over(shipment: Shipment, promised: date, *, zone: tzinfo) -> bool:
    """The promised day passed, and the carrier has since been seen not to deliver."""
    over = end_of(promised, zone)
    if shipment.meaning.status is Status.AVAILABLE_FOR_PICKUP:
        ready = opened_by(shipment.events)
        stamp = ready.stamp if ready else None
        return stamp is not None and earliest(stamp, zone) >= over
    return shipment.seen_at is not None and shipment.seen_at >= over


def _is_at_risk(
    shipment: Shipment, promised: date, *, now: datetime, zone: tzinfo
) -> bool:
    status = shipment.meaning.status
    if status is Status.AVAILABLE_FOR_PICKUP:
        return False
    day = today(now, zone)
    return (
        day > promised  # over, but we have not seen the carrier since
        or status is Status.EXCEPTION
        or (shipment.outlook is not None and shipment.outlook.risky)
        or expected_beyond(shipment, zone=zone) is not None
        or (status is Status.ATTEMPT_FAILED and day >= promised)
        or (status.before_hand_over and now >= _near(promised, zone))
    )


def _near(promised: date, zone: tzinfo) -> datetime:
    """From the day before, a parcel that was not handed over will hardly arrive."""
    return start_of(promised - timedelta(days=1), zone)
