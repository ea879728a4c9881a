"""Carrier accounts' shared state: tokens and circuit breakers (`limits` has the rest).

Every process sees the same rows, so no other server is needed to share them. Times are
real ones (`wall`): a limit is the carrier's, whatever the demo's clock does.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from track_service.store.db import Database, insert_for
from track_service.store.models import AccountRow, TokenRow

_TRIPS_AFTER = 5  # failed calls in a row
_OPEN_FOR = timedelta(minutes=2)


class DbTokens:
    """OAuth tokens, sealed, with a lease so that one process alone renews them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cached(self, key: str, *, now: datetime) -> str | None:
        """Return the token that is valid at `now`, None if there is none."""
        with self._database.read() as session:
            return session.scalar(
                select(TokenRow.token).where(
                    TokenRow.key == key, TokenRow.expires_at > now
                )
            )

    def lease(self, key: str, *, now: datetime, seconds: float) -> bool:
        """Tell whether the caller shall fetch a token; one of many gets True."""
        with self._database.write() as session:
            session.execute(
                insert_for(session)(TokenRow).values(key=key).on_conflict_do_nothing()
            )
            taken = session.execute(
                update(TokenRow)
                .where(
                    TokenRow.key == key,
                    or_(TokenRow.leased_until.is_(None), TokenRow.leased_until <= now),
                    or_(TokenRow.expires_at.is_(None), TokenRow.expires_at <= now),
                )
                .values(leased_until=now + timedelta(seconds=seconds))
                .returning(TokenRow.key)
            ).first()
            session.commit()
            return taken is not None

    def put(self, key: str, token: str, *, expires_at: datetime) -> None:
        """Keep a token in place of the last."""
        with self._database.write() as session:
            values = {"token": token, "expires_at": expires_at}
            session.execute(
                insert_for(session)(TokenRow)
                .values(key=key, **values)
                .on_conflict_do_update(index_elements=["key"], set_=values)
            )
            session.commit()

    def release(self, key: str) -> None:
        """End the lease of whoever renewed the token."""
        with self._database.write() as session:
            session.execute(
                update(TokenRow).where(TokenRow.key == key).values(leased_until=None)
            )
            session.commit()

    def drop(self, key: str, token: str) -> None:
        """Forget a refused token, unless a newer one has taken its place."""
        with self._database.write() as session:
            row = session.get(TokenRow, key, with_for_update=True)
            if row is not None and row.token == token:
                row.token = row.expires_at = None
            session.commit()


class DbBreaker:
    """A circuit for each account: open after failures in a row, probed now and then.

    `blind_since` tells since when nothing was learnt from a carrier: the clock of what
    the operator is alerted of. It begins here, or with `blinded`, and ends when an
    answer told something (`accepted`): a carrier that answers with errors tells nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._fine: set[str] = set()

    def allows(self, account: str, *, now: datetime) -> bool:
        """Tell whether to call; an open circuit lets one probe through at a time."""
        with self._database.read() as session:
            row = session.execute(
                select(AccountRow.failures, AccountRow.open_until).where(
                    AccountRow.account == account
                )
            ).first()
        if row is None or not row.failures:
            return True
        with self._lock:  # another process may have seen it fail
            self._fine.discard(account)
        return row.failures < _TRIPS_AFTER or self._probe(account, now)

    def _probe(self, account: str, now: datetime) -> bool:
        with self._database.write() as session:
            taken = session.execute(
                update(AccountRow)
                .where(AccountRow.account == account, AccountRow.open_until <= now)
                .values(open_until=now + _OPEN_FOR)
                .returning(AccountRow.account)
            ).first()
            session.commit()
        return taken is not None

    def report(self, account: str, *, now: datetime, ok: bool) -> None:
        """Learn how a call ended; written only where it changes the circuit."""
        if ok and account in self._fine:
            return
        with self._database.write() as session:
            row = locked(session, account)
            if ok and row.failures:  # else `open_until` is a pause that was asked for
                row.failures, row.open_until = 0, None
            elif not ok:
                row.failures += 1
                row.blind_since = row.blind_since or now
                if row.failures >= _TRIPS_AFTER:
                    _leave_alone(row, now + _OPEN_FOR)
            session.commit()
        with self._lock:
            (self._fine.add if ok else self._fine.discard)(account)


@dataclass(frozen=True, slots=True)
class Shut:
    """An account is left alone `until` then; `tripped` by failures, else by a pause."""

    until: datetime
    tripped: bool


def shut(session: Session, account: str, *, wall: datetime) -> Shut | None:
    """Return whether an account is to be left alone now, None if it may be asked."""
    row = session.execute(
        select(AccountRow.open_until, AccountRow.failures).where(
            AccountRow.account == account, AccountRow.open_until > wall
        )
    ).first()
    return None if row is None else Shut(row.open_until, row.failures >= _TRIPS_AFTER)


def is_open(session: Session, account: str, *, wall: datetime) -> bool:
    """Tell whether an account is to be left alone now (its circuit, a Retry-After)."""
    return shut(session, account, wall=wall) is not None


def pause(session: Session, account: str, *, until: datetime) -> None:
    """Leave an account alone until `until`, as its carrier said, or for longer still."""
    _leave_alone(locked(session, account), until)


def _leave_alone(row: AccountRow, until: datetime) -> None:
    """Calls end in any order: the longest that one of them was told stands."""
    row.open_until = max(row.open_until or until, until)


# Made once: every page asks this, and making it costs more than asking.
_BLIND = (
    select(AccountRow.account, AccountRow.blind_since)
    .where(AccountRow.blind_since.is_not(None))
    .order_by(AccountRow.account)
)


def blind(
    session: Session, *, before: datetime | None = None
) -> list[tuple[str, datetime]]:
    """Return the accounts of which nothing was learnt since `before`, and since when.

    Without `before`: all that are blind now.
    """
    rows = session.execute(_BLIND)
    return [
        (account, since)
        for account, since in rows
        if since is not None and (before is None or since <= before)
    ]


def blinded(session: Session, account: str, *, wall: datetime) -> None:
    """Note that a carrier's answers tell nothing (refused, throttled, rubbish)."""
    row = locked(session, account)
    row.blind_since = row.blind_since or wall


def accepted(session: Session, account: str) -> None:
    """Note that an account's answers tell something again."""
    session.execute(
        update(AccountRow)
        .where(AccountRow.account == account, AccountRow.blind_since.is_not(None))
        .values(blind_since=None)
    )


def locked(session: Session, account: str) -> AccountRow:
    """Return an account's row, made if need be, locked until the commit."""
    session.execute(
        insert_for(session)(AccountRow)
        .values(account=account, turns=0, failures=0)
        .on_conflict_do_nothing()
    )
    return session.get_one(AccountRow, account, with_for_update=True)
