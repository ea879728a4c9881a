"""Web push: browsers that want to hear when a parcel moves, and what they are told."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.channels.base import Message
from track_service.channels.webpush import is_browsers, new_key, public_key
from track_service.core.parcel import Shipment
from track_service.services.desk import Desk
from track_service.services.naming import carrier_label
from track_service.services.page import page_language
from track_service.services.rest import other_parcel
from track_service.store import ordered, shipments, subscriptions
from track_service.store.notices import Owed
from track_service.store.subscriptions import Browser
from track_service.templating.links import web_link
from track_service.templating.voice import Voice

_LONGEST = 1000  # characters of an endpoint


class WrongBrowser(Exception):
    """What was given is no browser's subscription."""


class TooMany(Exception):
    """As many browsers follow the parcel as may."""


@dataclass(frozen=True, slots=True)
class Follower:
    """The browser that a notice is for, and our key."""

    browser: Browser
    private: str = field(repr=False)


def our_key(desk: Desk) -> str:
    """Return the public key that browsers subscribe with; the first call makes it."""
    with desk.database.write() as session:
        if subscriptions.key(session) is None:
            subscriptions.keep_key(session, new_key(), now=desk.now())
        private = subscriptions.key(session)
        session.commit()
    return public_key(private or "")


def follow(desk: Desk, token: str, browser: Browser) -> bool:
    """Let a browser hear of a link's parcels; False for an unknown link.

    Raises `WrongBrowser` and `TooMany`.
    """
    endpoint = browser.endpoint
    if len(endpoint) > _LONGEST or web_link(endpoint) is None:
        raise WrongBrowser("endpoint")
    if not is_browsers(browser.p256dh, browser.auth):
        raise WrongBrowser("keys")
    with desk.database.write() as session:
        parcels = _parcels(session, token)
        for parcel in parcels:
            if not subscriptions.add(
                session, parcel.id, browser, digest=_digest(endpoint), now=desk.now()
            ):
                raise TooMany
        session.commit()
    return bool(parcels)


def leave(desk: Desk, token: str, endpoint: str) -> bool:
    """Let a browser hear of a link's parcels no more; False for an unknown link."""
    with desk.database.write() as session:
        parcels = _parcels(session, token)
        for parcel in parcels:
            subscriptions.remove(session, parcel.id, _digest(endpoint))
        session.commit()
    return bool(parcels)


def followers(session: Session, claimed: Sequence[Owed]) -> Mapping[int, Follower]:
    """Return the browser that each notice is for, by the notice's id."""
    mine = [owed for owed in claimed if owed.channel == subscriptions.CHANNEL]
    private = subscriptions.key(session) if mine else None
    if private is None:
        return {}
    found = subscriptions.browsers(session, {owed.shipment_id or 0 for owed in mine})
    return {
        owed.id: Follower(found[owed.shipment_id or 0, owed.target], private)
        for owed in mine
        if (owed.shipment_id or 0, owed.target) in found
    }


def message(
    owed: Owed,
    shipment: Shipment,
    follower: Follower,
    *,
    subject: str,
    now: datetime,
    wall: datetime,
) -> Message:
    """Return how a parcel stands now, and nothing personal but the brand's name."""
    brand, browser = shipment.brand, follower.browser
    told = other_parcel(
        shipment,
        Voice(page_language(shipment, browser.language)),
        now=now,
        zone=ZoneInfo(brand.zone),
        carrier_label=carrier_label(shipment),
    )
    body = f"{told.headline} {told.when or ''}".strip()
    return Message(
        to=browser.endpoint,
        subject=brand.name,
        text=body,
        payload={
            "title": brand.name,
            "body": body,
            "path": f"/t/{shipment.token}",
            "tag": shipment.public_id,
        },
        settings={
            "p256dh": browser.p256dh,
            "auth": browser.auth,
            "private": follower.private,
            "subject": subject,
        },
        key=owed.key,
        sent_at=wall,
    )


def _parcels(session: Session, token: str) -> list[Shipment]:
    shipment = shipments.by_token(session, token)
    if shipment is not None:
        return [shipment]
    order = ordered.by_token(session, token)
    return list(ordered.parcels(session, order.id)) if order else []


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()
