"""Shops are asked daily for the orders that no hook brought.

Nothing is open while a shop is asked, and how far it was asked is kept page by page.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from track_service.core import cadence
from track_service.core.tracking import Stamp
from track_service.http import HttpError, OverLimit
from track_service.services.desk import Desk
from track_service.services.handing import Handing, Unknown, take
from track_service.services.minting import Mint
from track_service.services.register import Refused
from track_service.store import asking, brands, storefronts
from track_service.store.asking import Round
from track_service.store.storefronts import Connection
from track_service.storefronts import storefronts as platforms
from track_service.storefronts.base import BadPayload, Sold, Storefront

log = structlog.get_logger("track_service.asking")

_AGAIN = timedelta(days=1)
# Clocks differ, and a platform lists a change a little after it is made.
_OVERLAP = timedelta(hours=1)


class CannotAsk(Exception):
    """The connection's platform or settings do not let us ask; the message says why."""


def expect(
    session: Session,
    connection_id: int,
    platform: str,
    settings: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Let a shop that was just connected be asked at once, if it can be asked."""
    before = asking.held(session, connection_id, past=False)
    since = before.since if before else now
    due = now if _missing(platform, settings) is None else None
    asking.hold(session, Round(connection_id, past=False, since=since, due_at=due))


def _missing(platform: str, settings: Mapping[str, str]) -> str | None:
    """Return why a shop cannot be asked for its orders, None if it can."""
    one = platforms()[platform]
    if one.sold is Storefront.sold:
        return f"{platform} has no API for past orders that we know"
    lacking = [name for name in one.asks if not settings.get(name)]
    return f"{platform} wants {', '.join(lacking)}" if lacking else None


def shop_of(desk: Desk, connection: Connection) -> Storefront:
    """Return the storefront of a connection. Raises `CannotAsk`."""
    if missing := _missing(connection.platform, connection.settings):
        raise CannotAsk(missing)
    return platforms()[connection.platform](desk.guarded, connection.settings)


def ask_next(desk: Desk, *, mint: Mint) -> int:
    """Ask the shop that is due longest for a page; return how many were asked (0, 1)."""
    wall = desk.wall()
    with desk.database.write() as session:
        of = asking.claim(session, wall=wall)
        session.commit()
    if of is None:
        return 0
    with desk.database.read() as session:
        connection = storefronts.by_id(session, of.storefront_id)
    if of.began_at is None:
        of = replace(of, began_at=wall, cursor=None, taken=0)
    try:
        sold = ask(shop_of(desk, connection), of)
    except CannotAsk:  # its settings were given before there was a way to ask it
        keep(desk, replace(of, began_at=None, due_at=None))
    except (HttpError, BadPayload) as error:
        keep(desk, _failed(desk, connection, of, error))
    else:
        taken = take_all(desk, connection, sold, mint, past=False)
        keep(desk, turned(of, sold, taken, wall=desk.wall()))
    return 1


def keep(desk: Desk, of: Round) -> None:
    """Keep how far a shop was asked."""
    with desk.database.write() as session:
        asking.hold(session, of)
        session.commit()


def ask(shop: Storefront, of: Round) -> Sold:
    """Ask for a round's next page. Raises `HttpError` and `BadPayload`."""
    return shop.sold(since=since_of(of), cursor=of.cursor)


def since_of(of: Round) -> Stamp:
    """Return since when orders are asked for."""
    return Stamp.aware(of.since if of.past else of.since - _OVERLAP)


def _failed(desk: Desk, connection: Connection, of: Round, error: Exception) -> Round:
    """Return a round that comes due again later.

    A cursor that the platform refuses is too old: the round begins anew.
    """
    refused = isinstance(error, HttpError) and not error.retry
    wait = timedelta(seconds=error.wait) if isinstance(error, OverLimit) else None
    failures = of.failures + 1
    log.warning(
        "storefront not asked",
        platform=connection.platform,
        brand_id=connection.brand_id,
        error=str(error),
    )
    due_at = cadence.after_failure(
        failures, now=desk.wall(), jitter=desk.jitter(), retry_after=wait
    )
    return replace(
        of,
        cursor=None if refused else of.cursor,
        due_at=due_at,
        failures=failures,
        trouble=str(error),
    )


def turned(of: Round, sold: Sold, taken: int, *, wall: datetime) -> Round:
    """Return a round after a page: the next one is due at once, the next round later."""
    more = sold.cursor is not None
    return replace(
        of,
        since=of.since if more or of.past else of.began_at or of.since,
        began_at=of.began_at if more else None,
        cursor=sold.cursor,
        taken=of.taken + taken,
        due_at=None if of.past else wall if more else wall + _AGAIN,
        failures=0,
        trouble=None,
    )


def take_all(
    desk: Desk, connection: Connection, sold: Sold, mint: Mint, *, past: bool
) -> int:
    """Take a page's orders, each on its own; return how many were taken.

    One that cannot be stored does not hold up the others; a database that fails does.
    """
    with desk.database.read() as session:
        brand = brands.by_id(session, connection.brand_id)
    if brand is None:
        return 0
    taken = 0
    carriers = tuple(desk.carriers)
    now, wall = desk.now(), desk.wall()
    at = Handing(brand, connection.platform, now, mint, carriers, past, wall)
    for handover in sold.handovers:
        try:
            with desk.database.write() as session:
                take(session, at, handover)
                session.commit()
        except OperationalError:
            raise
        except (Refused, Unknown) as error:
            log.info("order refused", platform=connection.platform, error=str(error))
        except Exception:
            log.exception("order not taken", platform=connection.platform)
        else:
            taken += 1
    return taken
