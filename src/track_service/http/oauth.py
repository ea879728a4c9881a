"""OAuth 2 client credentials (RFC 6749, 4.4): how to ask for a token and read it."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from track_service.http.answer import Answer, Grant, HttpError, read_seconds
from track_service.http.wire import name_of

_USUAL = 300.0  # seconds, where the answer tells none
_LONGEST = 30 * 86400.0
_MARGIN = 60.0


@dataclass(frozen=True, slots=True)
class Question:
    """A request to be sent, maybe more than once."""

    method: str
    url: str
    params: Mapping[str, str] | None = None
    json: Any = None
    data: Mapping[str, str] | bytes | None = None
    headers: Mapping[str, str] | None = None
    auth: tuple[str, str] | None = None

    def bearing(self, token: str) -> "Question":
        """Return the question with the token in its headers."""
        bearer = {"Authorization": f"Bearer {token}"}
        return replace(self, headers={**(self.headers or {}), **bearer})


def token_key(account: str, grant: Grant) -> str:
    """Return where an account's token is kept: at most 100 characters, no secret."""
    parts = json.dumps([account, grant.url, grant.client_id, grant.scope])
    return hashlib.sha256(parts.encode()).hexdigest()


def ask_token(grant: Grant) -> Question:
    """Return the request for a token, in the grant's style."""
    wanted = {"grant_type": "client_credentials"}
    if grant.scope is not None:
        wanted["scope"] = grant.scope
    secret = {"client_id": grant.client_id, "client_secret": grant.client_secret}
    if grant.style == "basic":
        # UTF-8, where requests would take Latin-1 and fail on the rest.
        pair = f"{grant.client_id}:{grant.client_secret}".encode()
        basic = {"Authorization": f"Basic {b64encode(pair).decode()}"}
        return Question("POST", grant.url, data=wanted, headers=basic)
    if grant.style == "form":
        return Question("POST", grant.url, data=wanted | secret)
    return Question("POST", grant.url, json=wanted | secret)


def read_token(answer: Answer, grant: Grant) -> tuple[str, timedelta]:
    """Return the token and how long to use it, a safety margin taken off.

    Raises `HttpError` if the answer holds no token.
    """
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    token = told.get("access_token") if isinstance(told, dict) else None
    if not isinstance(token, str) or not token:
        raise HttpError(f"{name_of(grant.url)}: the answer holds no token")
    lasts = read_seconds(told.get("expires_in")) or _USUAL
    lasts = min(lasts, _LONGEST)
    return token, timedelta(seconds=lasts - min(_MARGIN, lasts / 10))
