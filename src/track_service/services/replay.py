"""Read stored answers again, after a code table has grown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from track_service.carriers import carriers
from track_service.carriers.base import read
from track_service.core.tidying import tidy
from track_service.core.timeline import Known
from track_service.core.tracking import Event, Tracking
from track_service.services import look
from track_service.services.ask import by_parcel
from track_service.services.desk import Desk
from track_service.services.poll import wanted
from track_service.services.pushed import believed
from track_service.services.recording import count_scans
from track_service.store import history, raw, shipments
from track_service.store.raw import Raw
from track_service.store.shipments import Held


@dataclass(frozen=True, slots=True)
class Replayed:
    """What reading one answer again came to: scans that are new, scans understood now."""

    raw_id: int
    carrier: str
    added: int
    understood: int


def replay(desk: Desk, *, carrier: str | None = None) -> Iterator[Replayed]:
    """Read every kept answer again, oldest first; each in a transaction of its own."""
    with desk.database.read() as session:
        ids = raw.ids(session, carrier)
    for raw_id in ids:
        with desk.database.read() as session:
            kept = raw.get(session, raw_id)
        if kept is not None and kept.carrier in carriers():
            yield _read_again(desk, kept)


def _read_again(desk: Desk, kept: Raw) -> Replayed:
    readings = read(carriers()[kept.carrier], kept.answer, push=kept.push)
    source = f"{'push' if kept.push else 'pull'}:{kept.carrier}"
    eye = desk.eye()
    with desk.database.write() as session:
        loaded = shipments.load(session, kept.shipment_ids, lock=True)
        if kept.push:
            loaded = believed(desk, kept, loaded)
        held = {h.shipment.id: h for h in loaded}
        seen, _ = by_parcel({i: wanted(h) for i, h in held.items()}, readings)
        named = {
            i: _understood(held[i], reading)
            for i, reading in seen.items()
            if reading.problem is None
        }
        understood = history.understand(
            session, [(i, key, e) for i, new in named.items() for key, e in new.items()]
        )
        outcomes = [
            look.read_again(_renamed(held[i], new), seen[i], eye, source=source)
            for i, new in named.items()
        ]
        history.write(session, outcomes, now=eye.now, wall=desk.wall())
        session.commit()
    count_scans(desk.meters, kept.carrier, outcomes)
    added = sum(len(o.change.added) for o in outcomes)
    return Replayed(kept.id, kept.carrier, added, understood)


def _understood(held: Held, reading: Tracking) -> dict[str, Event]:
    """Return, by their old keys, the unknown scans that can be read now."""
    told = [tidy(event) for event in reading.events]
    return {
        old.event.key: new
        for old in held.known
        for new in told
        if _now_understood(old, new)
    }


def _now_understood(old: Known, new: Event) -> bool:
    return old.event.meaning.status == "unknown" != new.meaning.status and (
        old.event.code,
        old.event.stamp,
        old.event.place,
    ) == (new.code, new.stamp, new.place)


def _renamed(held: Held, new: Mapping[str, Event]) -> Held:
    """Return what is held, with its unknown scans read as they are understood now.

    The page tells something else then, so it is a new version of the shipment.
    """
    if not new:
        return held
    by_key: dict[str, Known] = {}
    for old in sorted(held.known, key=lambda known: known.withdrawn):
        scan = replace(old, event=new.get(old.event.key, old.event))
        by_key.setdefault(scan.event.key, scan)
    known = tuple(by_key.values())
    parcel = replace(
        held.shipment,
        events=tuple(k.event for k in known if not k.withdrawn),
        version=held.shipment.version + 1,
    )
    return replace(held, known=known, shipment=parcel)
