"""The shelf: a process's copy of what brands can offer, and of the figures to rank by."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.orm import Session

from track_service.core.recommend.figures import Figures
from track_service.services.recommending.keeping import opened
from track_service.store import baskets, fitted

_LOOK_AGAIN = timedelta(minutes=5)
_MOST = 20  # brands whose figures are held


@dataclass(frozen=True, slots=True)
class _Stock:
    at: datetime
    names: frozenset[str]


@dataclass(slots=True)
class Shelf:
    """Copies by brand: the stock some minutes old at most, the figures of last night."""

    _stock: dict[int, _Stock] = field(default_factory=dict)
    _figures: OrderedDict[int, tuple[str, Figures]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def offered(
        self, session: Session, brand_id: int, *, now: datetime
    ) -> frozenset[str]:
        """Return the ids of what can be offered, as of some minutes ago at most."""
        held = self._stock.get(brand_id)
        if held is None or not timedelta() <= now - held.at < _LOOK_AGAIN:
            held = _Stock(now, baskets.offered(session, brand_id, now=now))
            self._stock[brand_id] = held
        return held.names

    def figures(self, session: Session, brand_id: int) -> Figures:
        """Return a brand's newest figures; empty ones where none were fitted yet."""
        version = fitted.version(session, brand_id)
        if version is None:
            return Figures()
        with self._lock:
            held = self._figures.get(brand_id)
            if held is not None and held[0] == version:
                self._figures.move_to_end(brand_id)
                return held[1]
        made = opened(fitted.figures(session, brand_id))
        with self._lock:
            self._figures[brand_id] = (version, made)
            while len(self._figures) > _MOST:
                self._figures.popitem(last=False)
        return made
