"""A storefront hands an order over: told anew as a whole, its parcels registered.

Platforms repeat themselves and tell things out of order, so nothing here depends on
what came first: an older payload adds parcels, but changes nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from track_service.core.handover import Buyer, Handover, Parcel, Stage
from track_service.core.parcel import Brand, Shipment
from track_service.services import order_notices, preparing
from track_service.services.calling_off import call_off
from track_service.services.goods import sold
from track_service.services.handed import cut, day, items_of, read_order, read_parcel
from track_service.services.intake import LONGEST_SERVICE
from track_service.services.minting import Mint
from track_service.services.register import (
    NewShipment,
    Refused,
    register_all,
    unregistered,
)
from track_service.store import adding, orders, pictures
from track_service.store.orders import Handed

_STAGES = list(Stage)
_LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Handing:
    """What taking an order takes: whose it is, of which platform, when and how.

    `reachable` are the carriers that can be asked, for numbers that come without one.
    Parcels that are new with a `past` order are quiet: nobody is ever told of them.
    `wall` is real time, where that is another than `now`.
    """

    brand: Brand
    platform: str
    now: datetime
    mint: Mint
    reachable: Collection[str] = ()
    past: bool = False
    wall: datetime | None = None


class Unknown(Exception):
    """The payload names an order that was never told of: it may be told later."""


def take(session: Session, at: Handing, of: Handover) -> tuple[int, list[Shipment]]:
    """Store an order; return its id, and the parcels that are new.

    An order that its shop had erased stays so, and one that the payload only names (is
    thin on) is not touched. Raises `Unknown`, and `Refused` for what cannot be an order.
    """
    known = of.external_id and orders.find(
        session, at.brand.id, at.platform, of.external_id
    )
    if known and (of.thin or known.erased_at is not None):
        return known.order_id, []
    number = known.number if known else of.number
    if number is None:
        raise Unknown(of.external_id)
    order = read_order(of, number, brand=at.brand)
    held = _hold(session, at, of, order.number)
    of = replace(_with_void(session, of, held), service=of.service or held.service)
    if is_old(of, held):
        parcels_alone = replace(of, buyer=Buyer(), currency=None, cod_amount=None)
        return held.order_id, _register(
            session, at, parcels_alone, held.order_id, order.number
        )
    adding.add_orders(session, [(at.brand.id, order, at.now)])
    _tell(session, at, of, held)
    preparing.note(session, of, held, now=at.now, past=at.past)
    if not at.past:
        wall = at.wall or at.now
        key = at.mint.name()
        order_notices.note(session, at.brand, of, held, key=key, now=at.now, wall=wall)
    sold.note(session, at.brand, at.platform, of, order, now=at.now, mint=at.mint)
    made = _register(session, at, of, held.order_id, order.number)
    void = [parcel for parcel in of.parcels or () if parcel.void]
    call_off(
        session, held.order_id, void, platform=at.platform, now=at.now, mint=at.mint
    )
    return held.order_id, made


def _with_void(session: Session, of: Handover, held: Handed) -> Handover:
    """Return a payload in which a parcel stays void that was so in any other.

    A cancelled fulfilment never comes back: its shop makes a new one.
    """
    parcels = of.parcels or ()
    ids = {one.external_id for one in parcels if one.void and one.external_id}
    void = orders.note_void(session, held.order_id, ids)
    if of.parcels is None or not void:
        return of
    told = (replace(p, void=p.void or p.external_id in void) for p in parcels)
    return replace(of, parcels=tuple(told))


def is_old(of: Handover, held: Handed) -> bool:
    """Tell whether a payload is older than what is held of its order."""
    at = _told_at(of)
    return at is not None and held.told_at is not None and at < held.told_at


def _told_at(of: Handover) -> datetime | None:
    return None if of.updated_at is None else of.updated_at.at


def _hold(session: Session, at: Handing, of: Handover, number: str) -> Handed:
    """Lock what is held of an order. Raises `Refused` for another one of its number.

    Two platforms of a brand, or two orders of one, may bear one number: neither's
    shopper must see what the other bought.
    """
    held = orders.hold(
        session,
        orders.begin(session, at.brand.id, number, now=at.now),
        brand_id=at.brand.id,
        platform=at.platform,
        external_id=of.external_id,
        token=at.mint.secret(),
    )
    mine = (at.platform, of.external_id or held.external_id)
    if (held.platform, held.external_id) != mine:
        raise Refused({"number": ["another order of this brand bears it"]})
    return held


def _tell(session: Session, at: Handing, of: Handover, held: Handed) -> None:
    service = cut(of.service, LONGEST_SERVICE)
    if service is not None and held.service is None:
        orders.serve(session, held.order_id, service)
    stage = of.stage
    if stage and held.stage and _STAGES.index(stage) < _STAGES.index(held.stage):
        stage = None  # what was packed is not unpacked by a payload that knows less
    if stage is held.stage:
        stage = None
    orders.tell(
        session,
        held.order_id,
        items=None if of.lines is None else items_of(of.lines),
        total=of.total,
        promised_on=day(of.promised, at.brand),
        stage=stage,
        staged_at=min(at.now, _told_at(of) or at.now),
        told_at=_told_at(of),
        cancelled_at=_cancelled_at(of, held, at.now),
        service=service,
    )
    pictures.want(session, (line.image_url for line in of.lines or ()), now=at.now)


def _cancelled_at(of: Handover, held: Handed, now: datetime) -> datetime | None:
    """Since when an order is cancelled; only a newer payload takes that back.

    A payment that failed may be made after all, and a deleted order be restored.
    """
    if of.cancelled:
        return held.cancelled_at or now
    told_at = _told_at(of)
    is_newer = told_at and (held.told_at is None or told_at > held.told_at)
    return None if of.cancelled is False and is_newer else held.cancelled_at


def _register(
    session: Session, at: Handing, of: Handover, order_id: int, number: str
) -> list[Shipment]:
    """Register the parcels that somebody can be asked for; note the others."""
    tracked: list[tuple[Parcel, NewShipment]] = []
    untracked: list[Parcel] = []
    for parcel in of.parcels or ():
        if parcel.void:
            continue
        new = parcel.number and read_parcel(
            of, parcel, number, brand=at.brand, reachable=at.reachable
        )
        if new and at.past:
            new = replace(new, quiet=True, status=parcel.status)
        if new:
            tracked.append((parcel, new))
        else:
            untracked.append(parcel)
    fresh = unregistered(session, at.brand, [new for _, new in tracked])
    made = register_all(session, at.brand, fresh, now=at.now, mint=at.mint)
    for parcel, new in tracked:
        orders.name_parcel(session, order_id, new.number, parcel.external_id)
    orders.note_untracked(
        session,
        order_id,
        [_link(one) for one in untracked],
        gone={
            name
            for parcel in of.parcels or ()
            if parcel not in untracked
            for name in (parcel.external_id, parcel.number)
        },
    )
    return made


def _link(parcel: Parcel) -> dict[str, Any]:
    return {
        "external_id": parcel.external_id,
        "carrier_stated": cut(parcel.carrier_stated, 80),
        "number": cut(parcel.number, 80),
        "url": parcel.url if len(parcel.url or "") <= _LONGEST_URL else None,
    }
