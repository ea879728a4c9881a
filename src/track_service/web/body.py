"""Body and headers of a request, read strictly."""

import json
import re
from typing import Any

from flask import request
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from track_service.web.errors import Unfit

_KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?", re.ASCII)


def raw_body() -> bytes:
    """Return the bytes that were sent.

    A body that comes in chunks, without its length, is cut at the limit in silence: one
    that fills it is refused as too large.
    """
    body = request.get_data()
    most = request.max_content_length
    if request.content_length is None and most is not None and len(body) >= most:
        raise RequestEntityTooLarge
    return body


def json_body() -> Any:
    """Return the JSON that was sent: UTF-8, without NaN, not nested beyond reason."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Content-Type: application/json is wanted.")
    try:
        return json.loads(raw_body().decode(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.") from error


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def idempotency_key() -> str | None:
    """Return the `Idempotency-Key`, None where there is none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise Unfit(
            {"Idempotency-Key": ["1 to 255 printable ASCII characters."]}, code=400
        )
    return key
