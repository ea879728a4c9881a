"""The rules that a back-test of notices tries, as a JSON document.

`notices` is a brand's document of rules (docs/notices.md), which then holds for every
brand; `quiet_days` and `stalled_days` are working days of silence, `at_risk` the chance
of being late from which a parcel is at risk. What is left out is as it is today.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from track_service.core.calendar import after_working
from track_service.core.motion import last_news
from track_service.core.outlook import RISKY, SAFE, Outlook
from track_service.core.parcel import Brand, Shipment
from track_service.core.rules import Rules, WrongRules, read

_MOST_DAYS = 60
_KEYS = frozenset({"notices", "quiet_days", "stalled_days", "at_risk"})


@dataclass(frozen=True, slots=True)
class TriedRules:
    """What is to hold instead of what holds today; None where nothing else is to."""

    notices: Rules | None = None
    quiet_days: float | None = None
    stalled_days: float | None = None
    at_risk: float | None = None

    def brand(self, brand: Brand) -> Brand:
        """Return a brand under these rules."""
        return brand if self.notices is None else replace(brand, rules=self.notices)

    def outlook(self, told: Outlook, shipment: Shipment, now: datetime) -> Outlook:
        """Return what is foreseen of a parcel, as these rules take it."""
        return self._risk(self._patience(told, shipment, now), shipment)

    def _patience(self, told: Outlook, shipment: Shipment, now: datetime) -> Outlook:
        zone = ZoneInfo(shipment.brand.zone)
        news = last_news(shipment, now=now, zone=zone)
        quiet, stalled = (
            at if days is None else after_working(news, timedelta(days=days), zone)
            for at, days in (
                (told.quiet_at, self.quiet_days),
                (told.stalled_at, self.stalled_days),
            )
        )
        return replace(told, quiet_at=min(quiet, stalled), stalled_at=stalled)

    def _risk(self, told: Outlook, shipment: Shipment) -> Outlook:
        """A parcel that is at risk stays so with the margin that today's rule has."""
        if self.at_risk is None:
            return told
        was_risky = shipment.outlook is not None and shipment.outlook.risky
        limit = self.at_risk * (SAFE / RISKY if was_risky else 1)
        known = told.known_by is not None
        return replace(told, risky=known and (told.p_late or 0.0) >= limit)


def read_tried(text: str) -> TriedRules:
    """Return the rules of a JSON document. Raises `WrongRules`."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise WrongRules(f"no JSON: {error}") from error
    if not isinstance(given, dict):
        raise WrongRules("a JSON object is wanted")
    if strange := sorted(given.keys() - _KEYS):
        raise WrongRules(f"{strange[0]!r} is no rule: {', '.join(sorted(_KEYS))}")
    return TriedRules(
        notices=read(given["notices"]) if "notices" in given else None,
        quiet_days=_number(given, "quiet_days", _MOST_DAYS),
        stalled_days=_number(given, "stalled_days", _MOST_DAYS),
        at_risk=_number(given, "at_risk", 1),
    )


def _number(given: Mapping[str, Any], name: str, most: float) -> float | None:
    told = given.get(name)
    if told is None:
        return None
    if (
        isinstance(told, bool)
        or not isinstance(told, int | float)
        or not 0 < told <= most
    ):
        raise WrongRules(f"{name} is a number above 0, up to {most}")
    return float(told)
