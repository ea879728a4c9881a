"""The public keys that hooks are signed with: fetched when one is wanted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import structlog

from track_service.http import Answer, HttpError

log = structlog.get_logger("track_service.keyring")

_GOOD_FOR = timedelta(days=1)
_PATIENCE = timedelta(minutes=1)  # between two tries: nobody makes us ask at each push


@dataclass(slots=True)
class _Held:
    keys: Mapping[str, Any] | None = None
    fetched_at: datetime | None = None
    tried_at: datetime | None = None
    fetching: Lock = field(default_factory=Lock)


class Keyring:
    """Keys of one process, by whose they are. Threads may share it.

    One day old at most: a key that is taken back is not trusted for longer.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, _Held] = {}

    def keys(
        self,
        owner: str,
        key_id: str,
        fetch: Callable[[], Answer],
        *,
        wall: datetime,
        anew: bool = False,
    ) -> Mapping[str, Any] | None:
        """Return an owner's public keys (JWK) by id; None where they cannot be had.

        Asks by `fetch` where the key is not held, or is held and wanted `anew`, at most
        once a minute; who comes while another asks does not wait for him.
        """
        with self._lock:
            held = self._held.setdefault(owner, _Held())
        fresh = held.fetched_at is not None and wall - held.fetched_at < _GOOD_FOR
        if fresh and not anew and held.keys is not None and key_id in held.keys:
            return held.keys
        rested = held.tried_at is None or wall - held.tried_at >= _PATIENCE
        if rested and held.fetching.acquire(blocking=False):
            try:
                held.tried_at = wall
                found = _fetched(owner, fetch)
                if found is not None:
                    held.keys, held.fetched_at, fresh = found, wall, True
            finally:
                held.fetching.release()
        return held.keys if fresh else None


def _fetched(owner: str, fetch: Callable[[], Answer]) -> Mapping[str, Any] | None:
    """Return the keys of a JWK set (RFC 7517, 5); None where there is none."""
    try:
        answer = fetch()
        keys = json.loads(answer.body)["keys"] if answer.status == 200 else None
        found = {key["kid"]: key for key in keys or ()}
    except (HttpError, ValueError, KeyError, TypeError, RecursionError) as error:
        log.warning("keys not fetched", owner=owner, error=str(error))
        return None
    return found or None
