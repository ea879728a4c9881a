"""How one scan moves a parcel: from one condition to the next.

Most carriers say the same words on the way back as on the way out: "arrived", "out for
delivery", "delivered". So once a return has begun, ordinary scans are read as its
steps, and "delivered" as returned to the sender. A return that is only asked for
(`awaiting_approval`) may still be called off, and a few words (`_TO_THE_SHOPPER`) can
be meant for the shopper alone: those put the parcel on its way out again. A parcel that
is a return from the first is on its way back whatever is said.
"""

from dataclasses import dataclass

from track_service.core.status import ENDED_BADLY, UNKNOWN, Meaning, Status


@dataclass(frozen=True, slots=True)
class Condition:
    """What holds of a parcel after some scans, and whether it is on its way back.

    An `inward` one was never on its way to the shopper.
    """

    meaning: Meaning = UNKNOWN
    going_back: bool = False
    inward: bool = False


_PHYSICAL = frozenset(
    {
        Status.PICKED_UP,
        Status.IN_TRANSIT,
        Status.OUT_FOR_DELIVERY,
        Status.AVAILABLE_FOR_PICKUP,
        Status.ATTEMPT_FAILED,
        Status.DELIVERED,
        Status.RETURNING,
        Status.RETURNED,
    }
)
_HOMEWARD = {
    Status.PICKED_UP: (Status.RETURNING, "in_transit"),
    Status.IN_TRANSIT: (Status.RETURNING, "in_transit"),
    Status.OUT_FOR_DELIVERY: (Status.RETURNING, "out_for_return"),
    Status.AVAILABLE_FOR_PICKUP: (Status.RETURNING, "to_sender"),
    Status.ATTEMPT_FAILED: (Status.RETURNING, "attempt_failed"),
    Status.DELIVERED: (Status.RETURNED, "to_sender"),
}
_TO_THE_SHOPPER = frozenset(
    {
        (Status.OUT_FOR_DELIVERY, "redelivery"),
        (Status.OUT_FOR_DELIVERY, "redelivery_requested"),
        (Status.OUT_FOR_DELIVERY, "collecting_cod"),
        (Status.AVAILABLE_FOR_PICKUP, "ready_recipient"),
        (Status.DELIVERED, "collected_by_customer"),
        (Status.DELIVERED, "cod_collected"),
    }
)
# The courier's own word, which the carrier has yet to confirm.
_PROVISIONAL = "courier_reported"
_MONEY = frozenset({(Status.DELIVERED, "cod_settled"), (Status.RETURNED, "settled")})
_COMPENSATED = (Status.EXCEPTION, "compensated")
_OPEN = frozenset(
    {
        Status.OUT_FOR_DELIVERY,
        Status.AVAILABLE_FOR_PICKUP,
        Status.ATTEMPT_FAILED,
        Status.PICKED_UP,
        Status.IN_TRANSIT,
        Status.EXPIRED,
    }
)
_TO_BE_COLLECTED = frozenset({Status.CANCELLED, Status.EXPIRED, Status.EXCEPTION})


def is_money(meaning: Meaning) -> bool:
    """Tell whether a scan is about settled money: it does not move the parcel."""
    return (meaning.status, meaning.sub) in _MONEY


def after(before: Condition, scan: Meaning) -> Condition:
    """Return the condition after one more scan, the same one where it moves nothing."""
    to_shopper = (scan.status, scan.sub) in _TO_THE_SHOPPER and not before.inward
    back = before.going_back or before.inward
    if back and not to_shopper and not is_money(scan):
        scan = homeward(scan)
    if not _moves(before.meaning, scan):
        return before
    back = not to_shopper and (before.going_back or _turns(scan))
    return Condition(scan, back, before.inward)


def homeward(scan: Meaning) -> Meaning:
    """Return what a scan means of a parcel that is on its way to the shop."""
    status, sub = _HOMEWARD.get(scan.status, (scan.status, scan.sub))
    return Meaning(status, sub, scan.cause)


def _turns(scan: Meaning) -> bool:
    """A return has begun, rather than been asked for."""
    if scan.status is Status.RETURNING:
        return scan.sub != "awaiting_approval"
    return scan.status is Status.RETURNED


def _moves(was: Meaning, scan: Meaning) -> bool:
    if scan.status is Status.UNKNOWN or is_money(scan):
        return False
    if (scan.status, scan.sub) == _COMPENSATED:
        return was.status.before_hand_over or was.status in _OPEN
    if was.status is Status.DELIVERED:
        return _after_delivery(was, scan)
    if was.status is Status.RETURNED:
        return scan.status is Status.RETURNED
    if (was.status, was.sub) in ENDED_BADLY:
        found = scan.status in _PHYSICAL
        return found or (scan.status, scan.sub) in ENDED_BADLY
    return _while_open(was.status, scan.status)


def _after_delivery(was: Meaning, scan: Meaning) -> bool:
    """A return revokes a delivery; a courier's mere word falls with less."""
    if scan.status is Status.DELIVERED:
        return scan.sub != _PROVISIONAL
    if scan.status in {Status.ATTEMPT_FAILED, Status.EXCEPTION}:
        return was.sub == _PROVISIONAL
    return scan.status in {Status.RETURNING, Status.RETURNED}


def _while_open(was: Status, then: Status) -> bool:
    if then is Status.PENDING:  # "nothing known" says less than anything else
        return was in {Status.UNKNOWN, Status.PENDING}
    if then is Status.EXPIRED:
        return was is not Status.CANCELLED
    if then is Status.PICKED_UP:  # told late, it does not call a parcel back
        return was is then or was.before_hand_over or was in _TO_BE_COLLECTED
    return was.before_hand_over or not then.before_hand_over
