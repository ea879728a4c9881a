"""Web push over HTTP: the service worker, our key, and a browser that follows or leaves."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Conflict

from track_service.core.tally import Tally
from track_service.services import pushing
from track_service.store.subscriptions import Browser
from track_service.templating.engine import static_folder
from track_service.web import proofs
from track_service.web.body import json_body
from track_service.web.tallying import count_of
from track_service.web.wiring import wired

bp = Blueprint("push", __name__)


@bp.get("/push.js")
def worker() -> Response:
    """Serve the service worker; browsers look for a new one by themselves."""
    response = send_from_directory(static_folder(), "push.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.post("/t/<token>/push/key")
def key(token: str) -> ResponseReturnValue:
    """Give the key that a browser subscribes with, the same for every link."""
    del token
    proofs.refuse_foreign()
    return jsonify(key=pushing.our_key(wired().desk))


@bp.post("/t/<token>/push")
def follow(token: str) -> ResponseReturnValue:
    """Let a browser hear of the link's parcels."""
    proofs.refuse_foreign()
    given = _given()
    keys = given.get("keys")
    keys = keys if isinstance(keys, dict) else {}
    browser = Browser(
        endpoint=_text(given, "endpoint"),
        p256dh=_text(keys, "p256dh"),
        auth=_text(keys, "auth"),
        language=_text(given, "language")[:12] or None,
    )
    try:
        known = pushing.follow(wired().desk, token, browser)
    except pushing.WrongBrowser as error:
        raise BadRequest(f"{error}: this is no browser's subscription.") from error
    except pushing.TooMany as error:
        raise Conflict("As many browsers follow this parcel as may.") from error
    if known:
        count_of(token, Tally.FOLLOW)
    return _done(known=known)


@bp.delete("/t/<token>/push")
def leave(token: str) -> ResponseReturnValue:
    """Let a browser hear of the link's parcels no more."""
    proofs.refuse_foreign()
    endpoint = _text(_given(), "endpoint")
    return _done(known=pushing.leave(wired().desk, token, endpoint))


def _done(*, known: bool) -> ResponseReturnValue:
    if not known:
        abort(404)
    return "", 204


def _given() -> dict[str, Any]:
    given = json_body()
    if not isinstance(given, dict):
        raise BadRequest("A JSON object is wanted.")
    return given


def _text(given: dict[str, Any], name: str) -> str:
    """Return a text as browsers write them, "" for letters that cannot be stored."""
    value = given.get(name, "")
    is_plain = isinstance(value, str) and value.isascii() and value.isprintable()
    return value if is_plain else ""
