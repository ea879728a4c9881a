"""The condition that a carrier names beside its scans, as one event of the history.

It is dated like a scan, so that it has its place among them; as it is no scan, it goes
as soon as a later answer shows it by a scan or names another condition.
"""

from collections.abc import Sequence
from dataclasses import replace

from track_service.core.merging import Change, Known
from track_service.core.ordering import in_order, ordering_time
from track_service.core.timeline import current
from track_service.core.tracking import Event, Tracking

_HEAD = "head:"


def follow(
    change: Change, known: Sequence[Known], seen: Tracking, *, source: str
) -> Change:
    """Return what an answer's scans change, and what the condition ahead of them does.

    Whoever told a head, any answer replaces it by its own; one that has none takes it
    back only if it is complete and, where it was pushed, not older. `Change.stated` is
    the key of the added event that is no scan.
    """
    if seen.problem is not None:
        return change
    heads = {row.event.key: row for row in known if is_head(row)}
    change, told = _without_twins(change, heads)
    head = _dated(known, seen, change)
    fallen = _fallen(heads, seen, head, source=source) - told
    if head is None:
        return replace(change, withdrawn=change.withdrawn | fallen)
    stands = {row.event.key: not row.withdrawn for row in known}
    change = replace(change, withdrawn=(change.withdrawn | fallen) - {head.key})
    if head.key not in stands:
        return replace(change, added=(*change.added, head), stated=head.key)
    if stands[head.key]:
        return change
    return replace(change, restored=change.restored | {head.key})


def told_by(source: str) -> str:
    """Return the source under which a head is kept: "head:ups" for "pull:ups"."""
    return _HEAD + source.partition(":")[2]


def is_head(row: Known) -> bool:
    """Tell whether an event of a history is no scan."""
    return row.source.startswith(_HEAD)


def _without_twins(
    change: Change, heads: dict[str, Known]
) -> tuple[Change, frozenset[str]]:
    """A scan that has a head's very key is that event, and keeps its row from now on."""
    told = frozenset(event.key for event in change.added) & heads.keys()
    again = {key for key in told if heads[key].withdrawn}
    added = tuple(event for event in change.added if event.key not in told)
    return replace(change, added=added, restored=change.restored | again), told


def _dated(known: Sequence[Known], seen: Tracking, change: Change) -> Event | None:
    """What is ahead of all scans; undated, it is true at the latest since the newest."""
    head = seen.ahead
    if head is None or not seen.events:
        return head
    standing = [
        row.event
        for row in known
        if not is_head(row)
        and (not row.withdrawn or row.event.key in change.restored)
        and row.event.key not in change.withdrawn
    ]
    if current([*standing, *change.added]).status is head.meaning.status:
        return None
    return replace(head, stamp=head.stamp or in_order(seen.events)[-1].stamp)


def _fallen(
    heads: dict[str, Known], seen: Tracking, head: Event | None, *, source: str
) -> frozenset[str]:
    if head is None and not seen.complete:
        return frozenset()
    stamps = [event.stamp for event in (*seen.events, *filter(None, [head]))]
    newest = max(map(ordering_time, stamps), default=ordering_time(None))
    asked = source.startswith("pull:")
    return frozenset(
        key
        for key, row in heads.items()
        if not row.withdrawn and (asked or ordering_time(row.event.stamp) <= newest)
    )
