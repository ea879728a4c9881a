"""What readers do with offers, noted first-party: seen, followed, objected to."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.selling import Arm
from track_service.services.minting import Mint
from track_service.services.recommending import buyers
from track_service.services.recommending.buyers import buyer, is_objected
from track_service.services.recommending.offers import Setting, offers
from track_service.services.recommending.shelf import Shelf
from track_service.store import (
    catalogue,
    ordered,
    pictures,
    selling,
    shipments,
    shoppers,
    siblings,
)
from track_service.store.db import Database

_ANOTHER_VIEW = timedelta(minutes=30)


def setting_of(session: Session, token: str) -> Setting | None:
    """Return the page of a link as it may offer something, None for an unknown link."""
    shipment = shipments.by_token(session, token)
    if shipment is not None:
        rest = siblings.rest_of_order(session, shipment)
        return Setting(shipment.brand, shipment.order, (shipment, *rest.parcels))
    order = ordered.by_token(session, token)
    if order is None:
        return None
    parcels = ordered.parcels(session, order.id)
    waits = order.cancelled_at is not None or order.late_since is not None
    return Setting(order.brand, order.order, parcels, waits)


def note_view(
    database: Database, shelf: Shelf, token: str, *, now: datetime
) -> Arm | None:
    """Note that a page is open that offers something, or would but for the hold-out.

    Both arms alike, so that they can be compared. Returns the arm, None where nothing
    is offered.
    """
    with database.read() as session:
        of = setting_of(session, token)
        if of is None or not selling.wishes(session, of.brand.id).is_on:
            return None
        whose = buyer(session, of.brand, of.order)
        known = whose and shoppers.find(session, of.brand.id, whose.shopper)
        last = known and selling.last_exposed(session, known.id)
        if last and now - last < _ANOTHER_VIEW:
            return None
        found = offers(session, shelf, of, now=now)
    if found is None or whose is None:
        return None
    with database.write() as session:
        if found.objects:
            buyers.follow(session, of.brand, whose)
            session.commit()
            return None
        pictures.want(session, (one.product.image_url for one in found.found), now=now)
        ids = shoppers.interned(session, of.brand.id, [found.shopper])
        selling.expose(session, of.brand.id, ids[found.shopper], found.arm, now=now)
        session.commit()
    return found.arm


def note_click(
    database: Database, token: str, external_id: str, *, now: datetime
) -> bool:
    """Note that a product's link was followed; False where there is nothing to note.

    Only of who was exposed and does not object.
    """
    with database.write() as session:
        of = setting_of(session, token)
        whose = buyer(session, of.brand, of.order) if of else None
        if of is None or whose is None:
            return False
        known = shoppers.find(session, of.brand.id, whose.shopper)
        product = catalogue.by_names(session, of.brand.id, [external_id])
        if known is None or not product or is_objected(session, of.brand, whose):
            return False
        if selling.last_exposed(session, known.id) is None:
            return False
        on = now.astimezone(ZoneInfo(of.brand.zone)).date()
        selling.click(session, of.brand.id, known.id, product[external_id].id, on=on)
        session.commit()
    return True


def note_objection(
    database: Database, token: str, *, objects: bool, now: datetime, mint: Mint
) -> bool:
    """Note that a shopper does not want offers made for them, or does again.

    It holds for every order of theirs; it is taken back by who has the mail address that
    it was made under. False for an unknown link.
    """
    with database.write() as session:
        of = setting_of(session, token)
        if of is None:
            return False
        if objects:
            key = shoppers.key(session, of.brand.id, fresh=mint.secret())
            buyers.object_to(session, of.brand, of.order, key=key, at=now)
        else:
            buyers.take_back(session, of.brand, of.order)
        session.commit()
    return True
