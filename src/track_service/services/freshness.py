"""Freshness: until when a page says the same, and the ETag that tells two apart."""

import hashlib
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from track_service.core.calendar import end_of, today
from track_service.core.parcel import Brand, Shipment
from track_service.templating.engine import templates_version
from track_service.templating.render import Context
from track_service.templating.voice import ago_changes


def fresh_until(shipment: Shipment, now: datetime) -> datetime:
    """Return the next instant (aware UTC) at which time alone changes a sentence.

    "Today" turns at the brand's midnight, "2 hours ago" by the hour, and an expected
    hour passes; news of the parcel is the ETag's matter.
    """
    changes = [day_ends(shipment.brand, now)]
    if not shipment.meaning.status.is_final:
        if shipment.seen_at is not None:
            changes.append(ago_changes(shipment.seen_at, now))
        until = shipment.window.until.at if shipment.window else None
        if until is not None and until > now:
            changes.append(until)
    return min(changes).astimezone(UTC)


def day_ends(brand: Brand, now: datetime) -> datetime:
    """Return the brand's next midnight (aware UTC): "today" is another day then."""
    zone = ZoneInfo(brand.zone)
    return end_of(today(now, zone), zone)


def etag(page: Context, *hosts: str) -> str:
    """Return a strong ETag's text, without quotes.

    It covers every word that the page shows, in its language, and the templates that
    show it, so it changes when and only when the page may. `hosts` are the origins that
    may embed it.
    """
    digest = hashlib.sha256(" ".join((templates_version(), *hosts)).encode())
    for name, value in etag_parts(page):
        digest.update(f"\0{name}={value!r}".encode())
    return digest.hexdigest()[:32]


def etag_parts(page: Context) -> list[tuple[str, Any]]:
    """Return what the ETag covers, name by name."""
    return [(f.name, getattr(page, f.name)) for f in fields(page)]
