"""A brand's own host: served once its holder has proven by the DNS that it is theirs."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.http import HttpError
from track_service.services.desk import Desk
from track_service.services.minting import Mint
from track_service.store import hosts
from track_service.store.hosts import Claim

log = structlog.get_logger("track_service.hosts")

PATIENCE = timedelta(days=7)  # for which a host is served whose proof is gone
_AGAIN = timedelta(days=1)
_SOON = timedelta(hours=1)  # while a new one is waited for, or a lost one
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{4,230}}\Z)(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")


class WrongHost(Exception):
    """What was given cannot be a host of a brand; the message says why."""


def record(claim: Claim) -> tuple[str, str]:
    """Return name and text of the TXT record that proves a claim."""
    return f"_track-service.{claim.host}", f"track-service={claim.token}"


def claim(
    session: Session,
    brand: Brand,
    host: str,
    *,
    own: Collection[str],
    now: datetime,
    mint: Mint,
) -> Claim:
    """Note that a host is to be the brand's; nothing is served by that.

    `own` are the installation's hosts, which no brand can have. Raises `WrongHost`.
    """
    name = _name(host)
    if name in own:
        raise WrongHost(f"{name} is this installation's own")
    return hosts.add(session, Claim(brand.id, name, mint.secret(), now))


def check(desk: Desk, of: Claim) -> Claim:
    """Look into the DNS now; return the claim as it stands, and is stored."""
    wall = desk.wall()
    name, text = record(of)
    try:
        found = text in desk.dns.texts(name)
    except HttpError as error:  # nobody could tell: nothing is won or lost
        seen = replace(of, problem=str(error))
    else:
        seen = _proven(of, wall) if found else _missing(of, name, wall)
    with desk.database.write() as session:
        other = hosts.served(session).get(of.host)
        if seen.is_served and other and other[0] != of.brand_id:
            seen = replace(of, problem=f"served for {other[1]} already")
        is_new = wall - of.added_at < PATIENCE
        settled = seen.is_served and seen.gone_at is None
        next_at = wall + (_SOON if not settled and (is_new or seen.gone_at) else _AGAIN)
        hosts.settle(session, seen, next_at=next_at)
        session.commit()
    if seen.is_served != of.is_served:
        log.warning("host switched", host=of.host, is_served=seen.is_served)
    return seen


def check_next(desk: Desk) -> int:
    """Look after the host that waits longest; return 0 where none is due."""
    with desk.database.read() as session:
        of = hosts.due(session, wall=desk.wall())
    if of is None:
        return 0
    check(desk, of)
    return 1


def _proven(of: Claim, wall: datetime) -> Claim:
    return replace(of, is_served=True, proven_at=wall, gone_at=None, problem=None)


def _missing(of: Claim, name: str, wall: datetime) -> Claim:
    gone_at = of.gone_at or wall if of.is_served else None
    is_served = gone_at is not None and wall - gone_at < PATIENCE
    problem = f"{name}: no TXT record with the token"
    return replace(
        of, is_served=is_served, gone_at=gone_at if is_served else None, problem=problem
    )


def _name(host: str) -> str:
    """Return a host as the DNS writes it; a name of other letters in its ASCII form."""
    try:
        name = host.strip().rstrip(".").lower().encode("idna").decode()
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name):
        raise WrongHost(f"{host!r} is no host such as track.shop.example")
    return name
