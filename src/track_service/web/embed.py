"""What shops put into their own pages: a small script, and pages that fit a frame."""

from flask import Blueprint, Response, send_from_directory
from flask.typing import ResponseReturnValue

from track_service.templating.engine import static_folder
from track_service.web import pages

bp = Blueprint("embed", __name__)


@bp.get("/embed.js")
def script() -> Response:
    """Serve `<track-service-order>`; its address never changes, so it is kept an hour."""
    response = send_from_directory(static_folder(), "embed.js")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/embed/t/<token>")
def tracking(token: str) -> ResponseReturnValue:
    """Show a parcel or an order without its frame, in one of the brand's own pages."""
    return pages.show(token, framed=True)
