"""A link's page asks who its reader is: by the second factor, or by a link in a mail."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from track_service.core.parcel import Brand
from track_service.services import second_factor
from track_service.services.ask_page import ask_page, language_of
from track_service.services.second_factor import Verdict, ask_link, attempt
from track_service.store import ordered, shipments
from track_service.web import proofs
from track_service.web.reader import wished
from track_service.web.wiring import wired

bp = Blueprint("confirm", __name__)

_PAGES = frozenset({"problem", "delivery", "review"})
_LONGEST = 254


@bp.get("/t/<token>/confirm")
def ask(token: str) -> ResponseReturnValue:
    """Ask for the second factor."""
    return _ask(token, *_owner(token))


@bp.post("/t/<token>/confirm")
def confirm(token: str) -> ResponseReturnValue:
    """Judge the second factor, and open the page that was wanted."""
    proofs.refuse_foreign()
    brand, number = _owner(token)
    parts = wired()
    made = attempt(
        parts.database,
        brand,
        number=number,
        factor=request.form.get("factor", "").strip()[:_LONGEST],
        client=proofs.client(),
        wall=parts.desk.wall(),
        linked=True,
    )
    if made.verdict is Verdict.OPEN:
        return proofs.let_in(brand, number, _wanted(token, brand))
    message = "other" if made.verdict is Verdict.WRONG else made.verdict.value
    return _ask(token, brand, number, message)


@bp.post("/t/<token>/link")
def link(token: str) -> ResponseReturnValue:
    """Send the link to the address on file."""
    proofs.refuse_foreign()
    brand, number = _owner(token)
    desk = wired().desk
    ask_link(
        desk,
        brand,
        number=number,
        client=proofs.client(),
        wall=desk.wall(),
        linked=True,
    )
    return _ask(token, brand, number, "sent")


@bp.get("/t/<token>/open/<proof>")
def offer(token: str, proof: str) -> ResponseReturnValue:
    """Offer to open the order whose link was mailed: scanners of mail open links too."""
    brand, number = _owner(token)
    if not second_factor.is_proven(proof, brand, number, wall=wired().desk.wall()):
        return proofs.see(f"/t/{token}/confirm")
    page = ask_page(
        brand, language=_language(brand), action=request.path, link_action=""
    )
    return proofs.answer("pages/open.html", page)


@bp.post("/t/<token>/open/<proof>")
def open_(token: str, proof: str) -> ResponseReturnValue:
    """Open the order whose link was mailed."""
    proofs.refuse_foreign()
    brand, number = _owner(token)
    if not second_factor.is_proven(proof, brand, number, wall=wired().desk.wall()):
        return proofs.see(f"/t/{token}/confirm")
    return proofs.let_in(brand, number, _wanted(token, brand))


def _ask(
    token: str, brand: Brand, number: str, message: str | None = None
) -> ResponseReturnValue:
    if proofs.has_proof(brand, number):
        return proofs.see(_wanted(token, brand))
    language, then = _language(brand), _then()
    ask = f"?lang={language}" + (f"&then={then}" if then else "")
    page = ask_page(
        brand,
        language=language,
        action=f"/t/{token}/confirm{ask}",
        link_action=f"/t/{token}/link{ask}",
        message=message,
        back=f"/t/{token}?lang={language}",
    )
    status = {"other": 422, "locked": 429, "busy": 429}.get(message or "", 200)
    return proofs.answer("pages/ask.html", page, status)


def _wanted(token: str, brand: Brand) -> str:
    """Return the page that the second factor was asked for."""
    then = _then()
    return f"/t/{token}{f'/{then}' if then else ''}?lang={_language(brand)}"


def _then() -> str | None:
    then = request.args.get("then")
    return then if then in _PAGES else None


def _language(brand: Brand) -> str:
    return language_of(brand, wished(brand))


def _owner(token: str) -> tuple[Brand, str]:
    """Return whose page a link opens: brand and order number."""
    with wired().database.read() as session:
        found = shipments.by_token(session, token) or ordered.by_token(session, token)
    if found is None:
        abort(404)
    return found.brand, found.order.number
