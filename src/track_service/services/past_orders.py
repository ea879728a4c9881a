"""A shop's past orders are asked for once, so that what is learnt from them is there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from track_service.http import HttpError, OverLimit
from track_service.services.asking import (
    ask,
    keep,
    shop_of,
    since_of,
    take_all,
    turned,
)
from track_service.services.desk import Desk
from track_service.services.minting import Mint
from track_service.store import asking
from track_service.store.asking import Round
from track_service.store.storefronts import Connection
from track_service.storefronts.base import Sold, Storefront

_TRIES = 6  # of one page
_LONGEST = 60.0  # seconds between them

Progress = Callable[[int, int], None]
"""Is told how many orders were taken, and of how many."""


def import_past(
    desk: Desk,
    connection: Connection,
    *,
    since: datetime,
    mint: Mint,
    sleep: Callable[[float], None],
    progress: Progress,
) -> int:
    """Take a shop's orders changed since then; return how many.

    Interrupted and run again with the same `since`, it goes on where it was. Raises
    `CannotAsk`, and `HttpError` or `BadPayload` where a page was asked for in vain.
    """
    shop = shop_of(desk, connection)
    of = begun = _begin(desk, connection, since)
    total = shop.count(since=since_of(of)) or 0
    while of.began_at is not None:
        progress(of.taken, max(total, of.taken + 1))
        try:
            sold = _ask_patiently(shop, of, sleep)
        except HttpError as error:
            if error.retry or of is not begun or of.cursor is None:
                raise
            of = replace(of, cursor=None, taken=0)  # its cursor is too old by now
            continue
        taken = take_all(desk, connection, sold, mint, past=True)
        of = turned(of, sold, taken, wall=desk.wall())
        keep(desk, of)
    progress(of.taken, max(of.taken, 1))
    return of.taken


def _begin(desk: Desk, connection: Connection, since: datetime) -> Round:
    """Return an import that was interrupted, or a new one."""
    with desk.database.write() as session:
        before = asking.held(session, connection.id, past=True)
        if before and before.began_at is not None and before.since == since:
            return before
        of = Round(connection.id, past=True, since=since, began_at=desk.wall())
        asking.hold(session, of)
        session.commit()
    return of


def _ask_patiently(shop: Storefront, of: Round, sleep: Callable[[float], None]) -> Sold:
    for tried in range(1, _TRIES):
        try:
            return ask(shop, of)
        except HttpError as error:
            if not error.retry:
                raise
            sleep(
                min(
                    error.wait if isinstance(error, OverLimit) else 2.0**tried, _LONGEST
                )
            )
    return ask(shop, of)
