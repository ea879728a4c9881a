"""Pairs of tokens whose refresh token serves once: kept sealed, spent by one caller.

A process that dies between the provider's answer and `put` loses the pair: the next
caller spends the same refresh token, is refused, and `trouble` tells it until the
operator gives a new one.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from track_service.store.channel_models import PairRow
from track_service.store.db import Database, insert_for

_LEASE = timedelta(seconds=60)  # beyond the longest call


class DbPairs:
    """The pairs of every process, on one database. Times are wall time, aware UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def access(self, key: str, *, now: datetime) -> str | None:
        """Return the access token that is valid at `now`, None if there is none."""
        with self._database.read() as session:
            return session.scalar(
                select(PairRow.access).where(
                    PairRow.key == key, PairRow.expires_at > now
                )
            )

    def spend(self, key: str, first: str, *, now: datetime) -> str | None:
        """Return the refresh token to use now; of many callers at once, one gets it."""
        with self._database.write() as session:
            session.execute(
                insert_for(session)(PairRow)
                .values(key=key, refresh=first)
                .on_conflict_do_nothing(index_elements=["key"])
            )
            refresh = session.scalar(
                update(PairRow)
                .where(
                    PairRow.key == key,
                    PairRow.trouble.is_(None),
                    or_(PairRow.leased_until.is_(None), PairRow.leased_until <= now),
                )
                .values(leased_until=now + _LEASE)
                .returning(PairRow.refresh)
            )
            session.commit()
            return refresh

    def put(self, key: str, access: str, refresh: str, *, expires_at: datetime) -> None:
        """Keep a new pair, sealed and committed, before anybody can use it."""
        with self._database.write() as session:
            session.execute(
                update(PairRow)
                .where(PairRow.key == key)
                .values(
                    access=access,
                    refresh=refresh,
                    expires_at=expires_at,
                    leased_until=None,
                    trouble=None,  # of who spent the same token a moment later
                )
            )
            session.commit()

    def lost(self, key: str, spent: str, why: str) -> None:
        """Note that `spent` was refused; a pair put by another meanwhile stays."""
        with self._database.write() as session:
            row = session.get(PairRow, key, with_for_update=True)
            if row is not None and row.refresh == spent:
                row.trouble, row.leased_until = why[:200], None
            session.commit()

    def expire(self, key: str, access: str) -> None:
        """Forget an access token that is taken no more; a newer one stays."""
        with self._database.write() as session:
            row = session.get(PairRow, key, with_for_update=True)
            if row is not None and row.access == access:
                row.access = row.expires_at = None
            session.commit()

    def trouble(self, key: str) -> str | None:
        """Return why no pair can be had, None if all is well."""
        with self._database.read() as session:
            return session.scalar(select(PairRow.trouble).where(PairRow.key == key))
