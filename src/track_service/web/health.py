"""Health for machines: alive, ready, and the numbers behind a token."""

import hmac

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from track_service.store import figures
from track_service.web import metrics
from track_service.web.wiring import wired

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """Tell that the process answers; nothing else is looked at."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Tell whether the database answers; the details only to who knows the token."""
    parts = wired()
    try:
        with parts.database.read() as session:
            figures.look(session)
            details = figures.counts(session) if _knows_token() else {}
    except SQLAlchemyError:
        return jsonify(status="database does not answer"), 503
    return jsonify(status="ok", **details), 200


@bp.get("/metrics")
def numbers() -> Response:
    """Return the Prometheus exposition to who knows the token."""
    parts = wired()
    if not _knows_token():
        abort(404)
    with parts.database.read() as session:
        body = metrics.text(session, parts.counters, now=parts.desk.now())
    return Response(body, content_type="text/plain; version=0.0.4; charset=utf-8")


def _knows_token() -> bool:
    token = wired().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return token is not None and hmac.compare_digest(given.encode(), token.encode())
