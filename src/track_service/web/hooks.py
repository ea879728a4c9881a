"""Pushes in: a carrier's body is verified, kept, then read."""

from flask import Blueprint, Response, abort, request

from track_service.carriers.base import Push
from track_service.services import pushed
from track_service.web.wiring import wired

bp = Blueprint("hooks", __name__, url_prefix="/hooks")


@bp.post("/carriers/<code>/<secret>")
def carrier(code: str, secret: str) -> Response:
    """Take one push; the answer says that it is kept, before it is read."""
    parts = wired()
    push = Push(
        request.get_data(),
        {name.lower(): value for name, value in request.headers.items()},
        request.args.to_dict(),
    )
    try:
        received = pushed.receive(parts.desk, code, secret, push)
    except pushed.NoSuchHook:
        abort(404)
    except pushed.PushRefused:
        abort(401)
    pushed.digest_push(parts.desk, received)
    return Response('{"success": true}', content_type="application/json")
