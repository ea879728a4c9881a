"""A history in memory, kept as store keeps it: rows are marked, never deleted."""

from collections.abc import Iterable

from track_service.core.heads import told_by
from track_service.core.taking import take
from track_service.core.timeline import Change, Known
from track_service.core.tracking import Event, Tracking


class History:
    def __init__(self, carrier: str = "ghn") -> None:
        self.known: list[Known] = []
        self._carrier = carrier

    def take(self, seen: Tracking, source: str = "pull:ghn") -> Change:
        change = take(self.known, seen, source=source, carrier=self._carrier)
        assert not {e.key for e in change.added} & {k.event.key for k in self.known}
        new = [
            Known(e, told_by(source) if e.key == change.stated else source)
            for e in change.added
        ]
        rows = [*self.known, *new]
        self.known = [Known(k.event, k.source, _mark(k, change)) for k in rows]
        return change

    def take_all(self, answers: Iterable[tuple[Tracking, str]]) -> "History":
        for seen, source in answers:
            self.take(seen, source)
        return self

    @property
    def events(self) -> list[Event]:
        return [k.event for k in self.known if not k.withdrawn]

    @property
    def keys(self) -> set[str]:
        return {event.key for event in self.events}


def _mark(row: Known, change: Change) -> bool:
    key = row.event.key
    return key in change.withdrawn or (row.withdrawn and key not in change.restored)
