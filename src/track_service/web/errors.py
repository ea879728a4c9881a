"""Errors: to a program as RFC 9457 problem details, to people as pages.

`errors` of a problem tells what is wrong by field: a dotted path, or `body`.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from track_service.services.intake import by_path
from track_service.services.register import AlreadyRegistered, KeyReused, Refused
from track_service.web import pages
from track_service.web.wiring import wired

_KINDS = "urn:problem-type:track-service:"
_MOST_FIELDS = 100  # a hostile body must not be answered by a longer one


class Unfit(HTTPException):
    """A header or query argument that is not taken, by its name."""

    code = 422
    description = "The request holds what is not taken; see errors."

    def __init__(self, fields: Mapping[str, list[str]], *, code: int = 422) -> None:
        super().__init__()
        self.code = code
        self.fields = fields


def register(app: Flask) -> None:
    """Let an app answer its failures by these rules."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(AlreadyRegistered, _already_registered)
    app.register_error_handler(KeyReused, _key_reused)
    app.after_request(_keep_private)


def is_api() -> bool:
    """Whether the request is for the API."""
    return request.path == "/api" or request.path.startswith("/api/")


def _is_hook() -> bool:
    """Whether the request is a push; its path holds a secret."""
    return request.path.startswith("/hooks/")


def problem(
    status: int,
    detail: str | None = None,
    *,
    kind: str | None = None,
    title: str | None = None,
    **more: Any,
) -> Response:
    """Return `application/problem+json`; a `kind` names a problem of our own."""
    content = {
        "type": f"{_KINDS}{kind}" if kind else "about:blank",
        "title": title or HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": None if _is_hook() else request.path,
        **more,
    }
    response = jsonify({k: v for k, v in content.items() if v is not None})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    if not (is_api() or _is_hook()):
        return pages.not_found(error) if error.code == 404 else error
    status = error.code or 500
    wrong = _wrong_fields(error)
    if wrong:
        response = _invalid(status, wrong)
    else:
        # What broke inside is Flask's to log and nobody's to read here.
        response = problem(status, error.description if status < 500 else None)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _wrong_fields(error: HTTPException) -> Mapping[str, list[str]]:
    if isinstance(error, Unfit):
        return error.fields
    # webargs leaves its messages here, under the place (`query`) that they are about
    messages = getattr(error, "data", {}).get("messages", {})
    return by_path({k: v for place in messages.values() for k, v in place.items()})


def _refused(error: Refused) -> ResponseReturnValue:
    return _invalid(422, error.fields, candidates=error.candidates or None)


def _invalid(status: int, fields: Mapping[str, list[str]], **more: Any) -> Response:
    shown = dict(list(fields.items())[:_MOST_FIELDS])
    return problem(
        status,
        "The request holds what is not taken; see errors.",
        kind="invalid",
        title="Invalid request",
        errors=shown,
        **more,
    )


def _already_registered(error: AlreadyRegistered) -> ResponseReturnValue:
    known = error.public_id
    href = f"{wired().base_url}/api/v1/shipments/{known}" if known else None
    return problem(
        409,
        "A shipment with this carrier and number is registered already.",
        kind="already-registered",
        title="Already registered",
        id=known,
        href=href,
    )


def _key_reused(_error: KeyReused) -> ResponseReturnValue:
    return problem(
        422,
        "This Idempotency-Key was used with another body; take a new one.",
        kind="idempotency-key-reused",
        title="Idempotency key reused",
    )


def _keep_private(response: Response) -> Response:
    if is_api():
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
    return response
