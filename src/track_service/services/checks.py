"""Checks: when the carrier last scanned, when it last answered, and whether it can."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from track_service.core.parcel import Shipment
from track_service.core.tracking import Trouble
from track_service.services.scans import clock, place_text, shown_events, zone_mark
from track_service.templating.voice import Voice

_FAILED_OFTEN = 2  # one failed question is no news, two in a row are
_ANSWERS = {Trouble.NOT_FOUND, Trouble.INVALID_NUMBER}  # the carrier did speak


@dataclass(frozen=True, slots=True)
class Checks:
    """`last_scan` is day, hour and place; `checked` is how long ago the carrier answered.

    `checked_at` is that instant (RFC 3339); `note` stands if the carrier cannot be
    reached. After the end of a parcel's life nobody asks, so only the scan is told.
    """

    last_scan: str | None = None
    checked: str | None = None
    checked_at: str | None = None
    note: str | None = None


def checks(
    shipment: Shipment,
    voice: Voice,
    *,
    now: datetime,
    zone: tzinfo,
    carrier_label: str,
    blind: bool,
) -> Checks:
    """Return what the page says of our own knowledge."""
    scan = _last_scan(shipment, voice, zone, now)
    if shipment.meaning.status.is_final:
        return Checks(last_scan=scan)
    seen = shipment.seen_at
    ago = voice.ago(seen, now) if seen else None
    return Checks(
        last_scan=scan,
        checked=ago,
        checked_at=f"{seen.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if seen else None,
        note=_note(voice, carrier_label, ago) if _unseen(shipment, blind) else None,
    )


def _unseen(shipment: Shipment, blind: bool) -> bool:
    failed = shipment.trouble is not None and shipment.trouble not in _ANSWERS
    return blind or (failed and shipment.failures >= _FAILED_OFTEN)


def _note(voice: Voice, carrier: str, ago: str | None) -> str:
    if ago is None:
        return voice.say(
            "We cannot reach {carrier} at the moment. We keep trying.", carrier=carrier
        )
    return voice.say(
        "We cannot reach {carrier} at the moment. You see what it told us {ago}.",
        carrier=carrier,
        ago=ago,
    )


def _last_scan(
    shipment: Shipment, voice: Voice, zone: tzinfo, now: datetime
) -> str | None:
    events = shown_events(shipment)
    if not events or events[-1].stamp is None:
        return None
    event = events[-1]
    stamp, today = events[-1].stamp, now.astimezone(zone).date()
    when = [
        voice.full_date(stamp.local.date(), today, short=True),
        " ".join(filter(None, (clock(stamp, voice), zone_mark(stamp, zone)))),
        place_text(event.place, voice, abroad=False),
    ]
    return ", ".join(filter(None, when))
