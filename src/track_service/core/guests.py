"""One scan told twice: by the parcel's carrier and by an aggregator asked instead.

An aggregator copies what the carrier tells, and copies loosely: a coarser meaning, the
place in other letters, the minute cut or rounded, in UTC, as a bare wall clock, or as
one with a wrong offset. So its scan is the carrier's if the minute agrees and the
meanings can be one; the carrier's stands. Where the carrier names no zone and the
aggregator writes in UTC their clocks cannot be compared: such scans stay two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from track_service.core.merging import Known
from track_service.core.status import Status
from track_service.core.tracking import Event, Precision, Stamp, Tracking

_FAMILIES = (
    {Status.PREPARING, Status.PENDING, Status.INFO_RECEIVED},
    {Status.PICKED_UP, Status.IN_TRANSIT},
    {Status.ATTEMPT_FAILED, Status.EXCEPTION},
    {Status.RETURNING, Status.RETURNED},
)
_HALF_A_MINUTE = timedelta(seconds=30)


def heard(
    known: Sequence[Known], seen: Tracking, *, source: str, carrier: str
) -> Tracking:
    """Return a guest's answer without the scans that others have told already.

    What the carrier took back stays so, though an aggregator may tell it still. An
    answer of the parcel's `carrier` is returned as it is.
    """
    teller = _teller(source)
    if teller == carrier:
        return seen
    others = [
        row.event
        for row in known
        if _teller(row.source) != teller
        and (not row.withdrawn or _teller(row.source) == carrier)
    ]
    scans = tuple(e for e in seen.events if not _is_covered(e, others))
    return seen if len(scans) == len(seen.events) else replace(seen, events=scans)


def outdone(
    known: Sequence[Known], seen: Tracking, *, source: str, carrier: str
) -> frozenset[str]:
    """Return the keys of the guests' scans, marked or not, that the carrier tells now."""
    if _teller(source) != carrier:
        return frozenset()
    told = {event.key for event in seen.events}
    return frozenset(
        row.event.key
        for row in known
        if _teller(row.source) != carrier and row.event.key not in told
        if _is_covered(row.event, seen.events)
    )


def _teller(source: str) -> str:
    return source.partition(":")[2]


def _is_covered(guest: Event, scans: Iterable[Event]) -> bool:
    return any(_is_one(scan, guest) for scan in scans)


def _is_one(scan: Event, guest: Event) -> bool:
    return _may_mean(scan.meaning.status, guest.meaning.status) and _is_one_time(
        scan.stamp, guest.stamp
    )


def _may_mean(said: Status, guest: Status) -> bool:
    """Whether a guest's word may be a coarser one for what the carrier said."""
    if said is guest or guest is Status.UNKNOWN:
        return True
    if guest is Status.IN_TRANSIT:  # what aggregators say of all that is on its way
        return not said.before_hand_over
    return any({said, guest} <= family for family in _FAMILIES)


def _is_one_time(one: Stamp | None, guest: Stamp | None) -> bool:
    if guest is None:
        return True
    if one is None:
        return False
    if Precision.DAY in {one.precision, guest.precision}:
        return one.local.date() == guest.local.date()
    copied = _is_one_minute(one.local, guest.local)
    if copied or one.at is None:
        return copied
    in_utc = guest.local if guest.at is None else guest.at.replace(tzinfo=None)
    return _is_one_minute(one.at.replace(tzinfo=None), in_utc)


def _is_one_minute(one: datetime, guest: datetime) -> bool:
    cut, rounded = _minute(one), _minute(one + _HALF_A_MINUTE)
    return _minute(guest) in {cut, rounded}


def _minute(time: datetime) -> datetime:
    return time.replace(second=0, microsecond=0)
