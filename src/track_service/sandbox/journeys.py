"""Believable journeys: a parcel's life as neutral steps with planned instants."""

from datetime import date, datetime, timedelta
from random import Random

from track_service.sandbox.course import ENDINGS, Course, Kind
from track_service.sandbox.dice import dice
from track_service.sandbox.parcels import Did, Parcel, Step
from track_service.sandbox.places import Lane

_UNSHIPPED = (Kind.CANCELLED, Kind.NEVER_SHIPPED)


def plan(
    lane: Lane,
    kind: Kind,
    *,
    carrier: str,
    number: str,
    label_at: datetime,
    seed: object,
) -> Parcel:
    """Return the whole life of one parcel, the part still to come included.

    The promise is the day on which the same parcel would have arrived without
    trouble, or a day later; an early one was promised two days later.
    """
    words = (seed, carrier, number)
    smooth = _steps(lane, Kind.SMOOTH, label_at, dice(*words))
    steps = _steps(lane, kind, label_at, dice(*words))
    rng = dice(*words, "promise")
    slack = 2 if kind is Kind.EARLY else rng.choice((0, 0, 1))
    cod = rng.choice((0, 150, 249, 399, 890)) * 1000 if lane.market == "vn" else 0
    return Parcel(
        carrier=carrier,
        number=number,
        kind=kind.value,
        market=lane.market,
        steps=tuple(steps),
        shipped_on=_day(smooth[1]),
        promised_on=_day(smooth[-1]) + timedelta(days=slack),
        origin=lane.origin,
        destination=lane.destination,
        abroad=lane.abroad,
        cod=cod,
    )


def _day(step: Step) -> date:
    return step.local.date()


def _steps(lane: Lane, kind: Kind, label_at: datetime, rng: Random) -> list[Step]:
    course = Course(lane, rng, label_at.replace(microsecond=0))
    course.note(Did.LABEL, lane.origin)
    if kind in _UNSHIPPED:
        if kind is Kind.CANCELLED:
            course.later(3, 30)
            course.note(Did.CANCELLED, lane.origin)
        return course.steps
    course.collect()
    if course.travel(kind):
        ENDINGS.get(kind, Course.deliver)(course)
    return course.steps
