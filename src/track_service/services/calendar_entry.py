"""Calendar entry: an expected arrival as iCalendar (RFC 5545), without personal data."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from track_service.core.expected import Source, expected
from track_service.core.parcel import Shipment
from track_service.core.tracking import Precision, Stamp, Window
from track_service.templating.voice import Voice

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar is told; `link` shows no more than the entry does."""

    uid: str
    title: str
    link: str
    window: Window


def awaited_window(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Window | None:
    """Return the window that the page shows, None if there is none ahead.

    That is the carrier's, else our own estimate; what the shop promised is neither.
    """
    holds = expected(shipment, now=now, zone=zone)
    if holds is None or holds.source is Source.MERCHANT:
        return None
    ours = holds.source is Source.PREDICTED
    shown = shipment.outlook is not None and shipment.outlook.shown
    return None if ours and not shown else holds.window


def entry(shipment: Shipment, window: Window, voice: Voice, *, link: str) -> Entry:
    """Return a parcel's entry; its `uid` stays, so that a newer one takes its place."""
    title = voice.say("Parcel from {brand}", brand=shipment.brand.name)
    return Entry(f"{shipment.public_id}@track-service", title, link, window)


def ics(entry: Entry, *, now: datetime) -> bytes:
    """Return the entry as a file: hours where they were stated, else whole days."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Track Service//Arrival//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"DTSTAMP:{_utc(now)}",
        *_times(entry.window),
        f"SUMMARY:{_text(entry.title)}",
        f"URL:{entry.link}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _times(window: Window) -> tuple[str, ...]:
    start, until = window.start, window.until
    if Precision.DAY in {start.precision, until.precision}:
        first, last = start.local.date(), until.local.date()
        return (
            f"DTSTART;VALUE=DATE:{_date(first)}",
            f"DTEND;VALUE=DATE:{_date(last + _DAY)}",
        )
    begins, ends = _clock(start), _clock(until)
    return (f"DTSTART:{begins}", *([f"DTEND:{ends}"] if begins < ends else ()))


def _clock(stamp: Stamp) -> str:
    """An instant, or the wall clock where the parcel comes if no offset is known."""
    return _utc(stamp.at) if stamp.at else f"{stamp.local:%Y%m%dT%H%M%S}"


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _date(day: date) -> str:
    return f"{day:%Y%m%d}"


def _text(value: str) -> str:
    for mark in ("\\", ";", ","):
        value = value.replace(mark, f"\\{mark}")
    return " ".join(value.split())


def _folded(line: str) -> bytes:
    """A line of at most 75 bytes, no letter parted; what is more goes on the next."""
    rows, row = [], b""
    for letter in line:
        more = letter.encode()
        if len(row) + len(more) > 75:
            rows.append(row)
            row = b" "
        row += more
    return b"\r\n".join([*rows, row]) + b"\r\n"
