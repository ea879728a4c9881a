"""The public keys that carriers sign their pushes with: fetched when one is wanted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import structlog

from track_service.carriers.base import Carrier
from track_service.http import HttpError

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
    """Keys of one process, by carrier. Threads may share it.

    One day old at most: a key that a carrier takes back is not trusted for longer.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, _Held] = {}

    def keys(
        self, carrier: Carrier, key_id: str, *, wall: datetime
    ) -> Mapping[str, Any] | None:
        """Return a carrier's public keys (JWK) by id; None where they cannot be had.

        Asks the carrier where the key is not held, at most once a minute; who comes
        while another asks does not wait for him.
        """
        with self._lock:
            held = self._held.setdefault(carrier.code, _Held())
        fresh = held.fetched_at is not None and wall - held.fetched_at < _GOOD_FOR
        if fresh and held.keys is not None and key_id in held.keys:
            return held.keys
        rested = held.tried_at is None or wall - held.tried_at >= _PATIENCE
        if rested and held.fetching.acquire(blocking=False):
            try:
                held.tried_at = wall
                found = _fetch(carrier)
                if found is not None:
                    held.keys, held.fetched_at, fresh = found, wall, True
            finally:
                held.fetching.release()
        return held.keys if fresh else None


def _fetch(carrier: Carrier) -> Mapping[str, Any] | None:
    """Return the keys of a JWK set (RFC 7517, 5); None where there is none."""
    try:
        answer = carrier.fetch_keys()
        keys = json.loads(answer.body)["keys"] if answer.status == 200 else None
        found = {key["kid"]: key for key in keys or ()}
    except (HttpError, ValueError, KeyError, TypeError, RecursionError) as error:
        log.warning("keys not fetched", carrier=carrier.code, error=str(error))
        return None
    return found or None
