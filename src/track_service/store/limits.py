"""How often a carrier's account may ask: calls a second, and a daily budget.

Both follow the generic cell rate algorithm (GCRA) on the account's row, so that every
process shares them. Times are real ones (`wall`): a limit is the carrier's, whatever
the demo's clock does.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.store.accounts import locked
from track_service.store.db import Database
from track_service.store.models import AccountRow

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_NEAR = timedelta(seconds=5)  # as long as `Http` waits for a turn
_FIFTH = 5
_EXTENSIONS = 3  # in a row: the others wait no longer than `_NEAR`


@dataclass(slots=True)
class _Turns:
    """What one process holds of an account's rate: its turns until `until`."""

    step: timedelta
    burst: timedelta
    arrives_at: datetime = _LONG_AGO
    until: datetime = _LONG_AGO
    extended: int = 0
    lock: Lock = field(default_factory=Lock)

    @property
    def slice(self) -> timedelta:
        """How much of the account's time is reserved at once: a second of calls."""
        return self.step * math.ceil(_SECOND / self.step)

    def wait(self, now: datetime) -> timedelta:
        """Return how long this process has to wait by its own calls so far."""
        return max(self.arrives_at + self.step - self.burst - now, timedelta(0))


class DbLimits:
    """Calls a second of each account, shared by threads and processes.

    `rates` are calls a second by account; an account without one is not limited. A
    process reserves about a second of the account's time at once and spends it from
    memory, so that not each call costs a transaction. As carriers count by the second,
    no second sees more than the rate, bursts and several processes included.
    """

    def __init__(self, database: Database, rates: Mapping[str, float]) -> None:
        self._database = database
        self._turns = {
            account: _Turns(*_spread(_SECOND, rate, burst=1 / 20))
            for account, rate in rates.items()
        }

    def take(self, account: str, *, wall: Callable[[], datetime]) -> float:
        """Return 0 and count a call, or the seconds to wait and count none.

        Where the database is slow, threads queue here: each reads the clock when it is
        its turn, or all of them would go at once.
        """
        turns = self._turns.get(account)
        if turns is None:
            return 0.0
        with turns.lock:
            now = wall()
            wait = turns.wait(now)
            # The last step of a slice belongs to its last call: the next owner's first
            # call keeps its distance.
            if now + wait + turns.step > turns.until:
                wait = max(wait, self._reserve(account, turns, wall))
                now = wall()
            if not wait:
                turns.arrives_at = max(turns.arrives_at, now) + turns.step
        return wait.total_seconds()

    def _reserve(
        self, account: str, turns: _Turns, wall: Callable[[], datetime]
    ) -> timedelta:
        """Take the account's next slice if it is free; return how long until it is.

        Whoever holds the present one may extend it some times, which costs no pause;
        then it waits for the end as everybody does, and whoever comes first has it.
        """
        with self._database.write() as session:
            row, now = locked(session, account), wall()
            taken_until = row.arrives_at or now
            if taken_until > now:
                if taken_until != turns.until or turns.extended == _EXTENSIONS:
                    return taken_until - now
                turns.extended += 1
            else:
                turns.extended = 0
            row.arrives_at = turns.until = max(taken_until, now) + turns.slice
            session.commit()
        return timedelta(0)


def is_far(session: Session, account: str, *, wall: datetime) -> bool:
    """Tell whether an account's next call is too far off to claim parcels for it."""
    at = session.scalar(
        select(AccountRow.arrives_at).where(AccountRow.account == account)
    )
    return at is not None and at > wall + _NEAR


def pace(
    session: Session, account: str, *, per_day: int, wall: datetime, want: int
) -> tuple[int, bool]:
    """Reserve up to `want` calls of a daily budget; return how many, and whose turn it is.

    The budget is spread over the day, a tenth of it may come as a burst: no 24 hours
    see more than `per_day` calls. The flag is True each fifth time: then those due
    longest go first, so that the urgent never starve the others.
    """
    row = locked(session, account)
    step, burst = _spread(_DAY, per_day)
    granted = 0
    while granted < want and _arrive(row, wall, step, burst):
        granted += 1
    if granted:
        row.turns += 1
    return granted, row.turns % _FIFTH == 0


def give_back(session: Session, account: str, *, per_day: int, calls: int) -> None:
    """Return calls to a daily budget that were reserved by `pace` and not made."""
    row = locked(session, account)
    if row.paced_at is not None:
        row.paced_at -= calls * _spread(_DAY, per_day)[0]


def _spread(
    span: timedelta, calls: float, *, burst: float = 1 / 10
) -> tuple[timedelta, timedelta]:
    """Return the time between calls, and how much of it may be used at once.

    A share of `calls` may come as a burst and nine tenths evenly, so that no `span`,
    wherever it begins, sees more than `calls`. Rounded so that it holds exactly.
    """
    step = timedelta(microseconds=math.ceil(span / _MICROSECOND / (calls * 0.9)))
    return step, step * max(1, int(calls * burst))


def _arrive(row: AccountRow, now: datetime, step: timedelta, burst: timedelta) -> bool:
    """Count a call of the daily budget, if there is one now."""
    at = max(row.paced_at or now, now)
    if at + step - burst > now:
        return False
    row.paced_at = at + step
    return True
