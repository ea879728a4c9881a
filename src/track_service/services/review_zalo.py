"""Zalo's rating template: the delivery's stars, asked for and answered in the chat.

A brand sets it among its Zalo templates, by the kind of the notice (`review_request`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy.orm import Session

from track_service.channels.base import Answer, Message
from track_service.core import zns
from track_service.core.parcel import Shipment
from track_service.core.wishes import Wishes
from track_service.services.desk import Desk
from track_service.services.naming import carrier_label
from track_service.services.page import page_language
from track_service.services.post import Post
from track_service.services.rating import rate
from track_service.services.routes import canonical
from track_service.services.veil import veiled
from track_service.store import feedback, notices, shipments, suppressions, ways
from track_service.store.feedback import Said
from track_service.store.notices import Owed
from track_service.templating.voice import Voice

log = structlog.get_logger("track_service.review_zalo")

CHANNEL = "zalo_zns"


@dataclass(frozen=True, slots=True)
class Rating:
    """A filled rating template, and the settings of the brand's Zalo account."""

    payload: Mapping[str, object] = field(repr=False)
    settings: Mapping[str, str] = field(repr=False)


def rating(
    session: Session, shipment: Shipment, wishes: Wishes, *, kind: str
) -> Rating | None:
    """Return how Zalo asks a parcel's shopper for stars, None where it does not.

    Who has given stars already is not asked.
    """
    phone, brand_id = shipment.order.customer.phone, shipment.brand.id
    mine = [w for w in ways.of_brand(session, brand_id) if w.channel == CHANNEL]
    if not mine or not phone or not wishes.take(CHANNEL):
        return None
    settings = mine[0].settings
    template = json.loads(settings["templates"]).get(kind)
    same = canonical(CHANNEL, phone, settings)
    if template is None or suppressions.reason(session, brand_id, CHANNEL, same):
        return None
    said = feedback.of_shipment(session, shipment.id)
    if said is not None and said.stars is not None:
        return None
    try:
        data = zns.fill(template, _facts(shipment, wishes))
    except zns.Unfillable as error:
        log.info("template not filled", shipment=shipment.id, reason=str(error))
        return None
    return Rating(
        {"template_id": template["template_id"], "template_data": data}, settings
    )


def message(post: Post, owed: Owed, shipment: Shipment, of: Rating) -> Message:
    """Return the message that asks."""
    return Message(
        to=shipment.order.customer.phone or "",
        subject="",
        text="",
        payload=of.payload,
        settings=of.settings,
        key=owed.key,
        sent_at=post.wall(),
    )


def hear(desk: Desk, notice_id: int, answer: Answer, *, kind: str) -> bool:
    """Take a shopper's answer to a notice as the rating of its delivery.

    The first stars stand, so that an event that comes again, or late, changes nothing.
    False where it was not taken.
    """
    with desk.database.read() as session:
        owed = notices.by_ids(session, [notice_id])[notice_id]
        parcel_id = int(owed.concern) if owed.kind == kind else owed.shipment_id
        held = shipments.load(session, [parcel_id] if parcel_id is not None else [])
        said = feedback.of_shipment(session, parcel_id) if parcel_id else None
    if not held or (said is not None and said.stars is not None):
        return False
    return rate(desk, held[0].shipment, Said(stars=answer.stars, text=answer.text))


def _facts(shipment: Shipment, wishes: Wishes) -> dict[str, str | None]:
    voice = Voice(page_language(shipment, wishes.language))
    seen = veiled(shipment, voice, carrier_label(shipment))
    return {
        "brand": shipment.brand.name,
        "carrier": seen.carrier if seen.named else None,
        "customer": shipment.order.customer.name,
        "number": shipment.number if seen.named else None,
        "order": shipment.order.number,
        "page_path": f"t/{shipment.token}",
    }
