"""The work queue kept true: what is wrong is listed, what is over is cleared.

Troubles of many parcels at one carrier or hub become one entry and one alert.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.grouping import AT_A_HUB, is_over, is_to_tell, new_groups
from track_service.core.parcel import Brand
from track_service.core.routing import targets
from track_service.core.severity import severity_of
from track_service.core.sla import Sla
from track_service.services.post import Post
from track_service.store import brands, notices, queue, queue_groups, queue_truth
from track_service.store.audit import Actor
from track_service.store.queue_groups import Group
from track_service.store.queue_sla import sla_of
from track_service.store.queue_truth import Cause

MASS, MASS_OVER = "mass", "mass_over"  # the kinds of a group's alerts
_SERVICE = Actor("service")
_LOOK = 20_000  # causes of each source that are read at once: to look is dear
_PART = 1000  # entries in one transaction, so that others can write in between


def keep_up(post: Post) -> int:
    """Do a part of what is to do; return how many entries it listed or cleared."""
    with post.database.read() as session:
        causes = queue_truth.unlisted(session, wall=post.wall(), limit=_LOOK)
        ended = queue_truth.over(session, wall=post.wall(), limit=_LOOK)
    done = 0
    while causes or ended:
        part, over = causes[:_PART], ended[:_PART]
        causes, ended = causes[_PART:], ended[_PART:]
        done += _keep_up(post, part, over, is_last=not causes and not ended)
    return done


def _keep_up(
    post: Post, causes: Sequence[Cause], ended: Sequence[int], *, is_last: bool
) -> int:
    """Write a part; the last one groups: until it is written there is more to do."""
    now = post.now()
    with post.database.write() as session:
        known = {brand.id: brand for brand in brands.all_brands(session)}
        done = _list(session, causes, known, now)
        done += _clear(session, ended, now)
        if is_last:
            _group(session, post, known, now)
        session.commit()
    return done


def _list(
    session: Session,
    causes: Sequence[Cause],
    known: Mapping[int, Brand],
    now: datetime,
) -> int:
    slas = {brand_id: sla_of(session, brand_id) for brand_id in known}
    rows, back = [], 0
    for cause in causes:
        values = _values(cause, known[cause.brand_id], slas[cause.brand_id], now)
        if cause.entry_id is None:
            rows.append(values)
        elif queue_truth.reopen(session, cause.entry_id, values=values):
            queue.note(session, cause.entry_id, _SERVICE, "returned", now=now)
            back += 1
    return len(queue_truth.add(session, rows)) + back


def _values(cause: Cause, brand: Brand, sla: Sla, now: datetime) -> dict[str, Any]:
    severity = severity_of(cause.kind)
    return {
        "brand_id": cause.brand_id,
        "source": cause.source,
        "source_id": cause.source_id,
        "kind": cause.kind,
        "severity": severity,
        "carrier": cause.carrier,
        "hub": cause.hub,
        "shipment_id": cause.shipment_id,
        "order_id": cause.order_id,
        "size": 1,
        "told": 0,
        "is_news": cause.is_news,
        "status": "open",
        "since": cause.since,
        "opened_at": now,
        "due_at": sla.due(now, severity, zone=ZoneInfo(brand.zone)),
    }


def _clear(session: Session, ids: Sequence[int], now: datetime) -> int:
    cleared = queue_truth.clear(session, ids, now=now)
    for entry_id in cleared:
        queue.note(session, entry_id, _SERVICE, "cleared", now=now)
    return len(cleared)


def _group(
    session: Session, post: Post, known: Mapping[int, Brand], now: datetime
) -> None:
    queue_groups.join(session, now=now)
    counted = queue_groups.tallies(session, now=now)
    sites = new_groups(counted, known=queue_groups.open_sites(session))
    # A hub's group takes its own before its carrier's does, and all at once each:
    # to look for who belongs to whom reads every entry that stands alone.
    for is_wide in (False, True):
        alike = [site for site in sites if (not site.hub) == is_wide]
        for site in alike:
            queue_groups.open_one(
                session,
                site,
                now=now,
                sla=sla_of(session, site.brand_id),
                zone=ZoneInfo(known[site.brand_id].zone),
            )
        if alike:
            queue_groups.join(session, now=now)
    for group in queue_groups.open_groups(session):
        _look(session, post, known[group.site.brand_id], group)


def _look(session: Session, post: Post, brand: Brand, group: Group) -> None:
    """Tell ops of a group once, again when it has grown tenfold, and when it is over."""
    if is_over(group.still, size=group.size):
        if queue_groups.end(session, group.id, now=post.now()):
            queue.note(session, group.id, _SERVICE, "cleared", now=post.now())
            if group.told:
                _owe(session, post, brand, group, MASS_OVER, told=group.told)
        return
    told = group.told
    if group.news >= AT_A_HUB and is_to_tell(group.size, told=told):
        _owe(session, post, brand, group, MASS, told=told)
        told = group.size
    queue_groups.note_size(session, group.id, size=group.size, told=told)


def _owe(
    session: Session, post: Post, brand: Brand, group: Group, kind: str, *, told: int
) -> None:
    site = group.site
    for target in targets(
        brand.ops_urls, brand.routes, kind=site.kind, carrier=site.carrier
    ):
        notices.owe(
            session,
            key=post.name(),
            cause=f"{kind}:{group.id}:{told}:apprise:{target}",
            kind=kind,
            concern=str(group.id),
            detail=str(told),
            channel="apprise",
            target=target,
            brand_id=brand.id,
            now=post.now(),
            wall=post.wall(),
        )
