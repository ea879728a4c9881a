"""Shops hear of their parcels: each word claimed, told with nothing open, settled.

A word may be told twice where a shop's answer was lost; one that a newer word has
overtaken is not told at all, so that no shop falls back to an older state.
"""

from datetime import datetime, timedelta

import structlog

from track_service.core.parcel import Shipment
from track_service.core.status import Meaning
from track_service.core.word import Word
from track_service.http import HttpError, OverLimit
from track_service.services.compose import page_url
from track_service.services.desk import Desk
from track_service.services.labels import label
from track_service.services.naming import carrier_label
from track_service.services.patience import wait_after
from track_service.store import shipments, storefronts, words
from track_service.store.storefronts import Connection
from track_service.store.words import Owed
from track_service.storefronts import storefronts as platforms
from track_service.templating.catalog import choose_language
from track_service.templating.voice import Voice

log = structlog.get_logger("track_service.writing_back")

_TOGETHER = 8  # of them are told within a lease, however slow a shop is
_BREATHER = timedelta(minutes=1)


def write_back(desk: Desk, *, base_url: str) -> int:
    """Tell shops what they are owed; return how many words were claimed for it."""
    with desk.database.write() as session:
        claimed = words.claim(session, wall=desk.wall(), limit=_TOGETHER)
        session.commit()
    down: dict[int, datetime] = {}
    for owed in claimed:
        if until := down.get(owed.storefront_id):
            _give_back(desk, owed, until)
        elif until := _tell(desk, owed, base_url):
            down[owed.storefront_id] = until
    return len(claimed)


def _give_back(desk: Desk, owed: Owed, until: datetime) -> None:
    with desk.database.write() as session:
        words.give_back(session, owed.id, until=until)
        session.commit()


def _tell(desk: Desk, owed: Owed, base_url: str) -> datetime | None:
    """Tell a word; return until when its shop is to be left alone, None if it is up."""
    with desk.database.read() as session:
        connection = storefronts.by_id(session, owed.storefront_id)
        shipment = shipments.load(session, [owed.shipment_id], full=False)[0].shipment
    if reason := _void(owed, connection, shipment):
        _settle(desk, owed, words.WITHDRAWN, reason)
        return None
    shop = platforms()[connection.platform](desk.guarded, connection.settings)
    try:
        shop.tell(_word(owed, shipment, base_url))
    except HttpError as error:
        return _fail(desk, connection, owed, error)
    _settle(desk, owed, words.SENT)
    return None


def _void(owed: Owed, connection: Connection, shipment: Shipment) -> str | None:
    """Return why a word is not told, None if it is."""
    if shipment.erased_at is not None:
        return "the parcel is gone"
    if owed.overtaken:
        return "overtaken by a newer word"
    if not connection.writes_back:
        return "writing back is switched off"
    return None if owed.order_id else "the platform never told the order's id"


def _word(owed: Owed, shipment: Shipment, base_url: str) -> Word:
    now = shipment.meaning
    meaning = now if now.status is owed.status else Meaning(owed.status)
    locale = shipment.brand.locale
    voice = Voice(choose_language(locale, offered=(locale,)))
    said = voice.say(label(meaning) or "")
    return Word(
        order_id=owed.order_id or "",
        parcel_id=owed.parcel_id,
        status=owed.status,
        at=owed.stamp,
        text=f"{said} ({carrier_label(shipment)} {shipment.number})",
        url=page_url(base_url, shipment),
        first=owed.first,
    )


def _fail(
    desk: Desk, connection: Connection, owed: Owed, error: HttpError
) -> datetime | None:
    """Tell it again later, or put the word on the dead-letter list.

    A shop that is down or has enough is left alone with its other words as well, so
    that it does not hold up the other shops; returns until when.
    """
    log.warning(
        "storefront not told",
        platform=connection.platform,
        brand_id=connection.brand_id,
        error=str(error),
    )
    asked = timedelta(seconds=error.wait if isinstance(error, OverLimit) else 0)
    alone = desk.wall() + max(_BREATHER, asked)
    wait = wait_after(owed.attempts + 1)
    with desk.database.write() as session:
        if wait is None:
            words.settle(session, owed.id, words.DEAD, now=desk.now(), error=str(error))
        else:
            until = desk.wall() + max(wait, asked)
            words.postpone(session, owed.id, until=until, error=str(error))
        if error.retry:
            words.leave_alone(session, owed.storefront_id, until=alone)
        session.commit()
    return alone if error.retry else None


def _settle(desk: Desk, owed: Owed, state: str, error: str | None = None) -> None:
    with desk.database.write() as session:
        words.settle(session, owed.id, state, now=desk.now(), error=error)
        session.commit()
