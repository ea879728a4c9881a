"""Every night a brand's figures are fitted, if anybody bought anything since.

Read are the orders told since the last night, and weights are learned once a week:
`overnight` keeps the rest. The figures are those of a whole fit.
"""

import hashlib
from datetime import datetime, timedelta

from track_service.services.recommending import overnight
from track_service.services.recommending.keeping import packed
from track_service.services.recommending.overnight import Learned
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
    if claimed:
        _fit(database, brand_id, newest=newest, now=now)
    return claimed


def _fit(database: Database, brand_id: int, *, newest: datetime, now: datetime) -> None:
    # Only now, so that no process loads scipy for its start.
    from track_service.services.recommending.fit import fit

    with database.read() as session:
        kept = overnight.opened(fitted.kept(session, brand_id))
        sold, orders = sales(session, brand_id, kept.sold)
        categories = baskets.categories(session, brand_id)
    count = len(orders.day)
    learned = kept.still(count, now=now)
    made = fit(
        orders,
        day=(now - orders.zero) / _DAY,
        categories=categories,
        weights=learned.weights if learned else None,
    )
    learned = learned or Learned(made.weights, now, count)
    figures = packed(made)
    with database.write() as session:
        fitted.keep(
            session,
            brand_id,
            version=hashlib.sha256(figures).hexdigest()[:32],
            figures=figures,
            kept=overnight.packed(sold, learned),
            through=newest,
        )
        session.commit()
