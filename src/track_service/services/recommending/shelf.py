"""The shelf: a process's copy of the figures by which brands' products are ranked."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy.orm import Session

from track_service.core.recommend.figures import Figures
from track_service.services.recommending.keeping import opened
from track_service.store import fitted

_MOST = 20  # brands whose figures are held


@dataclass(frozen=True, slots=True)
class Shelf:
    """Copies by brand, those asked for last; of last night as a rule."""

    _figures: OrderedDict[int, tuple[str, Figures]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

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
