"""What leaves a page: its shared link, its calendar entry, its picture in a chat."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from track_service.core.parcel import Shipment
from track_service.services import calendar_entry
from track_service.services.cards import card
from track_service.services.page import page_language
from track_service.services.sharing import opened, shared_page
from track_service.store import brands
from track_service.templating.voice import Voice
from track_service.web import pages
from track_service.web.reader import wished
from track_service.web.wiring import wired

bp = Blueprint("sharing", __name__)


@bp.get("/s/<key>")
def shared(key: str) -> ResponseReturnValue:
    """Show a parcel's state and arrival to whoever it was shared with."""
    page, until, _ = pages.parcel_page(_opened(key))
    return pages.answer(shared_page(page), "shared.html", until=until)


@bp.get("/s/<key>/arrival.ics")
def shared_arrival(key: str) -> Response:
    """Give a calendar the expected arrival of a shared parcel."""
    return _arrival(_opened(key))


@bp.get("/t/<token>/arrival.ics")
def arrival(token: str) -> Response:
    """Give a calendar the expected arrival of a page's parcel."""
    shipment = pages.parcel_of(token)
    return abort(404) if shipment is None else _arrival(shipment)


@bp.get("/brand/<code>/card.png")
def brand_card(code: str) -> Response:
    """Serve the picture for chats; its address changes with the brand's look."""
    with wired().database.read() as session:
        brand, logo = brands.by_code(session, code), brands.logo(session, code)
    if brand is None:
        abort(404)
    response = Response(
        card(brand, logo[1] if logo else None), content_type="image/png"
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _opened(key: str) -> Shipment:
    with wired().database.read() as session:
        found = opened(session, key)
    return abort(404) if found is None else found


def _arrival(shipment: Shipment) -> Response:
    now, zone = wired().desk.now(), ZoneInfo(shipment.brand.zone)
    window = calendar_entry.awaited_window(shipment, now=now, zone=zone)
    if window is None:
        abort(404)
    voice = Voice(page_language(shipment, wished(shipment.brand)))
    link = pages.share_url(shipment)
    entry = calendar_entry.entry(shipment, window, voice, link=link)
    response = Response(
        calendar_entry.ics(entry, now=now), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="arrival.ics"'
    response.headers["Vary"] = "Accept-Language"
    return response
