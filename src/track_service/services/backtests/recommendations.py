"""Recommendations tried on past orders, without a look ahead."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TextIO

from track_service.core.recommend.basket import Basket, Mode
from track_service.core.recommend.rank import rank
from track_service.services.backtests.choices import Choices
from track_service.services.backtests.purchases import Query
from track_service.services.recommending.fit import fit
from track_service.services.recommending.ledger import Line, ledger

OURS = "blend"
_DAY = timedelta(days=1)
_FITS = 12  # at most, over all that is asked


@dataclass(frozen=True, slots=True)
class Tried:
    """What ours and each rule show for an order, best first.

    `hidden`: what must not be shown, so what no answer can be hit by.
    """

    query: Query
    shown: Mapping[str, Sequence[str]]
    hidden: frozenset[str]


def try_out(
    lines: Iterable[Line], queries: Sequence[Query], *, mode: Mode, k: int
) -> list[Tried]:
    """Recommend `k` products for each query by what was known at its instant.

    Figures are fitted anew as time goes by, as each night in service, but no more than
    a dozen times; the customer's own orders are known up to the very instant.
    """
    past = _Past(lines)
    ordered = sorted(queries, key=lambda query: query.at)
    spread = ordered[-1].at - ordered[0].at if ordered else timedelta()
    pause = max(_DAY, spread / _FITS)
    shop: _Shop | None = None
    found: dict[str, Tried] = {}
    for query in ordered:
        if shop is None or query.at - shop.at >= pause:
            shop = _Shop(past.lines, query.at)
        found[query.order_id] = shop.asked(query, past, mode=mode, k=k)
    return [found[query.order_id] for query in queries]


def write(tried: Iterable[Tried], out: TextIO, *, k: int) -> None:
    """Write the first `k` of ours for each order as CSV, the best with rank 1."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("order_id", "rank", "product_id"))
    for each in tried:
        for place, product in enumerate(each.shown[OURS][:k], 1):
            writer.writerow((each.query.order_id, place, product))


class _Past:
    """Lines by whose they are and by order."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = list(lines)
        self._of: dict[str, list[Line]] = defaultdict(list)
        self._in: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            self._in[line.order_id].append(line)
            if line.customer_id:
                self._of[line.customer_id].append(line)

    def history(self, query: Query) -> list[Basket]:
        """Return the customer's orders up to the query's instant."""
        lines = self._of.get(query.customer_id, ())
        return _baskets(lines, query.at)

    def basket(self, query: Query) -> set[str]:
        """Return the products of the order, as far as known at the query's instant."""
        found = _baskets(self._in.get(query.order_id, ()), query.at)
        return {product for basket in found for product in basket.products}

    def named(self, query: Query) -> set[str]:
        """Return all that any line of the order names, however its clocks run."""
        return {line.product_id for line in self._in.get(query.order_id, ())}


class _Shop:
    """A shop's figures as of one instant."""

    def __init__(self, lines: Iterable[Line], at: datetime) -> None:
        self.at = at
        known = ledger(line for line in lines if line.at <= at)
        day = (at - known.zero) / _DAY if len(known.day) else 0.0
        self._figures = fit(known, day=day)
        self._choices = Choices(known, day=day)

    def asked(self, query: Query, past: _Past, *, mode: Mode, k: int) -> Tried:
        """Return what would be shown at the query's instant."""
        history = past.history(query)
        hidden = past.named(query)
        if mode is Mode.NEW:
            hidden.update(p for basket in history for p in basket.products)
        ours = rank(
            self._figures,
            past.basket(query),
            history,
            at=query.at,
            mode=mode,
            bans=hidden,
            k=k,
        )
        rules = self._choices.of(history, without=hidden, k=k)
        shown = {OURS: [pick.product_id for pick in ours], **rules}
        return Tried(query, shown, frozenset(hidden))


def _baskets(lines: Iterable[Line], at: datetime) -> list[Basket]:
    known = ledger(line for line in lines if line.at <= at)
    return list(known.baskets(range(len(known.day))))
