"""Pictures of products, from our own origin; their address is made of what they show."""

from flask import Blueprint, Response, abort

from track_service.store import pictures
from track_service.web.wiring import wired

bp = Blueprint("pictures", __name__)


@bp.get("/picture/<digest>-<int:edge>.webp")
def picture(digest: str, edge: int) -> Response:
    """Serve a picture, to be kept for ever."""
    with wired().database.read() as session:
        body = pictures.body(session, digest, edge) if edge < 10_000 else None
    if body is None:
        abort(404)
    response = Response(body, content_type="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
