"""OAuth 2 client credentials (RFC 6749, 4.4): how to ask for a token and read it."""

import json
from base64 import b64encode

from track_service.http.answer import Answer, Grant, HttpError, read_seconds
from track_service.http.signing_in import Question, SignIn
from track_service.http.wire import name_of

_USUAL = 300.0  # seconds, where the answer tells none


def granted(grant: Grant) -> SignIn:
    """Return how a grant is used up. Its `read` raises `HttpError` if no token comes."""

    def read(answer: Answer) -> tuple[str, float] | None:
        if answer.status is None or not 200 <= answer.status < 300:
            return None
        return _token(answer, grant)

    who = json.dumps([grant.client_id, grant.scope])
    return SignIn(_question(grant), who, read)


def _question(grant: Grant) -> Question:
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


def _token(answer: Answer, grant: Grant) -> tuple[str, float]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    token = told.get("access_token") if isinstance(told, dict) else None
    if not isinstance(token, str) or not token:
        raise HttpError(f"{name_of(grant.url)}: the answer holds no token")
    return token, read_seconds(told.get("expires_in")) or _USUAL
