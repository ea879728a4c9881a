"""Body and headers of a request, read strictly."""

import json
import re
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from track_service.web.errors import Unfit

_KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?", re.ASCII)


def json_body() -> Any:
    """Return the JSON that was sent: UTF-8, without NaN, not nested beyond reason."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Content-Type: application/json is wanted.")
    try:
        return json.loads(request.get_data().decode(), parse_constant=_no_number)
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
