"""Cases: what a shopper may report of a parcel, when, and how it may end."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from track_service.core.calendar import latest
from track_service.core.concerns import awaits_another_attempt
from track_service.core.judgement import PromiseState
from track_service.core.parcel import Shipment
from track_service.core.promise import starts_beyond
from track_service.core.severity import Severity, severity_of
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event

OPEN_FOR = timedelta(days=60)  # after the end: then nobody acts and nobody is named


class CaseKind(StrEnum):
    """What is wrong; `redeliver` is a wish after a failed attempt.

    `unhappy` is nothing that is reported: it comes of a bad rating.
    """

    NOT_RECEIVED = "not_received"
    DAMAGED = "damaged"
    ITEM_MISSING = "item_missing"
    NOBODY_CAME = "nobody_came"
    WRONG_ADDRESS = "wrong_address"
    REDELIVER = "redeliver"
    UNHAPPY = "unhappy"

    @property
    def severity(self) -> Severity:
        """How soon ops should look."""
        return severity_of(self)


class Outcome(StrEnum):
    """How a case ended."""

    FOUND = "found"
    REFUNDED = "refunded"
    RESENT = "resent"
    REJECTED = "rejected"
    ARRANGED = "arranged"  # of a redelivery: the carrier knows of it


_AT_HAND = (CaseKind.DAMAGED, CaseKind.ITEM_MISSING)
_AWAITED = (CaseKind.NOT_RECEIVED, CaseKind.NOBODY_CAME, CaseKind.WRONG_ADDRESS)
_OFFERED: Mapping[Status, tuple[CaseKind, ...]] = {
    Status.DELIVERED: (CaseKind.NOT_RECEIVED, *_AT_HAND, CaseKind.WRONG_ADDRESS),
    Status.ATTEMPT_FAILED: (CaseKind.NOBODY_CAME, CaseKind.WRONG_ADDRESS),
    Status.RETURNING: (CaseKind.NOBODY_CAME, CaseKind.WRONG_ADDRESS),
    Status.RETURNED: (CaseKind.NOBODY_CAME, CaseKind.WRONG_ADDRESS),
    Status.EXCEPTION: (*_AWAITED, CaseKind.DAMAGED),
    Status.EXPIRED: _AWAITED,
}
_LATE = frozenset({PromiseState.LATE, PromiseState.BROKEN})
_RETURN_WAITS = Meaning(Status.RETURNING, "awaiting_approval")


def offered(
    shipment: Shipment, promise: PromiseState, *, now: datetime, zone: tzinfo
) -> tuple[CaseKind, ...]:
    """Return what may be reported of a parcel: late, sure to be, failed or delivered.

    Nothing of a return parcel, which is the shop's to await.
    """
    if shipment.inward or is_closed(shipment, now=now, zone=zone):
        return ()
    will_be = promise is PromiseState.AT_RISK and starts_beyond(shipment)
    is_late = promise in _LATE and shipment.meaning.status is not Status.CANCELLED
    return _OFFERED.get(shipment.meaning.status, _AWAITED if is_late or will_be else ())


def may_redeliver(shipment: Shipment) -> bool:
    """Tell whether an attempt failed and the parcel is not on its way back for good."""
    meaning = Meaning(shipment.meaning.status, shipment.meaning.sub)
    failed = awaits_another_attempt(shipment) or meaning == _RETURN_WAITS
    return failed and not shipment.inward


def is_closed(shipment: Shipment, *, now: datetime, zone: tzinfo) -> bool:
    """Tell whether a parcel's end is so long ago that its page names nobody any more."""
    if not shipment.meaning.status.is_final:
        return False
    stamps = (shipment.delivered_at, *(event.stamp for event in shipment.events[-1:]))
    ends = [latest(stamp, zone) for stamp in stamps if stamp]
    return max(ends, default=shipment.created_at) + OPEN_FOR <= now


def hub(events: tuple[Event, ...]) -> str | None:
    """Return the place of the last scan that names one, at most 120 characters."""
    for event in reversed(events):
        if event.place.city:
            return event.place.city[:120]
    return None
