"""Brands' own hosts: claimed, proven, served."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from track_service.store.db import insert_for
from track_service.store.host_models import HostRow
from track_service.store.models import BrandRow, ShipmentRow
from track_service.store.shop_models import HandedOrderRow


@dataclass(frozen=True, slots=True)
class Claim:
    """A brand's word that a host is its own, and what the DNS said of it."""

    brand_id: int
    host: str
    token: str
    added_at: datetime
    is_served: bool = False
    proven_at: datetime | None = None
    gone_at: datetime | None = None
    problem: str | None = None


def add(session: Session, claim: Claim) -> Claim:
    """Store a claim, or return the one that the brand made of this host before."""
    session.execute(
        insert_for(session)(HostRow)
        .values(
            brand_id=claim.brand_id,
            host=claim.host,
            token=claim.token,
            added_at=claim.added_at,
            next_at=claim.added_at,
        )
        .on_conflict_do_nothing()
    )
    return _claim(session.get_one(HostRow, (claim.brand_id, claim.host)))


def of_brand(session: Session, brand_id: int) -> list[Claim]:
    """Return a brand's claims, the oldest first."""
    query = select(HostRow).where(HostRow.brand_id == brand_id)
    return [_claim(r) for r in session.scalars(query.order_by(HostRow.added_at))]


def due(session: Session, *, wall: datetime) -> Claim | None:
    """Return the claim that waits longest to be looked at, None where none is due."""
    query = select(HostRow).where(HostRow.next_at <= wall).order_by(HostRow.next_at)
    row = session.scalar(query.limit(1))
    return None if row is None else _claim(row)


def settle(session: Session, claim: Claim, *, next_at: datetime) -> None:
    """Store what became of a claim, and on which host the brand's links stand then."""
    session.execute(
        update(HostRow)
        .where(HostRow.brand_id == claim.brand_id, HostRow.host == claim.host)
        .values(
            served=claim.host if claim.is_served else None,
            proven_at=claim.proven_at,
            gone_at=claim.gone_at,
            problem=claim.problem,
            next_at=next_at,
        )
    )
    _link(session, claim.brand_id)


def remove(session: Session, brand_id: int, host: str) -> bool:
    """Forget a claim; False where there is none."""
    gone = session.execute(
        delete(HostRow)
        .where(HostRow.brand_id == brand_id, HostRow.host == host)
        .returning(HostRow.host)
    ).first()
    _link(session, brand_id)
    return gone is not None


def served(session: Session) -> dict[str, tuple[int, str]]:
    """Return whose each served host is: the brand's id and code."""
    query = select(HostRow.served, BrandRow.id, BrandRow.code).join(
        BrandRow, BrandRow.id == HostRow.brand_id
    )
    rows = session.execute(query.where(HostRow.served.is_not(None)))
    return {str(host): (brand_id, code) for host, brand_id, code in rows}


def brand_of_token(session: Session, token: str) -> int | None:
    """Return whose page a link opens, None for an unknown one."""
    for row in (ShipmentRow, HandedOrderRow):
        found = session.scalar(select(row.brand_id).where(row.token == token))
        if found is not None:
            return found
    return None


def _link(session: Session, brand_id: int) -> None:
    oldest = (
        select(HostRow.served)
        .where(HostRow.brand_id == brand_id, HostRow.served.is_not(None))
        .order_by(HostRow.added_at)
        .limit(1)
    )
    session.execute(
        update(BrandRow)
        .where(BrandRow.id == brand_id)
        .values(host=oldest.scalar_subquery())
        .execution_options(synchronize_session=False)
    )


def _claim(row: HostRow) -> Claim:
    return Claim(
        row.brand_id,
        row.host,
        row.token,
        row.added_at,
        row.served is not None,
        row.proven_at,
        row.gone_at,
        row.problem,
    )
