"""Pushes in: a carrier's body is verified, kept and answered, then read."""

from functools import partial

import structlog
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import MethodNotAllowed

from track_service.carriers.base import Push
from track_service.services import pushed
from track_service.services.desk import Desk
from track_service.web.body import raw_body
from track_service.web.wiring import wired

log = structlog.get_logger("track_service.hooks")

_LATER = "600"  # seconds

bp = Blueprint("hooks", __name__, url_prefix="/hooks")


@bp.get("/carriers/<code>/<secret>")
def tried(code: str, secret: str) -> Response:
    """Tell a carrier that tries an address before it uses it that we are there."""
    hook = _hook(code, secret)
    if not hook.carrier.ack.tries_first:
        raise MethodNotAllowed(valid_methods=["POST"])
    return _answer(hook, taken=True)


@bp.post("/carriers/<code>/<secret>")
def carrier(code: str, secret: str) -> Response:
    """Take one push; the answer goes as soon as it is kept, and it is read then."""
    desk, hook = wired().desk, _hook(code, secret)
    push = Push(
        raw_body(),
        {name.lower(): value for name, value in request.headers.items()},
        request.args.to_dict(),
        request.path,
    )
    if not push.body and hook.carrier.ack.tries_first:
        return _answer(hook, taken=True)
    try:
        received = pushed.receive(desk, hook, push)
    except pushed.PushRefused:
        return _answer(hook, taken=False)
    except pushed.TooMuch:
        return Response(status=503, headers={"Retry-After": _LATER})
    response = _answer(hook, taken=True)
    response.call_on_close(partial(_read, desk, received))
    return response


def _hook(code: str, secret: str) -> pushed.Hook:
    try:
        return pushed.find_hook(wired().desk, code, secret)
    except pushed.NoSuchHook:
        abort(404)


def _answer(hook: pushed.Hook, *, taken: bool) -> Response:
    """Return what the carrier wants to hear; refused is 401."""
    ack = hook.carrier.ack
    return Response(
        ack.taken if taken else ack.refused,
        status=200 if taken else 401,
        content_type=ack.content_type,
    )


def _read(desk: Desk, received: pushed.Received) -> None:
    try:
        pushed.digest_push(desk, received)
    except Exception:
        # The answer is out and the body is kept: the next sweep reads it.
        log.exception("push not read at once")
