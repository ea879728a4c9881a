"""Digests: what a rule tells by the hour or the day is owed when its hour has come."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.core.routing import Pace, Route, last_slot, span_of
from track_service.services.post import Post
from track_service.store import brands, notices, queue_digest
from track_service.store.queue_digest import DIGEST


def owe_digests(post: Post) -> int:
    """Owe each digest whose hour has come and that has something to tell; how many.

    A digest goes on where the last one ended, however long nobody could owe one.
    """
    with post.database.read() as session:
        waiting = [
            (brand, route)
            for brand in brands.all_brands(session)
            for route in brand.routes
            if route.pace is not Pace.NOW and _span(session, post, brand, route)
        ]
    if not waiting:
        return 0
    with post.database.write() as session:
        owed = sum(_owe(session, post, brand, route) for brand, route in waiting)
        session.commit()
    return owed


def _span(session: Session, post: Post, brand: Brand, route: Route) -> str | None:
    """Return the span of the digest that is due, None where there is nothing to tell."""
    until = last_slot(route, post.now(), zone=ZoneInfo(brand.zone))
    last = queue_digest.last_until(session, brand.id, route)
    after = last or until - span_of(route)
    if after >= until:
        return None
    _, count = queue_digest.opened(
        session, brand.id, route, after=after, until=until, limit=0
    )
    return queue_digest.span(after, until) if count else None


def _owe(session: Session, post: Post, brand: Brand, route: Route) -> int:
    span = _span(session, post, brand, route)
    if span is None:  # somebody else was sooner
        return 0
    return sum(
        notices.owe(
            session,
            key=post.name(),
            cause=f"{DIGEST}:{brand.id}:{span.partition('/')[2]}:apprise:{target}",
            kind=DIGEST,
            concern=str(route.number),
            detail=span,
            channel="apprise",
            target=target,
            brand_id=brand.id,
            now=post.now(),
            wall=post.wall(),
        )
        for target in route.targets()
    )
