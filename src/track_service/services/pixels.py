"""Pixels: what strangers send as a picture, read with care and freed of all else."""

from io import BytesIO

from PIL import Image, ImageOps

LARGEST = 5_000_000  # bytes, as sent


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
                raise Unreadable("too many pixels")
            whole = ImageOps.exif_transpose(picture).convert("RGBA")
    # Whatever a decoder meets in rubbish; a bomb is told by its header already.
    except (
        OSError, SyntaxError, ValueError, MemoryError, IndexError, KeyError, TypeError,
        Image.DecompressionBombError,
    ) as error:  # fmt: skip
        raise Unreadable("no picture that can be read") from error
    bare = Image.new("RGBA", whole.size)
    bare.paste(whole)
    return bare
