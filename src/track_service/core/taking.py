"""What an answer adds to a history, whoever tells it: carrier, aggregator, any head."""

from collections.abc import Sequence
from dataclasses import replace

from track_service.core import guests, heads
from track_service.core.merging import Change, Known, merge
from track_service.core.tracking import Tracking


def take(
    known: Sequence[Known], seen: Tracking, *, source: str, carrier: str
) -> Change:
    """Return what `seen`, told by `source` ("pull:ups"), changes.

    `carrier` is the parcel's own; an aggregator that was asked instead is a guest.
    """
    scans = [row for row in known if not heads.is_head(row)]
    seen = guests.heard(scans, seen, source=source, carrier=carrier)
    outdone = guests.outdone(scans, seen, source=source, carrier=carrier)
    rest = [row for row in scans if row.event.key not in outdone]
    change = merge(rest, seen, source=source)
    gone = {r.event.key for r in scans if not r.withdrawn} & outdone
    change = replace(change, withdrawn=change.withdrawn | gone)
    return heads.follow(change, known, seen, source=source)
