"""What a carrier may write without end is cut to what a history holds."""

import re
from dataclasses import replace

from track_service.core.detail import Detail, Mile, PickupPoint
from track_service.core.tracking import Event, Place, Stamp, Tracking

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_CODE, _TEXT, _CITY, _REGION, _POSTAL = 80, 500, 120, 80, 20
_LINE, _LINES, _LINK, _CARRIER, _NUMBER = 160, 14, 500, 80, 60


def tidy(event: Event) -> Event:
    """Return a scan whose texts can be stored: bounded, without NULs and half characters.

    A country that is no two letters is none of ours to guess. Tidying twice changes
    nothing, so a scan keeps its key between being seen and being loaded.
    """
    place = event.place
    country = place.country or ""
    return replace(
        event,
        code=clean(event.code, _CODE),
        description=clean(event.description, _TEXT),
        place=Place(
            _spot(place.city, _CITY),
            _spot(place.region, _REGION),
            country.upper() if _COUNTRY.fullmatch(country) else None,
            _spot(place.postal, _POSTAL),
        ),
    )


def dated(tracking: Tracking) -> Tracking:
    """Return what was told without years that stand for "no time" (0001, 9999).

    Nobody can reckon with them: an offset more and they are no dates at all.
    """
    window = tracking.window
    return replace(
        tracking,
        events=tuple(map(_dated, tracking.events)),
        ahead=tracking.ahead and _dated(tracking.ahead),
        window=window
        if window and _stated(window.start) and _stated(window.until)
        else None,
        delivered_at=_stated(tracking.delivered_at),
    )


def _dated(event: Event) -> Event:
    stamp = _stated(event.stamp)
    return event if stamp is event.stamp else replace(event, stamp=stamp)


def _stated(stamp: Stamp | None) -> Stamp | None:
    return stamp if stamp and 1970 < stamp.local.year < 9000 else None


def tidy_detail(detail: Detail) -> Detail:
    """Return what can be stored and shown of it: bounded texts, and links by https."""
    by, link = detail.collect_by, clean(detail.proof_url, _LINK)
    safe = link and link.startswith("https://") and link == detail.proof_url
    return Detail(
        pickup=_tidy_point(detail.pickup or PickupPoint()) or None,
        collect_by=by if by and 1970 < by.year < 9000 else None,
        proof_url=link if safe else None,
        first_mile=_tidy_mile(detail.first_mile or Mile()) or None,
        last_mile=_tidy_mile(detail.last_mile or Mile()) or None,
    )


def _tidy_point(point: PickupPoint) -> PickupPoint:
    lines, hours = _all_bounded(point.lines), _all_bounded(point.hours)
    return PickupPoint(clean(point.name, _LINE), lines, hours)


def _tidy_mile(mile: Mile) -> Mile:
    return Mile(clean(mile.carrier, _CARRIER), clean(mile.number, _NUMBER))


def _all_bounded(texts: tuple[str, ...]) -> tuple[str, ...]:
    told = (clean(text, _LINE) for text in texts[:_LINES])
    return tuple(text for text in told if text)


def clean(text: str | None, length: int) -> str | None:
    """Return a text that can be stored, of at most `length` characters; None if blank."""
    if text is None:
        return None
    whole = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return whole.strip()[:length].strip() or None


def _spot(text: str | None, length: int) -> str | None:
    """A scan's key holds its place in lower case, where one letter may become three."""
    spot = clean(text, length)
    if spot is not None and len(spot.casefold()) > length:
        return clean(spot, length // 3)
    return spot
