"""Reviews of what was bought: by who gave the second factor, or holds a mail's link.

A mail's stars are links that open the page with them chosen: a GET writes nothing, and
scanners of mail open links too.
"""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from track_service.core.moderation import LONGEST, LONGEST_NAME
from track_service.core.parcel import Shipment
from track_service.core.reviews import STARS, Question
from track_service.core.tally import Tally
from track_service.services.asked_page import review_page
from track_service.services.page import page_language
from track_service.services.rating import asked_of
from track_service.services.review_link import is_invited
from track_service.services.reviewing import Words, lines, review
from track_service.store import reviews
from track_service.web import proofs
from track_service.web.care import parcel
from track_service.web.reader import wished, written
from track_service.web.tallying import count
from track_service.web.wiring import wired

bp = Blueprint("reviews", __name__)


@bp.get("/t/<token>/review", defaults={"proof": None})
@bp.get("/t/<token>/review/<proof>")
def ask(token: str, proof: str | None) -> ResponseReturnValue:
    """Ask for stars and words of what was bought, or thank."""
    shipment = parcel(token)
    return _refused(shipment, proof) or _page(shipment)


@bp.post("/t/<token>/review", defaults={"proof": None})
@bp.post("/t/<token>/review/<proof>")
def tell(token: str, proof: str | None) -> ResponseReturnValue:
    """Store reviews: one a product of the order, whatever is sent again."""
    proofs.refuse_foreign()
    shipment = parcel(token)
    refused = _refused(shipment, proof)
    if refused is not None:
        return refused
    said = _said(shipment)
    if not said:
        return _page(shipment, is_empty=True)
    new = review(
        wired().desk,
        shipment,
        said,
        name=written("name", LONGEST_NAME),
        consents=request.form.get("publish") == "yes",
        language=_language(shipment),
    )
    if new:
        count(shipment.brand, Tally.REVIEW_ANSWERED)
    return proofs.see(f"{request.path}?lang={_language(shipment)}")


def _refused(shipment: Shipment, proof: str | None) -> Response | None:
    """Return where to go instead: to be asked who it is, or where nothing is asked."""
    brand, desk = shipment.brand, wired().desk
    here, tongue = f"/t/{shipment.token}", f"?lang={_language(shipment)}"
    number = shipment.order.number
    if not (
        proofs.has_proof(brand, number)
        or is_invited(proof, brand, number, wall=desk.wall())
    ):
        return proofs.see(f"{here}/confirm{tongue}&then=review")
    with wired().database.read() as session:
        asked = asked_of(session, shipment, now=desk.now())
        may = asked is Question.REVIEW and lines(session, shipment)
    return None if may else proofs.see(f"{here}{tongue}")


def _said(shipment: Shipment) -> dict[str, Words]:
    """Return what was sent of each product that was bought; what else was is not read."""
    with wired().database.read() as session:
        bought = lines(session, shipment)
    stars = {str(n): n for n in STARS}
    given = {one.product: request.form.get(f"stars:{one.product}") for one in bought}
    return {
        product: Words(stars[sent], written(f"text:{product}", LONGEST))
        for product, sent in given.items()
        if sent in stars
    }


def _page(shipment: Shipment, *, is_empty: bool = False) -> Response:
    with wired().database.read() as session:
        bought = lines(session, shipment)
        done = reviews.of_order(session, shipment.id)
    language = _language(shipment)
    tapped = request.args.get("stars", "")
    wanted = request.args.get("product", "")
    preset = {wanted: int(tapped)} if tapped in {str(n) for n in STARS} else {}
    page = review_page(
        shipment,
        bought,
        done,
        language=language,
        action=f"{request.path}?lang={language}",
        preset=preset,
        is_empty=is_empty,
    )
    return proofs.answer("pages/review.html", page, 422 if is_empty else 200)


def _language(shipment: Shipment) -> str:
    return page_language(shipment, wished(shipment.brand))
