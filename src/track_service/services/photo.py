"""Photos that shoppers send: checked, made anew, and so without what cameras write in."""

from io import BytesIO

from track_service.services import pixels

LARGEST = pixels.LARGEST
_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS = 50_000_000
_EDGE = 1600  # pixels: enough to see a crack
_ENOUGH = 1200  # of the shorter side, as cameras have them
_QUALITY = 82


class BadPhoto(Exception):
    """What was sent is no photo that we take."""


class TooLarge(BadPhoto):
    """A photo of too many pixels; a smaller copy of it would do."""


def clean(sent: bytes) -> bytes:
    """Return a JPEG of at most 1600 pixels a side that holds the picture alone.

    JPEG, PNG and WebP are taken. Where it was taken, when and by which camera is not in
    it any more. Raises `BadPhoto`.
    """
    try:
        photo = pixels.upright(sent, _FORMATS, most=_MOST_PIXELS, edge=_ENOUGH)
    except pixels.TooManyPixels as error:
        raise TooLarge(str(error)) from error
    except pixels.Unreadable as error:
        raise BadPhoto(str(error)) from error
    photo.thumbnail((_EDGE, _EDGE))
    made = BytesIO()
    photo.convert("RGB").save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()
