"""When a page may offer products, to whom, and by what: the gate and the hold-out.

Restraint comes first: who waits for a parcel in trouble is helped, not sold to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from track_service.core.parcel import Shipment
from track_service.core.status import Status

# Under way or over without a mishap; a failed attempt, for one, is a mishap.
_CALM = frozenset(
    {
        Status.PREPARING,
        Status.PENDING,
        Status.INFO_RECEIVED,
        Status.PICKED_UP,
        Status.IN_TRANSIT,
        Status.OUT_FOR_DELIVERY,
        Status.AVAILABLE_FOR_PICKUP,
        Status.DELIVERED,
    }
)
_LATE = frozenset({"late", "at_risk"})
_DIGITS = 8  # hex digits of a shopper's hash that draw their lot
_LOTS = 16**_DIGITS


class Arm(StrEnum):
    """Who is offered products, and who never is, so that the difference can be told."""

    SHOWN = "shown"
    HOLDOUT = "holdout"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a brand wants of its pages' offers.

    `holdout`: the share of shoppers, in percent, who are offered nothing. `only_new`:
    nothing that the customer bought before. `history_by_link`: what only the
    customer's history tells is shown to whoever holds the link. `picks` come first and
    `bans` never; both are product ids of the shop.
    """

    is_on: bool = False
    holdout: Decimal = Decimal(5)
    history_by_link: bool = False
    only_new: bool = False
    picks: tuple[str, ...] = ()
    bans: tuple[str, ...] = ()


def may_sell(
    parcels: Iterable[Shipment], *, is_waiting: bool = False, has_case: bool = False
) -> bool:
    """Tell whether an order's page may offer anything.

    Not while one of its parcels is late or may be, has met with a mishap, stands still,
    comes back or is lost, nor while a case is open; a return parcel is no mishap.
    `is_waiting`: the order is late to be sent, or called off.
    """
    awaited = (parcel for parcel in parcels if not parcel.inward)
    return not (is_waiting or has_case) and all(map(_is_calm, awaited))


def _is_calm(parcel: Shipment) -> bool:
    if parcel.meaning.status not in _CALM:
        return False
    if parcel.meaning.status is Status.DELIVERED:
        return True  # what was late is not any more
    return parcel.promise_state not in _LATE and parcel.motion_state != "stalled"


def arm(shopper: str, *, holdout: Decimal) -> Arm:
    """Return the arm of a shopper, by their keyed hash: the same for good.

    Whoever is held out at a share is so at every greater one. `holdout` is in percent.
    """
    lot = Decimal(int(shopper[-_DIGITS:], 16)) / _LOTS
    return Arm.HOLDOUT if lot < holdout / 100 else Arm.SHOWN
