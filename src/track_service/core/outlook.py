"""What we foresee of a parcel: when it comes, how likely late, how long it may be silent."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from track_service.core.legs import Leg
from track_service.core.tracking import Window

RISKY, SAFE = (
    0.6,
    0.4,
)  # chances of being late from which, and below which, it is at risk


BY_DATE = "date"


@dataclass(frozen=True, slots=True)
class Outlook:
    """Made by `services.foresight`, stored with the parcel, shown as it is stored.

    `quiet_at` and `stalled_at` are when its silence becomes unusual (aware UTC).
    `window` is in days where the parcel is delivered, `on` the likeliest of them; None
    where nothing is known. `p_late` is None without a promise; `risky` follows it with
    a margin, so that it does not flicker. `usual`: days that 60 % of such parcels take
    on this leg, `slower` by how many it is slower this week; `known_by` as in
    `core.eta.forecast.Why`, `BY_DATE` where the carrier's own date tells more. `reason` is why the window moved (a word of ours), None if
    it is the first. `shown` tells that the shopper is shown the window.
    """

    leg: Leg
    made_at: datetime
    quiet_at: datetime
    stalled_at: datetime
    window: Window | None = None
    on: date | None = None
    p_late: float | None = None
    risky: bool = False
    usual: tuple[float, float] | None = None
    slower: float = 0.0
    known_by: str | None = None
    reason: str | None = None
    shown: bool = False


def follow(new: Outlook, before: Outlook | None, *, today: date) -> Outlook:
    """Return the new outlook with what it keeps of the one before.

    A window is held to as long as the likeliest day lies in it on the same leg: else it
    would move a little with every look. A parcel becomes risky at 60 %, and is safe
    again below 40 %; where nothing but the carrier's commitment is known, it never is.
    """
    p_late, known = new.p_late or 0.0, new.known_by is not None
    was_risky = before is not None and before.risky
    new = replace(new, risky=known and p_late >= (SAFE if was_risky else RISKY))
    if before is None or before.window is None or new.window is None:
        return new
    if _holds(before, new, today):
        kept = {"window": before.window, "on": before.on, "shown": before.shown}
        return replace(new, **kept, reason=before.reason)  # type: ignore[arg-type]
    return replace(new, reason=_reason(before, new))


def _holds(before: Outlook, new: Outlook, today: date) -> bool:
    window = before.window
    if window is None or new.on is None or new.leg is not before.leg:
        return False
    start, until = window.start.local.date(), window.until.local.date()
    return start <= new.on <= until and today <= until


def _reason(before: Outlook, new: Outlook) -> str | None:
    if before.window == new.window:
        return before.reason
    if new.leg is not before.leg:
        return new.leg
    if before.on is not None and new.on is not None and new.on < before.on:
        return "faster"
    return "slower" if new.slower >= 1 else "silence"
