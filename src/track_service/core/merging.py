"""What an answer adds to a history: new scans, and those that no longer stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from track_service.core.ordering import in_order, ordering_time
from track_service.core.status import Status
from track_service.core.tracking import Event, Precision, Stamp, Tracking

_PULL = "pull:"
_EXACTEST = (3, True)  # of `_exactness`


@dataclass(frozen=True, slots=True)
class Known:
    """A scan that the history holds: who told it first, and whether it stands."""

    event: Event
    source: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer changes: new scans; keys that no longer stand, or stand again.

    `withdrawn` holds what the carrier has taken back and what another scan of `added`
    or `restored` tells more exactly: marked, never deleted. `stated` is the key of the
    one of `added` that is no scan, but stated beside them (`core.heads`).
    """

    added: tuple[Event, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    restored: frozenset[str] = frozenset()
    stated: str | None = None


def merge(known: Sequence[Known], seen: Tracking, *, source: str) -> Change:
    """Return what `seen`, told by `source` ("pull:ups", "push:ghn"), changes.

    Two scans of one key are one. So are two that mean the same where one states its
    time less exactly (a day, a local minute without offset, no time at all), or names
    no place at all, and the other agrees with it as far as it goes: the exact one
    stands, whichever came first. Several exact ones may share one vague twin: it tells
    nothing that they do not. Hence the scans that stand depend on what was told, not
    on the order.

    Only a complete pull answer with scans and without a problem takes scans back, only
    those that its own source told first, and none older than its oldest, since carriers
    drop old scans. A scan that shows up again stands again.
    """
    rows = {row.event.key: row for row in known}  # a key takes time to make: once each
    standing = {key: row.event for key, row in rows.items() if not row.withdrawn}
    fallen = {key: row.event for key, row in rows.items() if row.withdrawn}
    told = _exact(seen.events)
    added: dict[str, Event] = {}
    restored: dict[str, Event] = {}
    for key, event in told.items():
        if key in standing or _is_told_by(event, standing.values()):
            continue
        again = _among(key, event, fallen)
        if again is None:
            added[key] = event
        else:
            restored[again] = fallen[again]
    fresh = [*added.values(), *restored.values()]
    vague = {key for key, event in standing.items() if _is_told_by(event, fresh)}
    back: set[str] = set()
    if seen.complete and not seen.problem and source.startswith(_PULL):
        own = {key: e for key, e in standing.items() if rows[key].source == source}
        back = _taken_back(own, told)
    return Change(tuple(added.values()), frozenset(vague | back), frozenset(restored))


def _exact(events: Iterable[Event]) -> dict[str, Event]:
    """One scan a key, oldest first, without those that another tells more exactly."""
    by_key: dict[str, Event] = {}
    for event in in_order(events):
        by_key.setdefault(event.key, event)
    scans = by_key.values()
    return {key: e for key, e in by_key.items() if not _is_told_by(e, scans)}


def _among(key: str, event: Event, fallen: Mapping[str, Event]) -> str | None:
    """The key of the marked scan that is the same as this one, the exactest of them."""
    twins = [k for k, scan in fallen.items() if k == key or _tells(scan, event)]
    return max(twins, key=lambda k: (_exactness(fallen[k]), k), default=None)


def _taken_back(own: Mapping[str, Event], told: Mapping[str, Event]) -> set[str]:
    """The source's own scans that its whole history does not hold any more.

    A scan without a time cannot be placed: it may be older than the answer.
    """
    dated = [ordering_time(e.stamp) for e in told.values() if e.stamp is not None]
    return {
        key
        for key, event in own.items()
        if dated and event.stamp is not None and key not in told
        if ordering_time(event.stamp) >= min(dated)
        if not _is_repeated(event, told.values())
    }


def _is_repeated(event: Event, told: Iterable[Event]) -> bool:
    return any(_tells(e, event) or _tells(event, e) for e in told)


def _is_told_by(event: Event, others: Iterable[Event]) -> bool:
    if _exactness(event) == _EXACTEST:  # spares a long history n² comparisons
        return False
    return any(_tells(other, event) for other in others)


def _tells(exact: Event, vague: Event) -> bool:
    """Whether `exact` says all that `vague` says, and its time or place more exactly."""
    return (
        _says_when(exact.stamp, vague.stamp)
        and _says_what_and_where(exact, vague)
        and exact.key != vague.key  # last: a key takes time to make
    )


def _says_when(exact: Stamp | None, vague: Stamp | None) -> bool:
    """Compared as stated, not as instants: each form is the exacter one cut short."""
    if vague is None:
        return True
    if exact is None:
        return False
    if vague.precision is Precision.DAY:
        return exact.local.date() == vague.local.date()
    if exact.precision is Precision.DAY or _minute(exact) != _minute(vague):
        return False
    return vague.offset in {None, exact.offset}


def _says_what_and_where(exact: Event, vague: Event) -> bool:
    if _what(exact) != _what(vague):
        return False
    return not _has_place(vague) or _what_and_where(exact) == _what_and_where(vague)


def _exactness(event: Event) -> tuple[int, bool]:
    stamp = event.stamp
    if stamp is None:
        when = 0
    elif stamp.precision is Precision.DAY:
        when = 1
    else:
        when = 2 if stamp.offset is None else 3
    return when, _has_place(event)


def _minute(stamp: Stamp) -> datetime:
    return stamp.local.replace(second=0, microsecond=0)


def _has_place(event: Event) -> bool:
    place = event.place
    return any((place.city, place.region, place.country, place.postal))


def _what(event: Event) -> tuple[str | None, ...]:
    status, sub = event.meaning.status, event.meaning.sub
    return status, sub, event.code if status is Status.UNKNOWN else None


def _what_and_where(event: Event) -> str:
    return event.key.partition("|")[2]
