"""Pixels: what strangers send as a picture, read with care and freed of all else."""

from io import BytesIO
from threading import Lock

from PIL import Image

LARGEST = 5_000_000  # bytes, as sent

_ALONE = Lock()
_MOST_UNPACKED = 16_000_000  # pixels, of four bytes, held up to five times
_ORIENTATION = 0x0112  # of EXIF; 1 is upright
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Unreadable(Exception):
    """What was sent is no picture that we take; the message says why."""


class TooManyPixels(Unreadable):
    """It would take too much memory to unpack; a smaller copy would do."""


def upright(
    sent: bytes, formats: tuple[str, ...], *, most: int, edge: int
) -> Image.Image:
    """Return the picture alone, RGBA, the way up that its camera noted.

    Its kind is told by what is in it. Its pixels, at most `most`, are looked at before
    they are unpacked; of a picture whose sides all exceed `edge` pixels no more are
    kept than that needs. One at a time in a process is unpacked, so that many at once
    take no more memory than one does. Raises `Unreadable`.
    """
    if len(sent) > LARGEST:
        raise Unreadable("too large")
    try:
        with _ALONE, Image.open(BytesIO(sent), formats=formats) as picture:
            _draft(picture, most, edge)
            # Of EXIF nothing else is read: the rest may be damaged.
            turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
            whole = _reduced(picture, edge).convert("RGBA")
            if turn is not None:
                whole = whole.transpose(turn)
            bare = Image.new("RGBA", whole.size)
            bare.paste(whole)
    except Unreadable:
        raise
    # Whatever a decoder meets in rubbish; a bomb is told by its header already.
    except Exception as error:
        raise Unreadable("no picture that can be read") from error
    return bare


def _draft(picture: Image.Image, most: int, edge: int) -> None:
    """Have a JPEG unpacked at a half, a quarter or an eighth, if that is enough."""
    pixels = unpacked = picture.width * picture.height
    picture.draft(None, (edge, edge))
    if "progressive" not in picture.info:  # one is unpacked whole, then made smaller
        unpacked = picture.width * picture.height
    if pixels > most or unpacked > _MOST_UNPACKED:
        raise TooManyPixels("too many pixels")


def _reduced(picture: Image.Image, edge: int) -> Image.Image:
    """Return a picture made smaller by a whole number, before it is copied about."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    whole = picture if picture.mode == mode else picture.convert(mode)
    return whole.reduce(max(1, min(whole.size) // edge))
