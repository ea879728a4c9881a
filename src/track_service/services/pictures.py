"""Pictures that shops name: fetched once, checked, made anew, served by us.

Readers' browsers ask nobody but us, and what is served was drawn by us pixel by pixel:
no EXIF, no script, no picture that is something else besides.
"""

from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO

import structlog
from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from track_service.http import HttpError, Refused
from track_service.services import pixels
from track_service.services.desk import Desk
from track_service.store import pictures
from track_service.store.pictures import Due

log = structlog.get_logger("track_service.pictures")

EDGES = (56, 112, 160, 320)  # an item and a product's card, each at 1x and 2x
KEPT = timedelta(days=120)  # since a page wanted it last
MOST = 20_000  # pictures, of some 20 kB in all their sizes
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_MOST_PIXELS = 30_000_000
_LEASE = timedelta(minutes=5)
_FIRST_PAUSE = timedelta(minutes=1)  # doubled with each failure
_TRIES = 13  # the last one after nearly three days
_QUALITY = 80


def fetch_due(desk: Desk, *, limit: int = 4) -> int:
    """Fetch some of the pictures that are due; return how many were tried."""
    wall = desk.wall()
    with desk.database.read() as session:
        found = pictures.due(session, wall=wall, limit=limit)
    if not found:
        return 0
    with desk.database.write() as session:
        taken = [
            one
            for one in found
            if pictures.claim(session, one, wall=wall, until=wall + _LEASE)
        ]
        session.commit()
    for one in taken:
        _fetch(desk, one)
    return len(taken)


def made(sent: bytes) -> dict[int, bytes]:
    """Return a picture as WebP, square, by its edge in pixels. Raises `Unreadable`."""
    whole = pixels.upright(sent, _FORMATS, most=_MOST_PIXELS, edge=2 * max(EDGES))
    return {edge: _square(whole, edge) for edge in EDGES}


def shown(session: Session, urls: Iterable[str | None]) -> dict[str, str]:
    """Return where pictures are served, by the address that their shop names.

    `<path>-<edge>.webp` is one; those that are missing or not fetched yet have none.
    """
    there = pictures.made(session, urls)
    return {url: f"/picture/{digest}" for url, digest in there.items()}


def _fetch(desk: Desk, of: Due) -> None:
    try:
        answer = desk.guarded.get(of.url, headers={"Accept": "image/*"})
        if answer.status != 200:
            return _put_off(desk, of, f"answered {answer.status}")
        files = made(answer.body)
    except (Refused, pixels.Unreadable) as error:  # it will be no better tomorrow
        return _put_off(desk, of, str(error), for_good=True)
    except HttpError as error:
        return _put_off(desk, of, str(error), for_good=not error.retry)
    with desk.database.write() as session:
        pictures.keep(session, of, files)
        session.commit()
    return None


def _put_off(desk: Desk, of: Due, problem: str, *, for_good: bool = False) -> None:
    is_over = for_good or of.tries + 1 >= _TRIES
    until = None if is_over else desk.wall() + _FIRST_PAUSE * 2**of.tries
    with desk.database.write() as session:
        pictures.put_off(session, of, problem, until=until)
        session.commit()
    log.info("picture not fetched", problem=problem, given_up=is_over)


def _square(whole: Image.Image, edge: int) -> bytes:
    small = ImageOps.fit(whole, (edge, edge), Image.Resampling.LANCZOS)
    file = BytesIO()
    small.save(file, "WEBP", quality=_QUALITY, method=4)
    return file.getvalue()
