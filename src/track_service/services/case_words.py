"""Cases in words: for ops' alerts, who read English, and for the webhook's payload."""

from collections.abc import Mapping
from typing import Any

from track_service.core.cases import CaseKind
from track_service.store.cases import Case

_TITLES: Mapping[CaseKind, str] = {
    CaseKind.NOT_RECEIVED: "has not got the parcel",
    CaseKind.DAMAGED: "got a damaged parcel",
    CaseKind.ITEM_MISSING: "misses an item",
    CaseKind.NOBODY_CAME: "says that nobody came or called",
    CaseKind.WRONG_ADDRESS: "says that the address is wrong",
    CaseKind.REDELIVER: "wants another delivery attempt",
    CaseKind.UNHAPPY: "is not happy with the delivery",
}


def alert_words(case: Case, *, brand: str) -> tuple[str, str]:
    """Return title and text of an alert; nothing that the shopper wrote is in it."""
    urgent = "Urgent: " if case.kind is CaseKind.REDELIVER else ""
    where = f" at {case.hub}" if case.hub else ""
    lines = [
        f"Parcel {case.number} of {case.carrier}{where}.",
        f"Answer by {case.due_at:%Y-%m-%d %H:%M} UTC: case {case.id}.",
    ]
    if case.wanted_on:
        lines.append(f"Wanted on {case.wanted_on:%Y-%m-%d}.")
    if case.address_ok is False:
        lines.append("A new address waits for your confirmation.")
    title = f"{urgent}{brand}: the shopper of {case.order_number} {_TITLES[case.kind]}"
    return title, "\n".join(lines)


def case_data(case: Case) -> dict[str, Any]:
    """Return a case for machines, without what the shopper wrote."""
    return {
        "case": case.id,
        "brand": case.brand,
        "order_number": case.order_number,
        "shipment": case.shipment,
        "tracking_number": case.number,
        "kind": case.kind,
        "severity": case.kind.severity.name.lower(),
        "carrier": case.carrier,
        "hub": case.hub,
        "state": case.state,
        "outcome": case.outcome,
        "opened_at": case.opened_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "settled_at": case.settled_at and case.settled_at.isoformat(),
        "wanted_on": case.wanted_on and case.wanted_on.isoformat(),
        "address_ok": case.address_ok,
        "has_photo": case.has_photo,
    }
