"""Every night the figures of a brand are fitted anew, if anybody bought anything."""

import hashlib
from datetime import datetime, timedelta

from track_service.services.recommending.keeping import packed
from track_service.services.recommending.sales import sales
from track_service.store import baskets, fitted, selling
from track_service.store.db import Database

_AGAIN = timedelta(hours=20)
_DAY = timedelta(days=1)


def fit_next(database: Database, *, now: datetime) -> int:
    """Fit one brand whose figures are older than its purchases; return how many (0, 1).

    Only of brands whose pages offer something. Two workers never fit the same one.
    """
    with database.read() as session:
        brands = selling.selling_brands(session)
    for brand_id in brands:
        if fit_brand(database, brand_id, now=now, before=now - _AGAIN):
            return 1
    return 0


def fit_brand(
    database: Database, brand_id: int, *, now: datetime, before: datetime
) -> bool:
    """Fit a brand's figures, if they were fitted before that time and lack something."""
    with database.read() as session:
        newest = baskets.newest_word(session, brand_id)
        is_due = newest is not None and fitted.is_due(
            session, brand_id, newest=newest, before=before
        )
    if newest is None or not is_due:
        return False
    with database.write() as session:
        claimed = fitted.claim(session, brand_id, newest=newest, before=before, now=now)
        session.commit()
    if not claimed:
        return False
    # Only now, so that no process loads scipy for its start.
    from track_service.services.recommending.fit import fit

    with database.read() as session:
        orders = sales(session, brand_id)
        categories = baskets.categories(session, brand_id)
    day = (now - orders.zero) / _DAY
    figures = packed(fit(orders, day=day, categories=categories))
    with database.write() as session:
        fitted.keep(
            session,
            brand_id,
            version=hashlib.sha256(figures).hexdigest()[:32],
            figures=figures,
            through=newest,
        )
        session.commit()
    return True
