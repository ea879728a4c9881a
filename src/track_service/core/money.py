"""What scans tell of money: facts of their own, since money moves no parcel."""

from collections.abc import Mapping
from dataclasses import replace

from track_service.core.status import Status
from track_service.core.tracking import Money, MoneyKind, Tracking

_TOLD: Mapping[tuple[Status, str | None], MoneyKind] = {
    (Status.DELIVERED, "cod_collected"): MoneyKind.COD_COLLECTED,
    (Status.DELIVERED, "cod_settled"): MoneyKind.COD_REMITTED,
    (Status.RETURNED, "settled"): MoneyKind.RETURN_SETTLED,
    (Status.EXCEPTION, "compensated"): MoneyKind.COMPENSATED,
}


def with_money(tracking: Tracking) -> Tracking:
    """Return what was told with the facts that its scans tell beside those it states.

    A kind that the answer states with an amount is not told by its scan once more.
    """
    stated = {fact.kind for fact in tracking.money}
    told = [
        Money(kind, event.stamp)
        for event in tracking.events
        if (kind := _TOLD.get((event.meaning.status, event.meaning.sub)))
        and kind not in stated
    ]
    return replace(tracking, money=(*tracking.money, *told)) if told else tracking
