"""Read stored answers again, after a code table has grown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from track_service.carriers import carriers
from track_service.carriers.base import read
from track_service.core.timeline import Known
from track_service.core.tracking import Event, Tracking
from track_service.services import look
from track_service.services.ask import by_parcel
from track_service.services.poll import Desk, count_scans, wanted
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
        held = {h.shipment.id: h for h in shipments.load(session, kept.shipment_ids)}
        seen, _ = by_parcel({i: wanted(h) for i, h in held.items()}, readings)
        understood = history.understand(session, _named(held, seen))
        outcomes = [
            replace(
                look.answered(
                    # an old answer says nothing of what has been withdrawn since
                    _renamed(held[parcel_id], reading),
                    replace(reading, complete=False, window=None, problem=None),
                    eye,
                    source=source,
                ),
                asked=False,
            )
            for parcel_id, reading in seen.items()
            if reading.problem is None
        ]
        history.write(session, outcomes, now=eye.now, wall=desk.wall())
        session.commit()
    count_scans(desk.meters, kept.carrier, outcomes)
    added = sum(len(o.change.added) for o in outcomes)
    return Replayed(kept.id, kept.carrier, added, understood)


def _named(
    held: dict[int, Held], seen: dict[int, Tracking]
) -> list[tuple[int, str, Event]]:
    """Return (shipment, old key, scan) for what was unknown and is understood now."""
    return [
        (parcel_id, old.event.key, new)
        for parcel_id, reading in seen.items()
        for old in held[parcel_id].known
        for new in reading.events
        if _now_understood(old, new)
    ]


def _now_understood(old: Known, new: Event) -> bool:
    return old.event.meaning.status == "unknown" != new.meaning.status and (
        old.event.code,
        old.event.stamp,
        old.event.place,
    ) == (new.code, new.stamp, new.place)


def _renamed(held: Held, reading: Tracking) -> Held:
    """Return what is held, with its unknown scans read as they are understood now."""
    known = tuple(
        replace(
            old,
            event=next(
                (n for n in reading.events if _now_understood(old, n)), old.event
            ),
        )
        for old in held.known
    )
    standing = tuple(k.event for k in known if not k.withdrawn)
    return replace(held, known=known, shipment=replace(held.shipment, events=standing))
