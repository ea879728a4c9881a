"""What is wrong with a parcel: each concern has a cause, and lasts while it is true.

A cause names what opened the concern by its day and our word for it, not by the scan's
key: a scan told again with a better time, or twice in one day, is no second concern.
"""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from track_service.core import standstill
from track_service.core.calendar import end_of, latest
from track_service.core.judgement import Concern, ConcernKind, PromiseState
from track_service.core.parcel import Shipment
from track_service.core.promise import expected_beyond, is_awaited, promise_state
from track_service.core.status import Meaning, Status
from track_service.core.timeline import in_order, opened_by
from track_service.core.tracking import Event

_BACK_AT_THE_DEPOT = frozenset({Status.PICKED_UP, Status.IN_TRANSIT})
# What somebody must pay, prove or clear before the parcel goes on.
HOLDS: frozenset[tuple[Status, str | None]] = frozenset(
    [(Status.IN_TRANSIT, "customs_info_required")]
    + [
        (Status.EXCEPTION, sub)
        for sub in (
            "bad_address",
            "buyer_action_required",
            "contact_carrier",
            "customer_moved",
            "delayed_customs",
            "documents_missing",
            "held",
            "held_for_payment",
            "no_recipient",
            "security_or_fee",
        )
    ]
)
# Of what is late or delayed already nobody need hear that it is at risk.
_WORSE = frozenset({ConcernKind.LATE, ConcernKind.DELAYED, ConcernKind.EXCEPTION})
_ANSWERS_AN_ATTEMPT = frozenset(
    {"delivery_rescheduled", "redirected", "address_corrected", "problem_resolved"}
)


def concerns(shipment: Shipment, *, now: datetime, zone: tzinfo) -> tuple[Concern, ...]:
    """Return all that is wrong at `now`; `zone` is where the parcel is delivered.

    A return parcel owes its shopper nothing, so that nothing is wrong with it.
    """
    if shipment.inward:
        return ()
    found = (
        _late(shipment, now=now, zone=zone),
        _delayed(shipment, now=now, zone=zone),
        _exception(shipment, now=now, zone=zone),
        _attempt_failed(shipment, now=now, zone=zone),
        _returning(shipment, now=now, zone=zone),
        *standstill.concerns(shipment, now=now, zone=zone),
    )
    given = tuple(concern for concern in found if concern is not None)
    risk = None if any(c.kind in _WORSE for c in given) else _at_risk(shipment, now)
    return given if risk is None else (*given, risk)


def awaits_another_attempt(shipment: Shipment) -> bool:
    """Tell whether a delivery attempt failed, and nothing has answered it since."""
    status = shipment.meaning.status
    if status in _BACK_AT_THE_DEPOT:
        return _last_attempt(shipment.events) is not None
    return status is Status.ATTEMPT_FAILED


def beyond(promised: date) -> str:
    """Return the cause of a delay by which the carrier's date passed the promise."""
    return f"beyond:{promised}"


def _late(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Concern | None:
    promised = shipment.promised_on
    if promised is None or not is_awaited(shipment.meaning):
        return None
    if promise_state(shipment, now=now, zone=zone) is not PromiseState.LATE:
        return None
    day = promised.isoformat()
    return Concern(ConcernKind.LATE, day, end_of(promised, zone), day)


def _delayed(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Concern | None:
    """One concern a promise, however often the carrier's date moves; else one a scan.

    Since when a carrier has held to a date is not known: since our last look at it.
    """
    if not is_awaited(shipment.meaning):
        return None
    day = expected_beyond(shipment, zone=zone)
    if shipment.promised_on is not None and day is not None:
        seen = shipment.seen_at or now
        cause = beyond(shipment.promised_on)
        return Concern(ConcernKind.DELAYED, cause, seen, day.isoformat())
    if _is_delay(shipment.meaning):
        return _of_scan(shipment, ConcernKind.DELAYED, now=now, zone=zone)
    return None


def _exception(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Concern | None:
    meaning = shipment.meaning
    if (meaning.status, meaning.sub) in HOLDS:
        return _of_scan(shipment, ConcernKind.ON_HOLD, now=now, zone=zone)
    if meaning.status is not Status.EXCEPTION or _is_delay(meaning):
        return None
    return _of_scan(shipment, ConcernKind.EXCEPTION, now=now, zone=zone)


def _is_delay(meaning: Meaning) -> bool:
    sub, status = meaning.sub or "", meaning.status
    held = (status, meaning.sub) in HOLDS
    return status is Status.EXCEPTION and sub.startswith("delayed") and not held


def _returning(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Concern | None:
    """One concern a return, however many scans it takes: known by its first one."""
    meaning, seen = shipment.meaning, shipment.seen_at or now
    if meaning.status is not Status.RETURNING:
        return None
    scans = (e for e in in_order(shipment.events) if e.meaning.status is meaning.status)
    first, kind, word = next(scans, None), ConcernKind.RETURNING, meaning.status.value
    return _dated(kind, first, word=word, detail=meaning.sub, seen=seen, zone=zone)


def _at_risk(shipment: Shipment, now: datetime) -> Concern | None:
    """Foreseen to be late; one concern a promise."""
    outlook, promised = shipment.outlook, shipment.promised_on
    if outlook is None or promised is None or not outlook.risky:
        return None
    if not is_awaited(shipment.meaning):
        return None
    since = shipment.seen_at or now
    return Concern(ConcernKind.AT_RISK, promised.isoformat(), since)


def _of_scan(
    shipment: Shipment, kind: ConcernKind, *, now: datetime, zone: tzinfo
) -> Concern:
    """The concern that began with the present condition, as told by scan or answer."""
    meaning, seen = shipment.meaning, shipment.seen_at or now
    word = meaning.sub or meaning.status.value
    opener = opened_by(shipment.events)
    if opener is not None and opener.meaning.status is not meaning.status:
        opener = None
    return _dated(kind, opener, word=word, detail=word, seen=seen, zone=zone)


def _dated(
    kind: ConcernKind,
    scan: Event | None,
    *,
    word: str,
    detail: str | None,
    seen: datetime,
    zone: tzinfo,
) -> Concern:
    if scan is None or scan.stamp is None:
        return Concern(kind, word, seen, detail, is_dated=False)
    cause = f"{word}:{scan.stamp.local.date()}"
    return Concern(kind, cause, min(latest(scan.stamp, zone), seen), detail)


def _attempt_failed(
    shipment: Shipment, *, now: datetime, zone: tzinfo
) -> Concern | None:
    """One concern a day of attempts, open until the carrier tries again or gives up.

    That the parcel is back at the depot does not answer a failed attempt: else a poll
    that sees both scans at once would tell nobody.
    """
    if not awaits_another_attempt(shipment):
        return None
    scan, meaning = _last_attempt(shipment.events), shipment.meaning
    if scan is not None and meaning.status is not Status.ATTEMPT_FAILED:
        meaning = scan.meaning
    seen = shipment.seen_at or now
    return _dated(
        ConcernKind.ATTEMPT_FAILED,
        scan,
        word="attempt",
        detail=meaning.sub,
        seen=seen,
        zone=zone,
    )


def _last_attempt(events: Iterable[Event]) -> Event | None:
    """The failed attempt that nothing has answered yet."""
    for event in reversed(in_order(events)):
        status, sub = event.meaning.status, event.meaning.sub
        if status is Status.ATTEMPT_FAILED:
            return event
        passive = status.before_hand_over or status in _BACK_AT_THE_DEPOT
        if not passive or sub in _ANSWERS_AN_ATTEMPT:
            return None
    return None
