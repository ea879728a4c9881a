"""Ops: a brand's staff are owed word of something at once, by each way they chose."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.core.routing import targets
from track_service.services.desk import Desk
from track_service.services.post import Post
from track_service.store import notices


def owe(
    session: Session,
    of: Desk | Post,
    brand: Brand,
    kind: str,
    cause: str,
    *,
    concern: str,
    detail: str | None = None,
    entry: str | None = None,
    carrier: str | None = None,
) -> None:
    """Owe ops word of a kind, once for each cause: its name without the kind's.

    `entry` is what the work queue calls it, where that is not the kind of its notice:
    the brand's rules go by the queue's kinds.
    """
    for channel, target in _outlets(brand, entry or kind, carrier):
        notices.owe(
            session,
            key=of.name(),
            cause=f"{kind}:{cause}:{channel}:{target}",
            kind=kind,
            concern=concern,
            detail=detail,
            channel=channel,
            target=target,
            brand_id=brand.id,
            now=of.now(),
            wall=of.wall(),
        )


def _outlets(brand: Brand, kind: str, carrier: str | None) -> Iterator[tuple[str, int]]:
    """Return (channel, target) of each way in which ops are told of a kind at once."""
    if brand.webhook_url:
        yield "webhook", 0
    for target in targets(brand.ops_urls, brand.routes, kind=kind, carrier=carrier):
        yield "apprise", target
