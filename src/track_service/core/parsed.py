"""The Parsed document: what an adapter understood of one raw answer, as JSON values."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from track_service.core import detail as details
from track_service.core.journey import is_money
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import (
    Event,
    Money,
    Stamp,
    Tracking,
    Trouble,
    Window,
    offset_text,
)


def document(carrier: str, trackings: Sequence[Tracking]) -> dict[str, Any]:
    """Return `{carrier, results: […]}`; a field that is not known is None."""
    return {"carrier": carrier, "results": [_result(t) for t in trackings]}


def _result(tracking: Tracking) -> dict[str, Any]:
    now = _present(tracking)
    problem = tracking.problem
    return {
        "number": tracking.number,
        "status": _status(now, tracking),
        "sub_status": now.sub,
        "error": problem and {"kind": problem.kind, "message": problem.message},
        "estimated_delivery": window_document(tracking.window),
        "delivered_at": tracking.delivered_at and tracking.delivered_at.text,
        "signed_by": tracking.signed_by,
        "events": [event_document(event) for event in tracking.events],
    } | _beside(tracking)


def _beside(tracking: Tracking) -> dict[str, Any]:
    """Return what few answers tell, and only what this one does."""
    money = {"money": money_documents(tracking.money)} if tracking.money else {}
    told = details.document(tracking.detail)
    return money | {name: value for name, value in told.items() if value}


def _present(tracking: Tracking) -> Meaning:
    """Of an answer that tells of money alone, what the money tells of the parcel."""
    now = condition(tracking)
    money = [e.meaning for e in tracking.events if is_money(e.meaning)]
    return money[-1] if money and now == UNKNOWN else now


# The carrier has answered for a number, and knows no parcel by it.
_NO_PARCEL = {Trouble.NOT_FOUND, Trouble.INVALID_NUMBER}


def _status(now: Meaning, tracking: Tracking) -> str | None:
    """A parcel of which nothing is known yet is pending, a failed answer has no status.

    A failure that names its number is that parcel's; without one, nothing was answered.
    """
    if now.status is not Status.UNKNOWN:
        return now.status
    problem = tracking.problem
    if problem is None:
        return Status.PENDING
    unknown = tracking.number is not None and problem.kind in _NO_PARCEL
    return Status.PENDING if unknown else None


def window_document(window: Window | None) -> dict[str, str] | None:
    """Return `{from, until}` as exact as stated, None where nothing is."""
    if window is None:
        return None
    return {"from": window.start.text, "until": window.until.text}


def event_document(event: Event) -> dict[str, Any]:
    """Return one scan: its time as stated, its code and words, our meaning, the place."""
    stamp, place = event.stamp, event.place
    return {
        "local": stamp and _local(stamp),
        "offset": offset_text(stamp.offset)
        if stamp is not None and stamp.offset is not None
        else None,
        "at": stamp and _instant(stamp.at),
        "precision": stamp and stamp.precision,
        "code": event.code,
        "description": event.description,
        "status": event.meaning.status,
        "sub_status": event.meaning.sub,
        "cause": event.meaning.cause,
        "city": place.city,
        "region": place.region,
        "country": place.country,
        "postal": place.postal,
    }


def money_documents(facts: Iterable[Money]) -> list[dict[str, Any]]:
    """Return what was told of money: its kind, when as stated, and how much."""
    return [
        {
            "kind": fact.kind,
            "at": fact.stamp and fact.stamp.text,
            "amount": None if fact.amount is None else f"{fact.amount:.2f}",
            "currency": fact.currency,
        }
        for fact in facts
    ]


def _local(stamp: Stamp) -> str:
    return Stamp(stamp.local, None, stamp.precision).text


def _instant(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
