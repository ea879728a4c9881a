"""Factories: parcels put into a state the way the service does it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from track_service.app import Service
from track_service.core.parcel import Brand, Customer, Item, Order, Shipment
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Problem,
    Stamp,
    Tracking,
    Trouble,
)
from track_service.services import look
from track_service.services.register import NewShipment, register
from track_service.store import history, shipments


def an_order(number="1001", **more) -> Order:
    kept = {
        "items": (Item("Lotus tea", 2, variant="100 g"),),
        "customer": Customer("Mai Example", "mai@shopper.example", "+84900000000"),
        "currency": "VND",
    }
    return Order(number, **(kept | more))


def an_event(status: Status, sub: str | None = None, *, at: datetime, **more) -> Event:
    """One scan at an aware time; `city` and `country` name its place."""
    place = Place(city=more.pop("city", None), country=more.pop("country", None))
    kept = {"code": str(status), "description": None} | more
    stamp = Stamp.aware(at, Precision.MINUTE)
    return Event(stamp, Meaning(status, sub), place=place, **kept)


def a_tracking(
    *events: Event, status: Status | None = None, sub: str | None = None, **more
) -> Tracking:
    """A complete answer; without `status` the scans alone tell the parcel's state."""
    stated = Meaning(status, sub) if status else UNKNOWN
    return Tracking(more.pop("number", "N1"), tuple(events), stated=stated, **more)


def no_tracking(trouble: Trouble, number="N1") -> Tracking:
    """An answer that the carrier gave, yet without a parcel."""
    return Tracking(number, problem=Problem(trouble, "no such parcel"), complete=False)


def a_parcel(
    of: Service, brand: Brand, *, carrier="ghn", number="N1", **more
) -> Shipment:
    """Register a parcel; `order`, `promised_on`, `shipped_on` as in `NewShipment`."""
    kept = {"order": an_order()} | more
    with of.database.write() as session:
        new = NewShipment(carrier=carrier, number=number, **kept)
        made = register(session, brand, new, now=of.clock.now(), mint=of.mint)
        session.commit()
    return made


def seen(
    of: Service, parcel: Shipment, *answers: Tracking, source: str | None = None
) -> Shipment:
    """Let the carrier answer, once an item of `answers`; return the parcel after."""
    for answer in answers:
        held, eye = held_of(of, parcel), of.desk.eye()
        outcome = look.answered(
            held, answer, eye, source=source or f"pull:{parcel.carrier}"
        )
        _write(of, [outcome])
    return held_of(of, parcel).shipment


def missed(of: Service, parcel: Shipment, trouble: Trouble, times: int = 1) -> Shipment:
    """Let questions fail: nothing is learnt of the parcel."""
    for _ in range(times):
        _write(of, [look.failed(held_of(of, parcel), trouble, of.desk.eye())])
    return held_of(of, parcel).shipment


def ago(now: datetime, **span: float) -> datetime:
    return now - timedelta(**span)


def held_of(of: Service, parcel: Shipment) -> shipments.Held:
    """What is held of a parcel now."""
    with of.database.read() as session:
        return shipments.load(session, [parcel.id])[0]


def _write(of: Service, outcomes: Sequence[history.Outcome]) -> None:
    with of.database.write() as session:
        history.write(session, outcomes, now=of.clock.now(), wall=of.clock.wall())
        session.commit()
