"""Links of an order's pages: ended, and given anew."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.store import subscriptions
from track_service.store.models import ShipmentRow
from track_service.store.shop_models import HandedOrderRow


def renew(session: Session, order_id: int, secret: Callable[[], str]) -> None:
    """Give an order's page and those of its live parcels new tokens by `secret`.

    Browsers that follow a parcel are forgotten: each word to them tells its link.
    """
    # The order before its parcels, as who hands an order over locks them.
    handed = session.get(HandedOrderRow, order_id, with_for_update=True)
    parcels = session.scalars(
        select(ShipmentRow)
        .where(ShipmentRow.order_id == order_id, ShipmentRow.erased_at.is_(None))
        .order_by(ShipmentRow.id)
        .with_for_update()
    )
    for parcel in parcels:
        parcel.token = secret()
        subscriptions.forget(session, parcel.id)
    if handed is not None and handed.token is not None:
        handed.token = secret()
    session.flush()


def order_of(session: Session, brand_id: int, public_id: str) -> int | None:
    """Return the order of a brand's live parcel, None if it has none such."""
    return session.scalar(
        select(ShipmentRow.order_id).where(
            ShipmentRow.brand_id == brand_id,
            ShipmentRow.public_id == public_id,
            ShipmentRow.erased_at.is_(None),
        )
    )
