"""What `Http` wants kept between calls: tokens, rate limits, circuit breakers.

Implementations are shared by threads, and the database's by processes as well: each
method is atomic and leaves no transaction open. `now` is aware UTC.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol


class Tokens(Protocol):
    """OAuth tokens by key, and who fetches the next one.

    A key is at most 100 characters and holds no secret; a token is a secret of up to
    some thousand characters.
    """

    def cached(self, key: str, *, now: datetime) -> str | None:
        """Return the token whose `expires_at` is after `now`, None if there is none."""
        ...

    def lease(self, key: str, *, now: datetime, seconds: float) -> bool:
        """Tell whether the caller shall fetch a token, and note that it does.

        True only if no valid token is kept and no other lease runs at `now`; the
        lease then runs for `seconds`, whatever becomes of the caller. To look and to
        take must be one step: of many callers at once, one gets True.
        """
        ...

    def put(self, key: str, token: str, *, expires_at: datetime) -> None:
        """Keep a token in place of the key's last. `expires_at` has its safety margin."""
        ...

    def release(self, key: str) -> None:
        """End the key's lease, if one runs. Called after `put`, and after a failure."""
        ...

    def drop(self, key: str, token: str) -> None:
        """Forget the key's token if it still is `token`; a newer one stays."""
        ...


class Limits(Protocol):
    """How often each account may ask."""

    def take(self, account: str, *, wall: Callable[[], datetime]) -> float:
        """Return 0 and count a call, or seconds to wait and count nothing.

        The clock is read where the call is counted: a thread may have waited for that.
        `Http` takes once for each try (a retry is a call as well; fetching a token is
        not), and after the wait takes again.
        """
        ...


class Breaker(Protocol):
    """Whether an account's carrier is worth a call at all."""

    def allows(self, account: str, *, now: datetime) -> bool:
        """Tell whether to call.

        While a circuit is open this lets one probe through now and then. A probe may
        end without a report (nothing was sent after all), so the next one must come
        by time, not by report.
        """
        ...

    def report(self, account: str, *, now: datetime, ok: bool) -> None:
        """Learn how a call ended after its retries: `ok` unless no answer, or 5xx.

        4xx is `ok`: the carrier is there. Called for each finished call, so a kept
        state should be written only where it changes.
        """
        ...
