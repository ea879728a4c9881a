"""Auth: which brand an API key speaks for."""

from typing import cast

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from track_service.core.parcel import Brand
from track_service.services.pushed import digest
from track_service.store import brands
from track_service.web.wiring import wired


def authenticate() -> None:
    """Let in who shows a key that is not revoked; else 401."""
    shown = request.authorization
    if shown is None or shown.type != "bearer" or not shown.token:
        raise _refusal("Authorization: Bearer <API key> is wanted.")
    with wired().database.read() as session:
        brand = brands.by_key(session, digest(shown.token))
    if brand is None:
        raise _refusal("This API key is unknown or revoked.", error="invalid_token")
    g.brand = brand


def brand() -> Brand:
    """Return the brand whose key the present request carries."""
    return cast("Brand", g.brand)


def _refusal(why: str, **values: str | None) -> Unauthorized:
    challenge = WWWAuthenticate("bearer", {"realm": "track-service", **values})
    return Unauthorized(why, www_authenticate=challenge)
