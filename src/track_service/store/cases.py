"""Cases: opened once a kind and parcel, listed, and settled with an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import cast

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from track_service.core.cases import CaseKind, Outcome
from track_service.store.case_models import CaseRow
from track_service.store.db import insert_for
from track_service.store.models import BrandRow, OrderRow, ShipmentRow

# Made once: every page that offers asks it.
_OPEN_FOR = (
    select(CaseRow.id)
    .join(OrderRow, OrderRow.id == CaseRow.order_id)
    .where(
        OrderRow.brand_id == bindparam("brand"),
        OrderRow.number == bindparam("number"),
        CaseRow.settled_at.is_(None),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a shopper tells; `photo` is a JPEG that we made. All of it is personal."""

    kind: CaseKind
    text: str | None = field(default=None, repr=False)
    photo: bytes | None = field(default=None, repr=False)
    wanted_on: date | None = None
    address_ok: bool | None = None
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as ops see it; `settled_at` and `outcome` are None while it is open.

    `has_photo` tells that `photo` gives one; what is personal is None once erased.
    """

    id: int
    brand: str
    brand_id: int
    order_id: int
    order_number: str
    shipment_id: int
    shipment: str
    number: str
    kind: CaseKind
    carrier: str
    hub: str | None
    opened_at: datetime
    due_at: datetime
    settled_at: datetime | None
    outcome: Outcome | None
    has_photo: bool
    wanted_on: date | None
    address_ok: bool | None
    text: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)

    @property
    def state(self) -> str:
        """`open` or `settled`."""
        return "open" if self.settled_at is None else "settled"


def open_case(
    session: Session,
    shipment_id: int,
    report: Report,
    *,
    hub: str | None,
    now: datetime,
    due_at: datetime,
) -> int | None:
    """Open a case; return its id, or None where one of its kind is open already."""
    parcel = session.execute(
        select(ShipmentRow.brand_id, ShipmentRow.order_id, ShipmentRow.carrier).where(
            ShipmentRow.id == shipment_id, ShipmentRow.erased_at.is_(None)
        )
    ).first()
    if parcel is None:
        return None
    adding = insert_for(session)(CaseRow).values(
        brand_id=parcel.brand_id,
        order_id=parcel.order_id,
        shipment_id=shipment_id,
        kind=report.kind,
        text=report.text,
        photo=report.photo,
        wanted_on=report.wanted_on,
        address_ok=report.address_ok,
        address=report.address,
        carrier=parcel.carrier,
        hub=hub,
        opened_at=now,
        due_at=due_at,
    )
    opened = session.execute(adding.on_conflict_do_nothing().returning(CaseRow.id))
    return cast("int | None", opened.scalar())


def open_for(session: Session, brand_id: int, order_number: str) -> bool:
    """Tell whether a case of an order is open: then nothing is sold or asked of it."""
    asked = {"brand": brand_id, "number": order_number}
    return session.scalar(_OPEN_FOR, asked) is not None


def of_shipment(session: Session, shipment_id: int) -> list[Case]:
    """Return a parcel's cases, the newest first."""
    rows = session.execute(_of_shipment(), {"shipment": shipment_id})
    return [_case(row) for row in rows]


def by_id(
    session: Session, case_id: int, *, brand_id: int | None = None
) -> Case | None:
    """Return a case, None if there is none such (of this brand)."""
    query = _query().where(CaseRow.id == case_id)
    if brand_id is not None:
        query = query.where(CaseRow.brand_id == brand_id)
    row = session.execute(query).first()
    return None if row is None else _case(row)


def listed(
    session: Session,
    *,
    brand_id: int | None = None,
    is_open: bool | None = True,
    limit: int = 100,
) -> list[Case]:
    """Return cases, the soonest due first: open ones, settled ones, or all (None)."""
    query = _query().order_by(CaseRow.due_at, CaseRow.id).limit(limit)
    if brand_id is not None:
        query = query.where(CaseRow.brand_id == brand_id)
    if is_open is not None:
        left = CaseRow.settled_at.is_(None)
        query = query.where(left if is_open else ~left)
    return [_case(row) for row in session.execute(query)]


def photo(session: Session, case_id: int) -> bytes | None:
    """Return the JPEG that came with a case, None if there is none."""
    return session.scalar(select(CaseRow.photo).where(CaseRow.id == case_id))


def settle(session: Session, case_id: int, outcome: Outcome, *, now: datetime) -> bool:
    """Close a case; False if it is none, or closed already. Its page says it at once."""
    shipment_id = session.scalar(
        update(CaseRow)
        .where(CaseRow.id == case_id, CaseRow.settled_at.is_(None))
        .values(settled_at=now, outcome=outcome)
        .returning(CaseRow.shipment_id)
    )
    if shipment_id is None:
        return False
    touch(session, shipment_id)
    return True


def add_words(session: Session, shipment_id: int, kind: CaseKind, text: str) -> None:
    """Add what a shopper wrote to an open case of theirs that has no words yet."""
    session.execute(
        update(CaseRow)
        .where(
            CaseRow.shipment_id == shipment_id,
            CaseRow.kind == kind,
            CaseRow.settled_at.is_(None),
            CaseRow.text.is_(None),
        )
        .values(text=text)
    )


def forget(session: Session, shipment_id: int, *, now: datetime) -> None:
    """Blank what a shopper wrote and sent of a parcel; counts and dates stay."""
    mine = update(CaseRow).where(CaseRow.shipment_id == shipment_id)
    session.execute(mine.values(text=None, photo=None, address=None))
    session.execute(mine.where(CaseRow.settled_at.is_(None)).values(settled_at=now))


def touch(session: Session, shipment_id: int) -> None:
    """Let a parcel's page be a new one: a case of it changed."""
    session.execute(
        update(ShipmentRow)
        .where(ShipmentRow.id == shipment_id)
        .values(version=ShipmentRow.version + 1)
    )


def counts(
    session: Session,
) -> Sequence[Row[tuple[str, str | None, str, bool, int]]]:
    """Return (carrier, hub, kind, is it open, how many) of all cases ever."""
    is_open = CaseRow.settled_at.is_(None).label("is_open")
    groups = (CaseRow.carrier, CaseRow.hub, CaseRow.kind, is_open)
    return session.execute(
        select(*groups, func.count()).group_by(*groups).order_by(*groups)
    ).all()


@cache
def _of_shipment() -> Select[tuple[CaseRow, str, str, str, str, bool]]:
    """Made once: every page asks this, and making it costs more than asking."""
    of_it = CaseRow.shipment_id == bindparam("shipment")
    return _query().where(of_it).order_by(CaseRow.id.desc())


@cache
def _query() -> Select[tuple[CaseRow, str, str, str, str, bool]]:
    return (
        select(
            *(column for column in CaseRow.__table__.c if column.name != "photo"),
            CaseRow.photo.is_not(None).label("has_photo"),
            BrandRow.code.label("brand"),
            OrderRow.number.label("order_number"),
            ShipmentRow.public_id.label("shipment"),
            ShipmentRow.number,
        )
        .join(BrandRow, BrandRow.id == CaseRow.brand_id)
        .join(OrderRow, OrderRow.id == CaseRow.order_id)
        .join(ShipmentRow, ShipmentRow.id == CaseRow.shipment_id)
    )


def _case(row: Row[tuple[CaseRow, str, str, str, str, bool]]) -> Case:
    told = dict(row._mapping)
    outcome = told.pop("outcome")
    return Case(
        **{str(name): value for name, value in told.items() if name != "kind"},
        kind=CaseKind(told["kind"]),
        outcome=None if outcome is None else Outcome(outcome),
    )
