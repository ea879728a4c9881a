"""A brand's logo as it is served: drawn anew, no larger than a page can show."""

from io import BytesIO

from PIL import Image

from track_service.services import pixels

LARGEST = 200_000  # bytes, as sent
MEDIA_TYPE = "image/webp"
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_MOST_PIXELS = 8_000_000
_BOX = (640, 160)  # four times what a page shows it in
_EDGE = 320  # of its shorter side, as unpacked: twice the box
_EXACT = 10_000  # bytes up to which every pixel stays as it is
_QUALITY = 85


def read(sent: bytes) -> Image.Image:
    """Return the picture in a logo's file. Raises `Unreadable`."""
    return pixels.upright(sent, _FORMATS, most=_MOST_PIXELS, edge=_EDGE)


def drawn(sent: bytes) -> bytes:
    """Return a logo as WebP of at most 640 by 160 pixels. Raises `Unreadable`."""
    if len(sent) > LARGEST:
        raise pixels.Unreadable(f"more than {LARGEST} bytes")
    picture = read(sent)
    picture.thumbnail(_BOX, Image.Resampling.LANCZOS)
    exact = _webp(picture, lossless=True)
    return exact if len(exact) <= _EXACT else _webp(picture, quality=_QUALITY)


def _webp(picture: Image.Image, **how: bool | int) -> bytes:
    file = BytesIO()
    picture.save(file, "WEBP", method=6, **how)
    return file.getvalue()
