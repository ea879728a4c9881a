"""The shopper's page, its styles, and the beat that says somebody is looking."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    request,
    send_from_directory,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from track_service.carriers import carriers
from track_service.core.ordered import Ordered
from track_service.core.parcel import Brand, Item, Order, Shipment
from track_service.services import pictures, watching, wishes
from track_service.services.freshness import day_ends, etag, fresh_until
from track_service.services.naming import carrier_label
from track_service.services.order_page import is_parcel_alone, order_page
from track_service.services.page import TrackingPage, page_language, tracking_page
from track_service.services.rating import prompt
from track_service.services.recommending.offers import Setting
from track_service.services.share_link import share_key
from track_service.store import (
    brands,
    cases,
    embedding,
    ordered,
    shipments,
    vouchers,
)
from track_service.store.figures import TEST_CARRIER
from track_service.store.history import promises
from track_service.store.siblings import rest_of_order
from track_service.templating.catalog import SOURCE_LANGUAGE, first_spoken, languages
from track_service.templating.engine import static_folder
from track_service.templating.look import brand_css
from track_service.templating.render import (
    Context,
    render,
    render_framed,
    render_simple,
)
from track_service.web import offers, proofs, recent
from track_service.web.reader import accepted, wished
from track_service.web.tallying import count_view
from track_service.web.wiring import wired

bp = Blueprint("pages", __name__)

_YEAR = 31_536_000
_PREVIEWERS = (
    "facebookexternalhit",
    "LinkedInBot",
    "Slackbot-LinkExpanding",
    "TelegramBot",
    "Twitterbot",
    "WhatsApp",
    "ZaloBot",
)
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self';"
    " connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors "
)
POLICY = f"{_POLICY}'none'"


@bp.before_app_request
def refuse_nul() -> None:
    """Know no address with a NUL in it: PostgreSQL takes none as text."""
    if "\0" in request.path:
        abort(404)


@bp.get("/t/<token>")
def tracking(token: str) -> ResponseReturnValue:
    """Show a parcel or an order to whoever holds its link; nothing is written.

    An order's link shows its only parcel as that parcel's own does.
    """
    return show(token)


def show(token: str, *, framed: bool = False) -> Response:
    """Return the page of a link; `framed` is for the brand's own pages to embed."""
    recent.keep()
    with wired().database.read() as session:
        shipment = shipments.by_token(session, token)
        order = None if shipment else ordered.by_token(session, token)
        followed = ordered.parcels(session, order.id) if order else []
        found = shipment or order
        if found is None:
            abort(404)
        hosts = embedding.origins(session, found.brand.id) if framed else None
    if order and not is_parcel_alone(order, followed):
        return _order(order, followed, hosts, token)
    page, until, parcels = parcel_page(shipment or _sent(followed)[0])
    if not parcels[0].inward:  # who sends something back is sold nothing on its page
        of = Setting(parcels[0].brand, parcels[0].order, parcels)
        page = replace(page, offers=offers.block_of(of, token, page.language))
    proven = page.care.is_open
    return answer(page, "tracking.html", hosts, until=until, proven=proven)


def _order(
    order: Ordered,
    followed: Sequence[Shipment],
    hosts: Sequence[str] | None,
    token: str,
) -> Response:
    now = wired().desk.now()
    with wired().database.read() as session:
        there = _pictures(session, order.order.shown)
    page = order_page(
        order,
        [(one, _label(one)) for one in followed],
        now=now,
        language=wished(order.brand),
        origin=order.brand.home(wired().base_url),
        pictures=there,
    )
    until = [day_ends(order.brand, now), *(fresh_until(one, now) for one in followed)]
    waits = order.cancelled_at is not None or order.late_since is not None
    of = Setting(order.brand, order.order, followed, waits)
    page = replace(
        page,
        offers=offers.block_of(of, token, page.language),
        preferences=_preferences(order.brand, order.order, page.language),
    )
    proven = proofs.has_proof(order.brand, order.order.number)
    return answer(page, "order.html", hosts, until=min(until), proven=proven)


def _preferences(brand: Brand, order: Order, language: str) -> str | None:
    """Return where a buyer chooses what to be told, for who has proven to be that."""
    if not proofs.has_proof(brand, order.number):
        return None
    parts = wired()
    with parts.database.read() as session:
        return wishes.page_url(
            session, brand, order.customer, base_url=parts.base_url, language=language
        )


def _pictures(session: Session, items: Iterable[Item]) -> dict[str, str]:
    return pictures.shown(session, (item.image_url for item in items))


def parcel_of(token: str) -> Shipment | None:
    """Return the parcel that a link shows, None for no parcel or several."""
    with wired().database.read() as session:
        shipment = shipments.by_token(session, token)
        order = None if shipment else ordered.by_token(session, token)
        followed = ordered.parcels(session, order.id) if order else []
    sent = _sent(followed)
    return shipment or (sent[0] if len(sent) == 1 else None)


def _sent(followed: Sequence[Shipment]) -> list[Shipment]:
    """Return the parcels on their way to the shopper."""
    return [parcel for parcel in followed if not parcel.inward]


def share_url(shipment: Shipment) -> str:
    """Return the absolute address at which a parcel is shown to others."""
    return f"{shipment.brand.home(wired().base_url)}/s/{share_key(shipment)}"


