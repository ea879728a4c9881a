"""Receipts in: what providers of messages call back, proven by their own signatures."""

import structlog
from flask import Blueprint, Response, abort, request

from track_service.channels.base import Callback, CallbackRefused
from track_service.services import receipts
from track_service.web.body import raw_body
from track_service.web.wiring import wired

log = structlog.get_logger("track_service.channel_hooks")

MOST = 100_000  # bytes

bp = Blueprint("channel_hooks", __name__, url_prefix="/hooks/channels")


@bp.route("/<code>/<secret>", methods=["GET", "POST"])
def told(code: str, secret: str) -> Response:
    """Take one callback. eSMS calls by GET: the one GET of ours that writes.

    Nobody is shown that address, so no mail scanner opens it, and telling a thing twice
    changes nothing.
    """
    request.max_content_length = MOST
    parts = wired()
    post = parts.post
    try:
        hook = receipts.find_hook(post, code, secret)
        if request.method == "GET" and not hook.channel.calls_by_get:
            abort(405, valid_methods=["POST"])
        callback = Callback(
            raw_body(),
            {name.lower(): value for name, value in request.headers.items()},
            request.args.to_dict(),
            post.wall(),
        )
        receipts.take(post, parts.desk, hook, callback)
    except receipts.NoSuchHook:
        abort(404)
    except CallbackRefused as error:
        log.warning("callback refused", channel=code, reason=str(error))
        abort(401)
    return Response(status=204)
