"""What a carrier may write without end is cut to what a history holds."""

from dataclasses import replace

from track_service.core.tracking import Event, Place

_CODE, _TEXT, _CITY, _REGION, _POSTAL = 80, 500, 120, 80, 20


def tidy(event: Event) -> Event:
    """Return a scan whose texts can be stored: bounded, without NULs and half characters.

    A country that is no two letters is none of ours to guess. Tidying twice changes
    nothing, so a scan keeps its key between being seen and being loaded.
    """
    place = event.place
    country = (place.country or "").upper()
    return replace(
        event,
        code=_cut(event.code, _CODE),
        description=_cut(event.description, _TEXT),
        place=Place(
            _cut(place.city, _CITY),
            _cut(place.region, _REGION),
            country if len(country) == 2 and country.isascii() else None,
            _cut(place.postal, _POSTAL),
        ),
    )


def _cut(text: str | None, length: int) -> str | None:
    if text is None:
        return None
    clean = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return clean[:length].strip() or None
