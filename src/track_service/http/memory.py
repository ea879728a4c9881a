"""Tokens, limits and breakers of one process: for captures, benchmarks and tests."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock


class MemoryTokens:
    """`Tokens` in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._leases: dict[str, datetime] = {}

    def cached(self, key: str, *, now: datetime) -> str | None:
        """Return the valid token, None if there is none."""
        token, expires_at = self._tokens.get(key, (None, now))
        return token if expires_at > now else None

    def lease(self, key: str, *, now: datetime, seconds: float) -> bool:
        """Tell whether the caller shall fetch a token."""
        with self._lock:
            if self.cached(key, now=now) or self._leases.get(key, now) > now:
                return False
            self._leases[key] = now + timedelta(seconds=seconds)
            return True

    def put(self, key: str, token: str, *, expires_at: datetime) -> None:
        """Keep a token."""
        with self._lock:
            self._tokens[key] = (token, expires_at)

    def release(self, key: str) -> None:
        """End the key's lease."""
        with self._lock:
            self._leases.pop(key, None)

    def drop(self, key: str, token: str) -> None:
        """Forget the key's token if it still is `token`."""
        with self._lock:
            if self._tokens.get(key, (None,))[0] == token:
                del self._tokens[key]


class MemoryLimits:
    """`Limits` by the generic cell rate algorithm (GCRA); no rate is no limit.

    `burst` calls may come at once, then `per_second` each second.
    """

    def __init__(self, per_second: float | None = None, *, burst: int = 1) -> None:
        self._each = 1 / per_second if per_second else 0.0
        self._burst = burst
        self._lock = Lock()
        self._used_until: dict[str, datetime] = {}

    def take(self, account: str, *, wall: Callable[[], datetime]) -> float:
        """Return 0 and count a call, or seconds to wait and count nothing."""
        with self._lock:
            now = wall()
            start = max(self._used_until.get(account, now), now)
            until = start + timedelta(seconds=self._each)
            ahead = (until - now).total_seconds() - self._each * self._burst
            if ahead > 1e-6:  # what datetime can tell
                return ahead
            self._used_until[account] = until
            return 0.0


class MemoryBreaker:
    """`Breaker` that opens after `failures` in a row; a probe each `rest` seconds."""

    def __init__(self, *, failures: int = 5, rest: float = 60.0) -> None:
        self._most = failures
        self._rest = timedelta(seconds=rest)
        self._lock = Lock()
        self._failures: dict[str, int] = {}
        self._shut_until: dict[str, datetime] = {}

    def allows(self, account: str, *, now: datetime) -> bool:
        """Tell whether to call."""
        with self._lock:
            if self._failures.get(account, 0) < self._most:
                return True
            if self._shut_until[account] > now:
                return False
            self._shut_until[account] = now + self._rest
            return True

    def report(self, account: str, *, now: datetime, ok: bool) -> None:
        """Learn how a call ended."""
        with self._lock:
            if ok:
                self._failures.pop(account, None)
                return
            self._failures[account] = self._failures.get(account, 0) + 1
            self._shut_until[account] = now + self._rest
