"""One call to a carrier, and whose parcel each reading in its answer is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from track_service.carriers.base import Carrier, Wanted, failed, read
from track_service.core.ordering import ordering_time
from track_service.core.timeline import condition
from track_service.core.tracking import Tracking, Trouble
from track_service.http import Answer, CircuitOpen, HttpError, OverLimit, retry_after
from track_service.services import look

log = structlog.get_logger("track_service.ask")

UNREACHABLE = "unreachable"
_STOPPERS = {Trouble.AUTH, Trouble.THROTTLED}
_APART = timedelta(days=14)  # pieces that were sent together move within such a time


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one call: readings by parcel id, or why there are none.

    Parcels in neither were not asked after all. `at` is when they were. `back_in` is
    how long the carrier wants to be left alone, `stop` that the account should not be
    asked again at once.
    """

    answer: Answer | None = None
    seen: Mapping[int, Tracking] = field(default_factory=dict)
    missed: Mapping[int, Trouble | str] = field(default_factory=dict)
    at: datetime | None = None
    back_in: timedelta | None = None
    stop: bool = False


def ask(
    carrier: Carrier, parcels: Mapping[int, Wanted], *, now: datetime, wall: datetime
) -> Reply:
    """Put one call for up to `batch_size` parcels to a carrier."""
    try:
        answer = carrier.fetch(list(parcels.values()))
    except (CircuitOpen, OverLimit):
        return Reply(stop=True)
    except HttpError as error:
        trouble = UNREACHABLE if error.retry else Trouble.BAD_ANSWER
        return Reply(missed=dict.fromkeys(parcels, trouble))
    except Exception:
        # An adapter that stumbles over its carrier's sign-in or over one number: these
        # parcels are asked for again later, and the others are not held up.
        log.exception("carrier not asked", carrier=carrier.code)
        return Reply(missed=dict.fromkeys(parcels, Trouble.BAD_ANSWER))
    rest = Trouble.NOT_FOUND if carrier.leaves_off else Trouble.BAD_ANSWER
    seen, missed = by_parcel(parcels, read(type(carrier), answer), rest=rest)
    return Reply(
        answer,
        seen,
        missed,
        at=now,
        back_in=retry_after(answer, wall),
        stop=not _STOPPERS.isdisjoint(missed.values()),
    )


def by_parcel(
    parcels: Mapping[int, Wanted],
    readings: Sequence[Tracking],
    *,
    rest: Trouble = Trouble.BAD_ANSWER,
) -> tuple[dict[int, Tracking], dict[int, Trouble | str]]:
    """Return the reading of each parcel, and the trouble of those that have none.

    `rest` is what it means that an answer says nothing of a parcel.
    """
    found: dict[str, list[Tracking]] = {}
    for reading in readings:
        found.setdefault(plain(reading.number), []).append(reading)
    seen: dict[int, Tracking] = {}
    missed: dict[int, Trouble | str] = {}
    for parcel_id, wanted in parcels.items():
        mine = found.get(plain(wanted.number)) or found.get("", [])
        if not mine and len(parcels) == 1:  # some carriers answer with a longer number
            mine = list(readings)
        reading = _ours(mine or [failed(rest, "not in the answer", wanted.number)])
        if reading.problem is None or look.is_answer(reading):
            seen[parcel_id] = reading
        else:
            missed[parcel_id] = reading.problem.kind
    return seen, missed


def plain(number: str | None) -> str:
    """Return a number as carriers compare it: letters and digits, upper case."""
    return "".join(c for c in number or "" if c.isalnum()).upper()


def _ours(readings: Sequence[Tracking]) -> Tracking:
    """Return which of the parcels of one number tells how the shipment stands.

    Where a carrier used a number twice, ours moved last. Of pieces sent together it is
    one that is still on its way: only with the last of them has all arrived.
    """
    newest = max(map(_moved_at, readings))
    open_pieces = [
        reading
        for reading in readings
        if _is_on_its_way(reading) and newest - _moved_at(reading) < _APART
    ]
    return max(open_pieces or readings, key=lambda r: (look.is_answer(r), _moved_at(r)))


def _is_on_its_way(reading: Tracking) -> bool:
    status = condition(reading).status
    return not (status.is_final or status.before_hand_over)


def _moved_at(reading: Tracking) -> datetime:
    times = [ordering_time(event.stamp) for event in reading.events]
    return max(times, default=ordering_time(None))
