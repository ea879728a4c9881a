"""Rest: what else an order holds, beside the parcel that the page is about."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from track_service.core.parcel import Item, Shipment
from track_service.core.promise import promise_state
from track_service.services.arrival import arrival
from track_service.services.state import state
from track_service.services.veil import veiled
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class OtherParcel:
    """Another parcel of the order; `href` is its own page. `when` is in words or None."""

    tone: str
    headline: str
    href: str
    when: str | None
    items: tuple[str, ...]


def other_parcel(
    shipment: Shipment,
    voice: Voice,
    *,
    now: datetime,
    zone: tzinfo,
    carrier_label: str,
) -> OtherParcel:
    """Return another parcel's line: its condition, its date, what is in it."""
    seen = veiled(shipment, voice, carrier_label)
    shipment, carrier_label = seen.shipment, seen.carrier
    expected = arrival(shipment, voice, now=now, zone=zone, carrier_label=carrier_label)
    told = state(
        shipment,
        voice,
        carrier_label=carrier_label,
        promise=promise_state(shipment, now=now, zone=zone),
        is_late=expected.is_late,
        today=now.astimezone(zone).date(),
    )
    when = f"{expected.label}: {expected.value}" if expected.value else None
    return OtherParcel(
        tone=told.tone,
        headline=told.headline,
        href=f"/t/{shipment.token}",
        when=when,
        items=tuple(
            f"{item.title} \N{MULTIPLICATION SIGN}\N{NARROW NO-BREAK SPACE}{item.quantity}"
            for item in shipment.order.shown
        ),
    )


def unshipped(ordered: Sequence[Item], parcels: Iterable[Shipment]) -> tuple[Item, ...]:
    """Return what was ordered and is in none of the parcels, with what is left of it.

    What comes back was sent all the same.
    """
    packed: Counter[tuple[str, str | None]] = Counter()
    for parcel in parcels:
        if parcel.inward:
            continue
        for item in parcel.order.items:
            packed[_of(item)] += item.quantity
    left = []
    for item in ordered:
        taken = min(item.quantity, packed[_of(item)])
        packed[_of(item)] -= taken
        if item.quantity > taken:
            left.append(replace(item, quantity=item.quantity - taken))
    return tuple(left)


def _of(item: Item) -> tuple[str, str | None]:
    """What tells one thing from another: its stock number, else its name."""
    return (item.sku, None) if item.sku else (item.title, item.variant)
