"""Pictures: which are wanted, which are due to be fetched, and those that are there."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from track_service.store.db import insert_for
from track_service.store.picture_models import PictureFileRow, PictureRow

_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
_STILL_WANTED = timedelta(days=1)  # so that a favourite is not written with each order


@dataclass(frozen=True, slots=True)
class Due:
    """A picture to fetch; `tries` counts those that failed."""

    source: str
    url: str
    tries: int


def want(session: Session, urls: Iterable[str | None], *, now: datetime) -> None:
    """Note that pages will show these pictures; None is no picture."""
    wanted = {_source(url): url for url in urls if url}
    fresh = select(PictureRow.source).where(
        PictureRow.source.in_(wanted), PictureRow.wanted_at > now - _STILL_WANTED
    )
    missing = wanted.keys() - set(session.scalars(fresh)) if wanted else set()
    if not missing:
        return
    first = {"wanted_at": now, "due_at": _AT_ONCE, "tries": 0}
    adding = insert_for(session)(PictureRow).on_conflict_do_update(
        index_elements=["source"], set_={"wanted_at": now}
    )
    # In one order, so that no two wait for each other.
    session.execute(
        adding,
        [{"source": key, "url": wanted[key], **first} for key in sorted(missing)],
    )


def due(session: Session, *, wall: datetime, limit: int) -> list[Due]:
    """Return pictures that are to be fetched, those first that wait longest."""
    query = select(PictureRow.source, PictureRow.url, PictureRow.tries).where(
        PictureRow.due_at <= wall
    )
    rows = session.execute(query.order_by(PictureRow.due_at).limit(limit))
    return [Due(*row) for row in rows]


def claim(session: Session, of: Due, *, wall: datetime, until: datetime) -> bool:
    """Take a picture to fetch until then; False where another process has it."""
    claimed = session.execute(
        update(PictureRow)
        .where(PictureRow.source == of.source, PictureRow.due_at <= wall)
        .values(due_at=until)
        .returning(PictureRow.source)
    )
    return claimed.first() is not None


def keep(session: Session, of: Due, files: Mapping[int, bytes]) -> str:
    """Store a picture by its edges in pixels; return the digest it is served under."""
    largest = files[max(files)]
    digest = hashlib.sha256(largest).hexdigest()[:32]
    adding = insert_for(session)(PictureFileRow).on_conflict_do_nothing()
    session.execute(
        adding,
        [{"digest": digest, "edge": e, "body": b} for e, b in sorted(files.items())],
    )
    _set(session, of, digest=digest, due_at=None, problem=None)
    return digest


def put_off(session: Session, of: Due, problem: str, *, until: datetime | None) -> None:
    """Note what is wrong with a picture; `until` None gives it up."""
    _set(session, of, tries=of.tries + 1, due_at=until, problem=problem[:200])


def made(session: Session, urls: Iterable[str | None]) -> dict[str, str]:
    """Return the digests of the pictures that are there, by the address they came from."""
    wanted = {_source(url): url for url in urls if url}
    if not wanted:
        return {}
    query = select(PictureRow.source, PictureRow.digest).where(
        PictureRow.source.in_(wanted), PictureRow.digest.is_not(None)
    )
    return {wanted[key]: digest for key, digest in session.execute(query) if digest}


def body(session: Session, digest: str, edge: int) -> bytes | None:
    """Return a picture as it is served, None for one that is not there."""
    row = session.get(PictureFileRow, (digest, edge))
    return None if row is None else row.body


def expire(session: Session, *, before: datetime, most: int) -> int:
    """Forget what nobody wanted since then, and of the rest all but the newest `most`."""
    newest = select(PictureRow.wanted_at).order_by(PictureRow.wanted_at.desc())
    oldest_kept = session.scalar(newest.offset(most).limit(1))
    stale = PictureRow.wanted_at < before
    if oldest_kept is not None:
        stale = or_(stale, PictureRow.wanted_at <= oldest_kept)
    gone = session.execute(delete(PictureRow).where(stale).returning(PictureRow.source))
    count = len(gone.all())
    shown = exists().where(PictureRow.digest == PictureFileRow.digest)
    session.execute(
        delete(PictureFileRow)
        .where(~shown)
        .execution_options(synchronize_session=False)
    )
    return count


def _set(session: Session, of: Due, **values: object) -> None:
    session.execute(
        update(PictureRow).where(PictureRow.source == of.source).values(values)
    )


def _source(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
