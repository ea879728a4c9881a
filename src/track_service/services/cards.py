"""Cards: the picture that a chat shows for a link. Only the brand is on it."""

from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageDraw

from track_service.core.parcel import Brand
from track_service.services.logo import read
from track_service.services.pixels import Unreadable
from track_service.templating.colours import palette

SIZE = (1200, 630)
_ROOM = (560, 260)
_FINE = 4  # drawn larger, then scaled: so that slanting edges are smooth
_TOP, _RIGHT, _LEFT = (12.0, 3.0), (20.5, 7.5), (3.5, 7.5)
_SIDES = (_TOP, _RIGHT, (20.5, 16.5), (12.0, 21.0), (3.5, 16.5), _LEFT)
_EDGES = (
    (
        *_SIDES,
        _TOP,
        _RIGHT,
    ),  # once round and on, so that the first corner is joined too
    (_LEFT, (12.0, 12.0), _RIGHT),
    ((12.0, 12.0), (12.0, 21.0)),
)


def card(brand: Brand, logo: bytes | None) -> bytes:
    """Return a PNG of 1200 by 630: the brand's logo, else a parcel, on its colour.

    A logo that cannot be read, kept since before logos were drawn anew, is none.
    """
    colours = palette(brand.theme)
    picture = Image.new("RGB", SIZE, colours.primary)
    shown = _parcel(colours.on_primary)
    if logo is not None:
        with suppress(Unreadable):
            shown = read(logo)
    scale = min(_ROOM[0] / shown.width, _ROOM[1] / shown.height)
    # A line scales to less than a pixel, which cannot be drawn.
    width, height = (max(1, round(side * scale)) for side in shown.size)
    shown = shown.resize((width, height))
    at = ((SIZE[0] - shown.width) // 2, (SIZE[1] - shown.height) // 2)
    picture.paste(shown, at, shown)
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _parcel(colour: str) -> Image.Image:
    unit = _ROOM[1] / 24 * _FINE
    side = _ROOM[1] * _FINE
    large = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(large)
    for edge in _EDGES:
        line = [(x * unit, y * unit) for x, y in edge]
        pen.line(line, fill=colour, width=round(1.5 * unit), joint="curve")
    return large.resize((_ROOM[1], _ROOM[1]), Image.Resampling.LANCZOS)
