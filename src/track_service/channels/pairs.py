"""Tokens that are used up by being renewed: kept before they are used, never in two."""

from datetime import datetime
from typing import Protocol


class Pairs(Protocol):
    """Tokens that are renewed by a refresh token that serves once, shared by processes.

    `key` names whose they are and the refresh token that the operator gave (`first`),
    but holds no secret: another one begins anew. `now` is wall time.
    """

    def access(self, key: str, *, now: datetime) -> str | None:
        """Return the access token that is valid at `now`, None if there is none."""
        ...

    def spend(self, key: str, first: str, *, now: datetime) -> str | None:
        """Return the refresh token to use now, and note that it is being used.

        None where another caller uses it, or where it is lost.
        """
        ...

    def put(self, key: str, access: str, refresh: str, *, expires_at: datetime) -> None:
        """Keep a new pair, sealed and committed, before anybody can use it."""
        ...

    def lost(self, key: str, spent: str, why: str) -> None:
        """Note that `spent` was refused, so that a new first token is wanted.

        A pair that was put by another caller meanwhile stays.
        """
        ...

    def expire(self, key: str, access: str) -> None:
        """Forget an access token that is taken no more; a newer one stays."""
        ...

    def trouble(self, key: str) -> str | None:
        """Return why no pair can be had, None if all is well."""
        ...
