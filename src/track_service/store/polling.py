"""Who is asked next: claims with a lease over the due index."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from track_service.core.cadence import Urgency
from track_service.store.models import PollRow, ShipmentRow

LEASE = timedelta(minutes=5)


def claim_due(
    session: Session,
    carrier: str,
    *,
    now: datetime,
    wall: datetime,
    limit: int,
    oldest_first: bool = False,
) -> list[int]:
    """Lease up to `limit` due parcels of a carrier; commit before asking anybody.

    The more urgent go first, within one urgency those due longest; `oldest_first`
    ignores urgency, so that under a scarce budget every parcel gets its turn. A dead
    worker's lease runs out (by `wall`) and its parcels come due again.
    """
    found: list[int] = []
    for urgency in Urgency:
        wanted = limit if oldest_first else limit - len(found)
        if wanted > 0:
            found += _due(session, carrier, urgency, now=now, wall=wall, limit=wanted)
    if oldest_first:
        found = _longest_due(session, found, limit)
    if found:
        session.execute(
            update(PollRow)
            .where(PollRow.shipment_id.in_(found))
            .values(leased_until=wall + LEASE)
        )
    return found


def claim_one(session: Session, shipment_id: int, *, wall: datetime) -> str | None:
    """Lease one parcel, due or not; return whom to ask, None if it is leased already."""
    return session.scalar(
        update(PollRow)
        .where(
            PollRow.shipment_id == shipment_id,
            or_(PollRow.leased_until.is_(None), PollRow.leased_until <= wall),
        )
        .values(leased_until=wall + LEASE)
        .returning(PollRow.carrier)
    )


def _due(
    session: Session,
    carrier: str,
    urgency: Urgency,
    *,
    now: datetime,
    wall: datetime,
    limit: int,
) -> list[int]:
    # One look a level: an index scan over all levels would walk what is not due yet.
    return list(
        session.scalars(
            select(PollRow.shipment_id)
            .where(
                PollRow.carrier == carrier,
                PollRow.urgency == int(urgency),
                PollRow.poll_after <= now,
                or_(PollRow.leased_until.is_(None), PollRow.leased_until <= wall),
            )
            .order_by(PollRow.poll_after)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def _longest_due(session: Session, ids: Sequence[int], limit: int) -> list[int]:
    return list(
        session.scalars(
            select(PollRow.shipment_id)
            .where(PollRow.shipment_id.in_(ids))
            .order_by(PollRow.poll_after)
            .limit(limit)
        )
    )


def hand_over(
    session: Session,
    carriers: Collection[str],
    guest: str,
    *,
    now: datetime,
    wall: datetime,
    own_after: datetime,
) -> int:
    """Let `guest` be asked for the due parcels of `carriers`; return how many.

    Those that are being asked for at the moment are left alone.
    """
    if not carriers:
        return 0
    moved = session.execute(
        update(PollRow)
        .where(
            PollRow.carrier.in_(carriers),
            PollRow.poll_after <= now,
            or_(PollRow.leased_until.is_(None), PollRow.leased_until <= wall),
        )
        .values(carrier=guest, own_after=own_after, leased_until=None)
        .returning(PollRow.shipment_id)
    )
    return len(moved.all())


def hand_back(session: Session, *, known: Collection[str]) -> int:
    """Let carriers be asked themselves where whoever is asked is not `known`."""
    own = select(ShipmentRow.carrier).where(ShipmentRow.id == PollRow.shipment_id)
    moved = session.execute(
        update(PollRow)
        .where(PollRow.own_after.is_not(None), PollRow.carrier.not_in(known))
        .values(carrier=own.scalar_subquery(), own_after=None)
        .returning(PollRow.shipment_id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())


def release(session: Session, ids: Collection[int]) -> None:
    """Give claimed parcels back unasked: they are due still."""
    if ids:
        session.execute(
            update(PollRow)
            .where(PollRow.shipment_id.in_(ids))
            .values(leased_until=None)
        )


def unleased(session: Session, ids: Collection[int]) -> set[int]:
    """Return those claimed parcels whose lease somebody ended: news came meanwhile."""
    return set(
        session.scalars(
            select(PollRow.shipment_id).where(
                PollRow.shipment_id.in_(ids), PollRow.leased_until.is_(None)
            )
        )
    )


def looked_at(session: Session, shipment_id: int, *, now: datetime) -> None:
    """Note that a shopper has the page open, and let the parcel come due soon."""
    session.execute(
        update(PollRow)
        .where(PollRow.shipment_id == shipment_id)
        .values(viewed_at=now, urgency=int(Urgency.NOW))
    )


def ask_by(session: Session, shipment_id: int, *, at: datetime) -> None:
    """Bring a parcel's next question forward to `at` (never later than it was).

    Not while its carrier fails us: that wait may be what the carrier asked for.
    """
    session.execute(
        update(PollRow)
        .where(
            PollRow.shipment_id == shipment_id,
            PollRow.poll_after.is_not(None),
            PollRow.poll_after > at,
            PollRow.failures == 0,
        )
        .values(poll_after=at)
    )


def ask_again(session: Session, ids: Collection[int], *, at: datetime) -> None:
    """Let parcels come due at `at` because there is news: given up, or being asked now.

    An answer that is on its way may be older than the news: its lease is ended, by
    which whoever records it knows (`unleased`).
    """
    session.execute(
        update(PollRow)
        .where(PollRow.shipment_id.in_(ids))
        .values(
            poll_after=case((PollRow.poll_after < at, PollRow.poll_after), else_=at),
            leased_until=None,
            paused_at=None,
        )
    )


def stop(session: Session, shipment_id: int, *, now: datetime) -> None:
    """Ask for a parcel no more."""
    session.execute(
        update(PollRow)
        .where(PollRow.shipment_id == shipment_id)
        .values(poll_after=None, paused_at=now)
    )


def resume(session: Session, shipment_id: int, *, now: datetime) -> None:
    """Ask again for a parcel that was given up."""
    session.execute(
        update(PollRow)
        .where(PollRow.shipment_id == shipment_id)
        .values(poll_after=now, paused_at=None)
    )


def id_of(session: Session, brand_id: int, public_id: str) -> int | None:
    """Return a brand's shipment id, None if it has none such."""
    return session.scalar(
        select(ShipmentRow.id).where(
            ShipmentRow.brand_id == brand_id, ShipmentRow.public_id == public_id
        )
    )
