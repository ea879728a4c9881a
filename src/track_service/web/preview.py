"""The preview of a theme that is not published: its link is secret and ends with it."""

from dataclasses import replace

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from track_service.core.parcel import Brand
from track_service.services.drafts import LASTS
from track_service.services.page import tracking_page
from track_service.services.samples import FIRST, STATES, sample
from track_service.store import drafts
from track_service.templating.look import brand_css
from track_service.templating.render import render
from track_service.web.proofs import unstored
from track_service.web.reader import wished
from track_service.web.wiring import wired

bp = Blueprint("preview", __name__)


@bp.get("/preview/<draft>/")
def first(draft: str) -> ResponseReturnValue:
    """Show a draft on a parcel that is under way."""
    return page(draft, FIRST)


@bp.get("/preview/<draft>/<state>")
def page(draft: str, state: str) -> ResponseReturnValue:
    """Show a draft on a made-up parcel of one state, with links to all others."""
    brand = _brand(draft)
    if state not in STATES:
        abort(404)
    now = wired().desk.now()
    made = tracking_page(
        sample(brand, state, now=now),
        now=now,
        carrier_label="Sample carrier",
        language=wished(brand),
    )
    look = replace(made.brand, css=f"/preview/{draft}/style.css")
    html = render(
        "pages/preview.html",
        replace(made, brand=look),
        states=[(name, name == state) for name in STATES],
    )
    return unstored(Response(html))


@bp.get("/preview/<draft>/style.css")
def style(draft: str) -> Response:
    """Serve the style sheet of a draft."""
    return unstored(Response(brand_css(_brand(draft)), content_type="text/css"))


def _brand(draft: str) -> Brand:
    since = wired().desk.wall() - LASTS
    with wired().database.read() as session:
        brand = drafts.opened(session, draft, since=since)
    return abort(404) if brand is None else brand
