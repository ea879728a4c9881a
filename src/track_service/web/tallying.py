"""Counting requests of shoppers who do not mind: no robot, no prefetch, no objection."""

import re

from flask import request

from track_service.core.parcel import Brand, Shipment
from track_service.core.tally import Tally
from track_service.services.recommending.noting import setting_of
from track_service.services.tallies import seen
from track_service.store.figures import TEST_CARRIER
from track_service.web.wiring import wired

_ROBOT = re.compile(r"bot\b|crawl|spider|slurp|preview|lighthouse|facebookexternalhit")
_AHEAD = re.compile(r"prefetch|prerender|preview")


def is_unseen() -> bool:
    """Tell whether a request is to leave no trace, or is nobody's who reads a page.

    Do Not Track, Global Privacy Control, browsers that fetch ahead, robots.
    """
    headers = request.headers
    ahead = f"{headers.get('Sec-Purpose')} {headers.get('Purpose')}".lower()
    return (
        "1" in (headers.get("DNT"), headers.get("Sec-GPC"))
        or _AHEAD.search(ahead) is not None
        or _ROBOT.search(headers.get("User-Agent", "").lower()) is not None
    )


def count(brand: Brand, *kinds: Tally) -> None:
    """Count what a shopper of a brand does."""
    if not is_unseen():
        wired().tallies.count(brand, *kinds)


def count_of(token: str, *kinds: Tally) -> None:
    """Count what the holder of a link does; a test page's is nobody."""
    with wired().database.read() as session:
        of = setting_of(session, token)
    if of and all(parcel.carrier != TEST_CARRIER for parcel in of.parcels):
        count(of.brand, *kinds)


def count_view(token: str, parcel: Shipment | None) -> None:
    """Count that a link's page was opened, and what it asks and offers.

    `parcel` is the one that it shows, None where there are several; a test page's is
    nobody's.
    """
    if is_unseen() or (parcel and parcel.carrier == TEST_CARRIER):
        return
    parts = wired()
    with parts.database.read() as session:
        of = setting_of(session, token)
        shown = of and seen(session, parts.shelf, of, parcel, now=parts.desk.now())
    if of and shown:
        parts.tallies.count(of.brand, *shown)
