"""Arrival: when a parcel comes, how sure that is, and whether it keeps the promise."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from track_service.core.parcel import Shipment
from track_service.core.status import ENDED_BADLY, Meaning, Status
from track_service.core.tracking import Stamp, Window
from track_service.services.scans import clock, zone_mark
from track_service.templating.voice import N_, Voice


@dataclass(frozen=True, slots=True)
class Arrival:
    """`value` is as exact as what was stated; `is_late` is true beside a sorry note."""

    label: str | None = None
    value: str | None = None
    note: str | None = None
    promised: str | None = None
    is_late: bool = False


_OVER = ENDED_BADLY | {(Status.EXCEPTION, "compensated")}
_NO_DATE = {
    Status.DELIVERED,
    Status.AVAILABLE_FOR_PICKUP,
    Status.RETURNING,
    Status.RETURNED,
    Status.CANCELLED,
    Status.EXPIRED,
}


def arrival(
    shipment: Shipment, voice: Voice, *, now: datetime, zone: tzinfo
) -> Arrival:
    """Return the arrival's texts; "today" is the brand's, in `zone`."""
    meaning, today = shipment.meaning, now.astimezone(zone).date()
    promised = shipment.promised_on
    stated = voice.full_date(promised, today) if promised else None
    if meaning.status is Status.DELIVERED:
        return _delivered(shipment, voice, zone, today, stated)
    if not is_awaited(meaning):
        return Arrival(promised=stated)
    note, is_late = _promise_note(shipment, voice, today)
    label, value = _expected(shipment, voice, now, zone, is_late=is_late)
    return Arrival(label, value, note, stated, is_late)


def is_awaited(meaning: Meaning) -> bool:
    """Tell whether a courier is still to come with the parcel."""
    over = meaning.status in _NO_DATE or (meaning.status, meaning.sub) in _OVER
    return not over


def _expected(
    shipment: Shipment, voice: Voice, now: datetime, zone: tzinfo, *, is_late: bool
) -> tuple[str | None, str | None]:
    today, window = now.astimezone(zone).date(), shipment.window
    if window is not None:
        over = is_over(window, now=now, zone=zone)
        label = voice.say("Was expected") if over else voice.say("Expected")
        return label, window_text(window, voice, zone=zone, today=today)
    if is_late:
        return voice.say("Expected"), voice.say("No new date yet")
    # Beside a trouble, a promise made before it would sound like a new one.
    calm = shipment.meaning.status not in {Status.EXCEPTION, Status.ATTEMPT_FAILED}
    if shipment.promised_on is not None and calm:
        return voice.say("Promised for"), voice.day(shipment.promised_on, today)
    return None, None


def _delivered(
    shipment: Shipment, voice: Voice, zone: tzinfo, today: date, stated: str | None
) -> Arrival:
    scans = [e.stamp for e in shipment.events if e.meaning.status is Status.DELIVERED]
    stamp = shipment.delivered_at or (scans[0] if scans else None)
    collected = shipment.meaning.sub == "collected_by_customer"
    label = voice.say("Collected") if collected else voice.say("Delivered")
    if stamp is None:
        return Arrival(promised=stated)
    note, after = None, 0
    if shipment.promised_on is not None:
        after = (stamp.local.date() - shipment.promised_on).days
    if after > 0:
        note = voice.many(
            "That was {n} day later than promised. We are sorry.",
            "That was {n} days later than promised. We are sorry.",
            after,
        )
    value = _moment(stamp, voice, zone, today)
    return Arrival(label, value, note, promised=stated, is_late=after > 0)


def _promise_note(
    shipment: Shipment, voice: Voice, today: date
) -> tuple[str | None, bool]:
    promised, window = shipment.promised_on, shipment.window
    if promised is None:
        return None, False
    day = voice.full_date(promised, today)
    missed = promised < today or shipment.promise_state in {"late", "broken"}
    if missed or (window and window.start.local.date() > promised):
        text = voice.say("Later than promised ({date}). We are sorry.", date=day)
        return text, True
    if window and window.until.local.date() > promised:
        return voice.say("It may come after the promised day, {date}.", date=day), False
    return None, False


def is_over(window: Window, *, now: datetime, zone: tzinfo) -> bool:
    """Tell whether a window has passed; where the hour is not sure, by the day."""
    until = window.until
    if until.at is not None:
        return now >= until.at
    return now.astimezone(zone).date() > until.local.date()


def window_text(
    window: Window, voice: Voice, *, zone: tzinfo, today: date, near: bool = True
) -> str:
    """Return a window: a day stays a day, hours stand only where they were stated.

    `near` allows "today"; a mail, which is read whenever, goes without.
    """
    start, until = window.start, window.until
    day = start.local.date()
    if day != until.local.date():
        ends = (_end(stamp, voice, zone, today) for stamp in (start, until))
        return " – ".join(ends)  # noqa: RUF001 - a range has an en dash
    mark = zone_mark(until, zone) or zone_mark(start, zone)
    label = voice.day(day, today) if near else voice.full_date(day, today)
    hours = _hours(window, voice)
    return label if hours is None else f"{label}, {_marked(hours, mark)}"


def _end(stamp: Stamp, voice: Voice, zone: tzinfo, today: date) -> str:
    day, hour = (
        voice.full_date(stamp.local.date(), today, short=True),
        clock(stamp, voice),
    )
    return day if hour is None else f"{day}, {_marked(hour, zone_mark(stamp, zone))}"


def _marked(hours: str, mark: str | None) -> str:
    return f"{hours} {mark}" if mark else hours


def _hours(window: Window, voice: Voice) -> str | None:
    start, until = clock(window.start, voice), clock(window.until, voice)
    if start == until:
        return start
    if start is None:
        return voice.say(N_("by {time}"), time=until)
    if until is None:
        return voice.say(N_("from {time}"), time=start)
    return f"{start}–{until}"  # noqa: RUF001


def _moment(stamp: Stamp, voice: Voice, zone: tzinfo, today: date) -> str:
    day, hour = voice.day(stamp.local.date(), today), clock(stamp, voice)
    return day if hour is None else f"{day}, {_marked(hour, zone_mark(stamp, zone))}"
