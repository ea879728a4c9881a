"""Windows: days and hours in words, never more exact than they were stated."""

from datetime import date, tzinfo

from track_service.core.tracking import Stamp, Window
from track_service.services.scans import clock, zone_mark
from track_service.templating.voice import N_, Voice


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


def moment(stamp: Stamp, voice: Voice, zone: tzinfo, today: date) -> str:
    """Return a day, with its hour where that was stated: `Today, 22 November, 10:20`."""
    day, hour = voice.day(stamp.local.date(), today), clock(stamp, voice)
    return day if hour is None else f"{day}, {_marked(hour, zone_mark(stamp, zone))}"