def parcel_page(
    shipment: Shipment,
) -> tuple[TrackingPage, datetime, tuple[Shipment, ...]]:
    """Return a parcel's page, until when it stays so by time, and the parcels on it.

    Its own parcel is the first of them.
    """
    parts, now = wired(), wired().desk.now()
    language = page_language(shipment, wished(shipment.brand))
    with parts.database.read() as session:
        blind = watching.is_blind(
            session, shipment.asked_of or shipment.carrier, wall=parts.desk.wall()
        )
        dated = shipment.window or shipment.outlook
        shown = promises(session, shipment.id) if dated else ()
        rest = rest_of_order(session, shipment)
        told = cases.of_shipment(session, shipment.id)
        there = _pictures(session, (*shipment.order.shown, *rest.ordered))
        asked = prompt(session, shipment, language, told=told, now=now)
        proven = proofs.has_proof(shipment.brand, shipment.order.number)
        voucher = vouchers.shown(session, shipment.id) if proven else None
    page = tracking_page(
        shipment,
        now=now,
        carrier_label=_label(shipment),
        carrier_url=_carrier_url(shipment),
        language=language,
        blind=blind,
        shown=shown,
        others=[(other, _label(other)) for other in rest.parcels],
        ordered=rest.ordered,
        cases=told,
        proven=proven,
        voucher=voucher,
        origin=shipment.brand.home(parts.base_url),
        pictures=there,
    )
    parcels = (shipment, *rest.parcels)
    chosen_at = _preferences(shipment.brand, shipment.order, language)
    page = replace(page, feedback=asked, preferences=chosen_at)
    return page, min(fresh_until(one, now) for one in parcels), parcels


def answer(
    page: Context,
    template: str,
    hosts: Sequence[str] | None = None,
    *,
    until: datetime,
    proven: bool = False,
) -> Response:
    """Return a page, or 304 to whoever has it; it says the same `until` then.

    `hosts` are the origins whose pages may hold it in a frame, None for no such page.
    `proven`: the second factor opened it, so that it may name the buyer or tell what
    they bought before: nobody keeps it.
    """
    tag = etag(page, *(hosts or ()))
    response = make_response()
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Language"
    response.headers["Expires"] = format_datetime(until, usegmt=True)
    if proven:
        proofs.unstored(response)
    if hosts is not None:
        response.headers["Content-Security-Policy"] = framed_by(hosts)
    if request.if_none_match.contains_weak(tag) and not proven:
        response.status_code = 304
        return response
    response.content_type = "text/html; charset=utf-8"
    response.set_data(
        render(f"pages/{template}", page)
        if hosts is None
        else render_framed(template, page, hosts)
    )
    return response


def framed_by(hosts: Sequence[str]) -> str:
    """Return the policy of a page that pages of these origins may hold in a frame."""
    return _POLICY + " ".join(hosts or ("'none'",))


def _label(shipment: Shipment) -> str:
    if shipment.carrier == TEST_CARRIER:
        return "Test carrier"
    return carrier_label(shipment)


def _carrier_url(shipment: Shipment) -> str | None:
    carrier = carriers().get(shipment.carrier)
    url = carrier.page_url if carrier else None
    return url.format(number=quote(shipment.number, safe="")) if url else None


@bp.post("/t/<token>/watching")
def look_on(token: str) -> ResponseReturnValue:
    """Learn that the page is open and visible: its parcel is asked for more often."""
    parts = wired()
    if not watching.watch(parts.desk, token):
        abort(404)
    offers.note_view(token)
    if request.form.get("opened"):  # the first word of a page, not a later minute's
        count_view(token, parcel_of(token))
    return "", 204


@bp.get("/static/<path:name>")
def static(name: str) -> Response:
    """Serve our own few files; their address changes with their content."""
    response = send_from_directory(static_folder(), name)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


@bp.get("/brand/<code>.css")
def style(code: str) -> Response:
    """Serve a brand's colours: a file, so that no inline style is needed."""
    with wired().database.read() as session:
        brand = brands.by_code(session, code)
    if brand is None:
        abort(404)
    response = Response(brand_css(brand), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/brand/<code>/logo")
def logo(code: str) -> Response:
    """Serve a brand's logo; its address changes with the picture."""
    with wired().database.read() as session:
        found = brands.logo(session, code)
    if found is None:
        abort(404)
    kind, picture = found
    response = Response(picture, content_type=kind)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """Ask robots to stay away from what only link holders should see.

    Those that fetch a link because somebody shared it show the brand's card.
    """
    allowed = "".join(f"User-agent: {robot}\n" for robot in _PREVIEWERS)
    text = f"{allowed}Disallow:\n\nUser-agent: *\nDisallow: /\n"
    return Response(text, content_type="text/plain")


@bp.after_app_request
def guard(response: Response) -> Response:
    """Give every answer the headers that keep it private and unframed."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    return response


def not_found(_error: HTTPException) -> ResponseReturnValue:
    """Answer an unknown link and a wrong one alike."""
    language = first_spoken(*accepted(), offered=languages()) or SOURCE_LANGUAGE
    html = render_simple("pages/not_found.html", language=language)
    return html, 404, {"Cache-Control": "no-store", "Vary": "Accept-Language"}
