"""How was the delivery: one tap on the parcel's page, and two questions after it.

The link is all that it takes, for a link is all that a shopper has at hand; a GET writes
nothing.
"""

from collections.abc import Container

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from track_service.core.parcel import Shipment
from track_service.core.reviews import LIKELY, STARS
from track_service.core.tally import Tally
from track_service.services.asked_page import feedback_page
from track_service.services.page import page_language
from track_service.services.rating import prompt, rate
from track_service.store import cases
from track_service.store.feedback import Said
from track_service.web import proofs
from track_service.web.care import parcel
from track_service.web.reader import wished, written
from track_service.web.tallying import count
from track_service.web.wiring import wired

bp = Blueprint("feedback", __name__)


@bp.get("/t/<token>/feedback")
def ask(token: str) -> ResponseReturnValue:
    """Ask what is still open of a delivery, or thank."""
    return _page(parcel(token))


@bp.post("/t/<token>/feedback")
def tell(token: str) -> ResponseReturnValue:
    """Take a tap, or the form; the same again, or twice at once, counts once."""
    shipment = parcel(token)
    said = Said(
        stars=_number("stars", STARS),
        likely=_number("likely", LIKELY),
        is_right={"yes": True, "no": False}.get(request.form.get("right", "")),
        text=written("text"),
    )
    if said == Said():
        return _page(shipment, is_empty=True)
    if rate(wired().desk, shipment, said) and said.stars:
        count(shipment.brand, Tally.FEEDBACK_ANSWERED)
    return proofs.see(f"/t/{token}/feedback?lang={_language(shipment)}")


def _number(name: str, allowed: Container[int]) -> int | None:
    given = request.form.get(name, "")
    number = (
        int(given) if given.isascii() and given.isdigit() and len(given) < 3 else -1
    )
    return number if number in allowed else None


def _page(shipment: Shipment, *, is_empty: bool = False) -> Response:
    language = _language(shipment)
    with wired().database.read() as session:
        told = cases.of_shipment(session, shipment.id)
        now = wired().desk.now()
        asked = prompt(session, shipment, language, told=told, now=now)
    if asked is None:
        return proofs.see(f"/t/{shipment.token}?lang={language}")
    page = feedback_page(shipment, asked, language=language, is_empty=is_empty)
    return proofs.answer("pages/feedback.html", page, 422 if is_empty else 200)


def _language(shipment: Shipment) -> str:
    return page_language(shipment, wished(shipment.brand))
