"""A crowd of parcels over all carriers and journeys, each somewhere in its life."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from track_service.sandbox.course import Kind
from track_service.sandbox.dice import dice
from track_service.sandbox.journeys import plan
from track_service.sandbox.numbers import new_number
from track_service.sandbox.parcels import Did, Parcel, local
from track_service.sandbox.places import LANES, Lane

_DECK = (
    *(Kind.SMOOTH,) * 9, *(Kind.EARLY,) * 2, *(Kind.SECOND_ATTEMPT,) * 2,
    *(kind for kind in Kind if kind not in (Kind.SMOOTH, Kind.EARLY)),
)  # fmt: skip
# What a crowd shows from its beginning, and would show by chance or late otherwise.
_ENDED = {"fedex": Kind.CANCELLED, "dhl_unified": Kind.REFUSED, "ghn": Kind.REFUSED}
_NO_COUNTER = {"ghn", "ghtk"}
_NO_CODE_FOR = {
    "usps": {Kind.LOST, Kind.DAMAGED, Kind.CANCELLED},
    "royal_mail": {Kind.LOST, Kind.DAMAGED, Kind.CANCELLED},
    "viettelpost": {Kind.LOST, Kind.DAMAGED},
}
_INSTEAD = {
    Kind.LOST: Kind.STALLED,
    Kind.DAMAGED: Kind.REFUSED,
    Kind.CANCELLED: Kind.NEVER_SHIPPED,
}


def crowd(
    count: int, *, start: datetime, seed: object, taken: set[str]
) -> Iterator[Parcel]:
    """Yield that many parcels, none with a taken number.

    Carriers take turns; each deals its own shuffled deck of journeys, so that all
    kinds come up. At `start` every parcel stands somewhere between shortly before
    its label and shortly after its end; a few have surely been cancelled or returned.
    """
    decks = {carrier: _deal(carrier, seed) for carrier in LANES}
    carriers = list(LANES)
    for place in range(count):
        carrier = carriers[place % len(carriers)]
        rng = dice(seed, carrier, "crowd", place)
        ended = _ENDED.get(carrier) if place < len(carriers) else None
        kind, lane = _fitting(carrier, ended or next(decks[carrier]), rng)
        number = new_number(carrier, rng, abroad=lane.abroad)
        while number in taken:
            number = new_number(carrier, rng, abroad=lane.abroad)
        taken.add(number)
        share = rng.uniform(1.05, 1.25) if ended else rng.uniform(-0.08, 1.25)
        yield _somewhere(
            lane, kind, carrier, number, share, start=start, seed=seed, rng=rng
        )


def held(*, start: datetime, seed: object, taken: set[str]) -> Parcel:
    """Return a parcel of FedEx that customs hold at `start`."""
    rng = dice(seed, "fedex", "held")
    lane = next(lane for lane in LANES["fedex"] if lane.abroad)
    number = new_number("fedex", rng, abroad=True)
    while number in taken:
        number = new_number("fedex", rng, abroad=True)
    label_at = start
    while True:  # nobody collects on a Sunday, so that it takes some trials
        life = plan(
            lane,
            Kind.CUSTOMS,
            carrier="fedex",
            number=number,
            label_at=label_at,
            seed=seed,
        )
        stopped = next(step.at for step in life.steps if step.did is Did.DELAYED)
        if stopped <= start:
            return life
        label_at -= timedelta(hours=3)


def _deal(carrier: str, seed: object) -> Iterator[Kind]:
    rng = dice(seed, carrier, "deck")
    while True:
        yield from rng.sample(_DECK, len(_DECK))


def _fitting(carrier: str, kind: Kind, rng: Random) -> tuple[Kind, Lane]:
    lanes = list(LANES[carrier])
    if kind in _NO_CODE_FOR.get(carrier, ()):
        kind = _INSTEAD[kind]
    if kind is Kind.PICKUP and carrier in _NO_COUNTER:
        kind = Kind.SECOND_ATTEMPT
    if kind is Kind.CUSTOMS:
        abroad = [lane for lane in lanes if lane.abroad]
        kind, lanes = (kind, abroad) if abroad else (Kind.SORTING, lanes)
    return kind, rng.choice(lanes)


def _somewhere(
    lane: Lane,
    kind: Kind,
    carrier: str,
    number: str,
    share: float,
    *,
    start: datetime,
    seed: object,
    rng: Random,
) -> Parcel:
    """Return a parcel that has lived this share of its life at `start`."""
    life = plan(lane, kind, carrier=carrier, number=number, label_at=start, seed=seed)
    length = max(life.steps[-1].at - start, timedelta(days=4))
    label_at = start - length * share
    here = local(label_at, lane.origin)
    office = here.replace(hour=9 + rng.randrange(7), minute=rng.randrange(60))
    label_at = office.astimezone(start.tzinfo)
    return plan(
        lane, kind, carrier=carrier, number=number, label_at=label_at, seed=seed
    )
