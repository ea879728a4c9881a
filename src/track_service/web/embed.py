"""What shops put into their own pages: a small script, and pages that fit a frame."""

from flask import Blueprint, Response, abort, send_from_directory
from flask.typing import ResponseReturnValue

from track_service.services.ask_page import ask_page, language_of
from track_service.services.published import reviews_page
from track_service.store import brands, embedding
from track_service.templating.engine import static_folder
from track_service.templating.render import render_framed
from track_service.web import pages
from track_service.web.reader import wished
from track_service.web.wiring import wired

bp = Blueprint("embed", __name__)


@bp.get("/embed.js")
def script() -> Response:
    """Serve our elements; the script's address never changes, so it is kept an hour."""
    response = send_from_directory(static_folder(), "embed.js")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/embed/t/<token>")
def tracking(token: str) -> ResponseReturnValue:
    """Show a parcel or an order without its frame, in one of the brand's own pages."""
    return pages.show(token, framed=True)


@bp.get("/embed/reviews/<code>/<path:product>")
def reviews(code: str, product: str) -> ResponseReturnValue:
    """Show what buyers say of a product, in one of the brand's own pages."""
    parts = wired()
    with parts.database.read() as session:
        brand = brands.by_code(session, code)
        if brand is None:
            abort(404)
        language = language_of(brand, wished(brand))
        hosts = embedding.origins(session, brand.id)
        page = reviews_page(
            session, brand, product, language=language, now=parts.desk.now()
        )
    if page is None:
        abort(404)
    response = Response(render_framed("reviews.html", page, hosts))
    response.headers["Content-Security-Policy"] = pages.framed_by(hosts)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Vary"] = "Accept-Language"
    return response


@bp.get("/embed/<code>")
def search(code: str) -> ResponseReturnValue:
    """Show a brand's look-up in one of its own pages; what it finds opens in a new tab.

    There our cookie is taken, as none is in another site's page.
    """
    with wired().database.read() as session:
        brand = brands.by_code(session, code)
        if brand is None:
            abort(404)
        hosts = embedding.origins(session, brand.id)
    language = language_of(brand, wished(brand))
    page = ask_page(
        brand,
        language=language,
        action=f"/b/{brand.code}/?lang={language}",
        link_action=f"/b/{brand.code}/link?lang={language}",
        number="",
    )
    response = Response(render_framed("ask.html", page, hosts))
    response.headers["Content-Security-Policy"] = pages.framed_by(hosts)
    response.headers["Referrer-Policy"] = "same-origin"  # else the form has no origin
    response.headers["Cache-Control"] = "no-store"
    return response
