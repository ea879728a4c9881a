"""A brand's look-up: by order or tracking number, and what only the buyer knows.

Whatever is wrong, the answer is the same, so that nobody learns which orders there are.
"""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from track_service.core.factor import spellings
from track_service.core.parcel import Brand
from track_service.core.tally import Tally
from track_service.services.ask_page import ask_page, language_of, state_alone
from track_service.services.brands import number_on_test_page
from track_service.services.naming import carrier_label
from track_service.services.second_factor import (
    Verdict,
    ask_link,
    attempt,
    may_look,
)
from track_service.services.state import State
from track_service.store import brands, factors
from track_service.web import proofs
from track_service.web.reader import wished
from track_service.web.tallying import count
from track_service.web.wiring import wired

bp = Blueprint("lookup", __name__)

_LONGEST = 254
_STATUS = {"wrong": 422, "needed": 422, "locked": 429, "busy": 429}


@bp.get("/b/<code>/")
def form(code: str) -> ResponseReturnValue:
    """Show the empty form."""
    return _page(_brand(code))


@bp.post("/b/<code>/")
def search(code: str) -> ResponseReturnValue:
    """Open an order, or show the state of a parcel by its tracking number alone."""
    proofs.refuse_foreign()
    brand, number = _brand(code), _given("number")
    factor = _given("factor")
    if number_on_test_page(brand) not in spellings(number):
        count(brand, Tally.LOOK_UP)
    if not factor:
        return _by_number_alone(brand, number)
    parts = wired()
    made = attempt(
        parts.database,
        brand,
        number=number,
        factor=factor,
        client=proofs.client(),
        wall=parts.desk.wall(),
    )
    if made.verdict is Verdict.OPEN and made.order and made.order.token:
        to = f"/t/{made.order.token}?lang={_language(brand)}"
        return proofs.let_in(brand, made.order.number, to)
    # An order without any page yet is as good as none.
    message = "wrong" if made.verdict is Verdict.OPEN else made.verdict.value
    return _page(brand, number=number, message=message)


@bp.post("/b/<code>/link")
def link(code: str) -> ResponseReturnValue:
    """Send the link to the address on file, if there is one; the answer tells nothing."""
    proofs.refuse_foreign()
    brand, number = _brand(code), _given("number")
    desk = wired().desk
    ask_link(desk, brand, number=number, client=proofs.client(), wall=desk.wall())
    return _page(brand, number=number, message="sent")


def _by_number_alone(brand: Brand, number: str) -> Response:
    parts = wired()
    wall = parts.desk.wall()
    if not may_look(parts.database, brand, client=proofs.client(), wall=wall):
        return _page(brand, number=number, message="busy")
    with parts.database.read() as session:
        shipment = factors.parcel(session, brand.id, spellings(number))
    if shipment is None:
        return _page(brand, number=number, message="needed")
    found = state_alone(
        shipment,
        language=_language(brand),
        carrier_label=carrier_label(shipment),
        now=parts.desk.now(),
    )
    return _page(brand, number=number, found=found)


def _page(
    brand: Brand,
    *,
    number: str = "",
    message: str | None = None,
    found: State | None = None,
) -> Response:
    language = _language(brand)
    page = ask_page(
        brand,
        language=language,
        action=f"/b/{brand.code}/?lang={language}",
        link_action=f"/b/{brand.code}/link?lang={language}",
        number=number,
        message=message,
        found=found,
    )
    return proofs.answer("pages/ask.html", page, _STATUS.get(message or "", 200))


def _brand(code: str) -> Brand:
    with wired().database.read() as session:
        brand = brands.by_code(session, code)
    if brand is None:
        abort(404)
    return brand


def _language(brand: Brand) -> str:
    return language_of(brand, wished(brand))


def _given(name: str) -> str:
    return request.form.get(name, "").strip()[:_LONGEST]
