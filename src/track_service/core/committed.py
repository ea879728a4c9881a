"""What carriers commit to: the forecast of a shop that has no history.

`committed.tsv` names the days of each, inland, and who says so. Of `total` days every
day of the calendar counts, of `working` ones Monday to Friday.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from track_service.core.legs import Leg

_A_WEEK = (
    5.4 / 7
)  # working days in a day of the calendar, as `core.eta.workdays` counts
# Nine of ten parcels keep a commitment: by the forecaster's prior spread, the usual
# parcel takes this share of it.
_USUALLY = 0.46
_TO_HAND_OVER = 1.0  # working days from the announcement
_LATER: Mapping[Leg, float] = {Leg.NEAR: 1.0, Leg.OUT: 0.5, Leg.RETRY: 1.0}


def committed(carrier: str) -> float | None:
    """Return the working days that a carrier commits to, None where it is not known."""
    return _table().get(carrier)


def usual(carrier: str, leg: Leg) -> float | None:
    """Return in how many working days a parcel usually comes, from that leg on.

    By what its carrier commits to; None where that is not known. The last legs are
    alike everywhere.
    """
    days = committed(carrier)
    to_door = None if days is None else max(0.5, days * _USUALLY)
    if leg in _LATER:
        return _LATER[leg] if to_door is None else min(to_door, _LATER[leg])
    if to_door is None or leg is Leg.HANDED_OVER:
        return to_door
    return to_door + _TO_HAND_OVER


@cache
def _table() -> Mapping[str, float]:
    held = files("track_service.core").joinpath("committed.tsv")
    found = {}
    for line in held.read_text(encoding="utf-8").splitlines()[1:]:
        carrier, days, kind, _ = line.split("\t")
        found[carrier] = float(days) * (_A_WEEK if kind == "total" else 1)
    return found
