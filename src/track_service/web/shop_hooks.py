"""Orders in: a storefront's body is verified, kept and answered, then taken in."""

from functools import partial

import structlog
from flask import Blueprint, Response, abort, request

from track_service.services import hooked, taking
from track_service.services.handing import Unknown
from track_service.storefronts.base import BadPayload, Hook, Proven
from track_service.web.body import raw_body
from track_service.web.errors import problem
from track_service.web.wiring import Wiring, wired

log = structlog.get_logger("track_service.shop_hooks")

MOST = 5_000_000  # bytes
_REFUSALS = {
    Proven.REFUSED: "The body is not signed with this connection's secret.",
    Proven.STALE: "The body was sent too long ago, or ahead of our clock.",
}

bp = Blueprint("shop_hooks", __name__, url_prefix="/hooks/storefronts")


@bp.get("/<code>/<secret>")
def tried(code: str, secret: str) -> Response:
    """Answer a platform that tries an address before it uses it; nobody else."""
    hook = Hook(b"", query=request.args.to_dict())
    try:
        wanted = hooked.challenged(wired().desk, code, secret, hook)
    except hooked.NoSuchHook:
        abort(404)
    if wanted is None:
        abort(405, valid_methods=["POST"])
    return Response(wanted, content_type="text/plain; charset=utf-8")


@bp.post("/<code>/<secret>")
def storefront(code: str, secret: str) -> Response:
    """Take one body; the answer goes as soon as it is kept, and it is taken in then."""
    request.max_content_length = MOST
    parts = wired()
    hook = Hook(
        raw_body(),
        {name.lower(): value for name, value in request.headers.items()},
        request.args.to_dict(),
    )
    try:
        at_once = parts.spare.take(parts.desk.wall())
        received = hooked.receive(parts.desk, code, secret, hook, at_once=at_once)
    except hooked.NoSuchHook:
        abort(404)
    except hooked.HookRefused as error:
        return problem(401, _REFUSALS[error.proven])
    except BadPayload as error:
        return problem(400, str(error))
    response = Response(status=200 if received.wanted else 202)
    if received.hook_id is not None:
        response.call_on_close(partial(_take_in, parts, received.hook_id))
    return response


def _take_in(parts: Wiring, hook_id: int) -> None:
    try:
        taking.take_in(parts.desk, hook_id, mint=parts.mint)
    except Unknown:
        log.info("storefront hook waits for its order", hook=hook_id)
    except Exception:
        # The answer is out and the body is kept: it comes due again.
        log.exception("storefront hook not taken in at once", hook=hook_id)
