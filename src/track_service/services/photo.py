"""Photos that shoppers send: checked, made anew, and so without what cameras write in."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps

LARGEST = 5_000_000  # bytes, as sent
_MOST_PIXELS = 50_000_000
_EDGE = 1600  # pixels: enough to see a crack
_QUALITY = 82


class BadPhoto(Exception):
    """What was sent is no photo that we take."""


def clean(sent: bytes) -> bytes:
    """Return a JPEG of at most 1600 pixels a side that holds the picture alone.

    JPEG, PNG and WebP are taken. Where it was taken, when and by which camera is not in
    it any more. Raises `BadPhoto`.
    """
    if len(sent) > LARGEST:
        raise BadPhoto("too large")
    try:
        return _anew(sent)
    except (OSError, SyntaxError, ValueError, MemoryError, Warning) as error:
        raise BadPhoto("unreadable") from error


def _anew(sent: bytes) -> bytes:
    """Return the picture alone; on rubbish Pillow fails in the ways named above."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a bomb it only warns
        with Image.open(BytesIO(sent), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError("too many pixels")
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((_EDGE, _EDGE))
            whole = upright.convert("RGB")
    bare = Image.new("RGB", whole.size)
    bare.paste(whole)
    made = BytesIO()
    bare.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()
