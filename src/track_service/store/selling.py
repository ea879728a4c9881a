"""What pages offer: a brand's wishes, who was exposed, who followed, who bought later."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, distinct, func, select
from sqlalchemy.orm import Session

from track_service.core.selling import Arm, Wishes
from track_service.core.uplift import Told
from track_service.store.catalogue_models import PurchaseRow
from track_service.store.db import insert_for
from track_service.store.selling_models import ClickRow, ExposureRow, SellingRow

_ARM_OF = select(ExposureRow.arm).where(ExposureRow.shopper_id == bindparam("shopper"))


def wishes(session: Session, brand_id: int) -> Wishes:
    """Return what a brand wants of its pages' offers; at first that there are none."""
    row = session.get(SellingRow, brand_id)
    if row is None:
        return Wishes()
    return Wishes(
        row.is_on,
        row.holdout,
        row.history_by_link,
        row.only_new,
        tuple(row.picks),
        tuple(row.bans),
    )


def wish(session: Session, brand_id: int, wanted: Wishes) -> None:
    """Store what a brand wants."""
    values: dict[str, Any] = asdict(wanted)
    values |= {"picks": list(wanted.picks), "bans": list(wanted.bans)}
    session.execute(
        insert_for(session)(SellingRow)
        .values(brand_id=brand_id, **values)
        .on_conflict_do_update(index_elements=["brand_id"], set_=values)
    )


def selling_brands(session: Session) -> list[int]:
    """Return the ids of the brands whose pages offer something."""
    query = select(SellingRow.brand_id).where(SellingRow.is_on)
    return list(session.scalars(query.order_by(SellingRow.brand_id)))


def last_exposed(session: Session, shopper_id: int) -> datetime | None:
    """Return when a shopper last had a page open that offers, None if never."""
    return session.scalar(
        select(ExposureRow.last_at).where(ExposureRow.shopper_id == shopper_id)
    )


def arm_of(session: Session, shopper_id: int) -> Arm | None:
    """Return the arm that a shopper was first exposed in, None if never."""
    found = session.scalar(_ARM_OF, {"shopper": shopper_id})
    return None if found is None else Arm(found)


def expose(
    session: Session, brand_id: int, shopper_id: int, arm: Arm, *, now: datetime
) -> None:
    """Note that a shopper has a page open that offers, or would; the first arm stays."""
    first = {"brand_id": brand_id, "arm": arm, "first_at": now}
    session.execute(
        insert_for(session)(ExposureRow)
        .values(shopper_id=shopper_id, **first, last_at=now, views=1)
        .on_conflict_do_update(
            index_elements=["shopper_id"],
            set_={"last_at": now, "views": ExposureRow.views + 1},
        )
    )


def click(
    session: Session,
    brand_id: int,
    shopper_id: int,
    product_id: int,
    *,
    on: date,
) -> None:
    """Note that a shopper followed a product's link on a day, once however often."""
    session.execute(
        insert_for(session)(ClickRow)
        .values(
            shopper_id=shopper_id,
            product_id=product_id,
            on=on,
            brand_id=brand_id,
        )
        .on_conflict_do_nothing()
    )


def arms(session: Session, brand_id: int) -> dict[Arm, Told]:
    """Return what each arm bought after it was first exposed; an order counts once."""
    each = (
        select(ExposureRow.arm, func.count(PurchaseRow.id).label("orders"))
        .outerjoin(
            PurchaseRow,
            (PurchaseRow.shopper_id == ExposureRow.shopper_id)
            & (PurchaseRow.at > ExposureRow.first_at),
        )
        .where(ExposureRow.brand_id == brand_id)
        .group_by(ExposureRow.arm, ExposureRow.shopper_id)
        .subquery()
    )
    rows = session.execute(
        select(
            each.c.arm,
            func.count(),
            func.sum(each.c.orders),
            func.sum(each.c.orders * each.c.orders),
        ).group_by(each.c.arm)
    )
    found = {arm: Told(arm) for arm in Arm}
    return found | {Arm(a): Told(Arm(a), n, int(o), int(s)) for a, n, o, s in rows}


def began(session: Session, brand_id: int) -> datetime | None:
    """Return when a brand's first shopper was exposed, None if none was."""
    return session.scalar(
        select(func.min(ExposureRow.first_at)).where(ExposureRow.brand_id == brand_id)
    )


def engagement(session: Session, brand_id: int) -> tuple[int, int, int]:
    """Return the views of offers, the clicks, and the shoppers who clicked."""
    views = session.scalar(
        select(func.sum(ExposureRow.views)).where(
            ExposureRow.brand_id == brand_id, ExposureRow.arm == Arm.SHOWN
        )
    )
    clicks, shoppers = session.execute(
        select(func.count(), func.count(distinct(ClickRow.shopper_id))).where(
            ClickRow.brand_id == brand_id
        )
    ).one()
    return int(views or 0), clicks, shoppers
