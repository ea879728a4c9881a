"""Pixels: what strangers send as a picture, read with care and freed of all else."""

from io import BytesIO

from PIL import Image

LARGEST = 5_000_000  # bytes, as sent

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


def upright(sent: bytes, formats: tuple[str, ...], *, most: int) -> Image.Image:
    """Return the picture alone, RGBA, the way up that its camera noted.

    Its kind is told by what is in it; `most` is in pixels, and is looked at before they
    are unpacked. Raises `Unreadable`.
    """
    if len(sent) > LARGEST:
        raise Unreadable("too large")
    try:
        with Image.open(BytesIO(sent), formats=formats) as picture:
            if picture.width * picture.height > most:
                raise Unreadable("too many pixels")  # noqa: TRY301
            # Of EXIF nothing else is read: the rest may be damaged.
            turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
            whole = picture.convert("RGBA")
            if turn is not None:
                whole = whole.transpose(turn)
    except Unreadable:
        raise
    # Whatever a decoder meets in rubbish; a bomb is told by its header already.
    except Exception as error:
        raise Unreadable("no picture that can be read") from error
    bare = Image.new("RGBA", whole.size)
    bare.paste(whole)
    return bare
