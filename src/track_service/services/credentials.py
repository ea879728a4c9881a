"""A brand's API keys and hook secrets: struck, shown once, and revoked."""

from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.services.minting import Mint
from track_service.services.pushed import digest
from track_service.store import brands, credentials
from track_service.store.credentials import Credential, Kind

_HINT = 8  # characters, the prefix among them: enough to tell a brand's few apart
_HOOKS = 2  # the one in use, and the one that takes its place


class WrongCredential(Exception):
    """No such credential can be made or revoked; the message says why."""


def new_key(session: Session, brand: Brand, *, now: datetime, mint: Mint) -> str:
    """Store a new API key beside those that are valid, and return it."""
    key = f"tsk_{mint.secret()}"
    brands.add_key(session, brand.id, digest=digest(key), hint=key[:_HINT], now=now)
    return key


def new_hook_secret(
    session: Session, brand: Brand, *, now: datetime, mint: Mint
) -> str:
    """Store a new secret of the hook URLs and return it; the present one stays valid.

    Raises `WrongCredential` where two are valid already.
    """
    if len(credentials.valid(session, Kind.HOOK, brand.id)) >= _HOOKS:
        raise WrongCredential(f"{_HOOKS} hook secrets are valid: revoke one first")
    secret = f"tsh_{mint.secret()}"
    brands.add_hook_secret(
        session, brand.id, digest=digest(secret), hint=secret[:_HINT], now=now
    )
    return secret


def revoke(
    session: Session, brand: Brand, kind: Kind, hint: str, *, now: datetime
) -> Credential:
    """Revoke the valid credential that a hint names. Raises `WrongCredential`."""
    named = [c for c in credentials.valid(session, kind, brand.id) if c.hint == hint]
    if len(named) != 1:
        many = "more than one" if named else "none"
        raise WrongCredential(f"{many} that is valid begins with {hint!r}")
    credentials.revoke(session, kind, named[0], now=now)
    return named[0]


def revoke_older_hook_secret(
    session: Session, brand: Brand, *, now: datetime
) -> Credential:
    """End a rotation: the newest hook secret alone stays. Raises `WrongCredential`."""
    older = credentials.valid(session, Kind.HOOK, brand.id)[:-1]
    if not older:
        raise WrongCredential("there is no older hook secret beside the one in use")
    credentials.revoke(session, Kind.HOOK, older[0], now=now)
    return older[0]
