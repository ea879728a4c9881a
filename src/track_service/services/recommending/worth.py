"""What a brand's offers are worth: the shown arm beside the hold-out."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from track_service.core.selling import Arm
from track_service.core.uplift import Told, Uplift, uplift
from track_service.store import selling

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Worth:
    """Both arms, what they tell, and what readers did; `weeks` since the first view."""

    weeks: float
    shown: Told
    held_out: Told
    uplift: Uplift
    views: int
    clicks: int
    clickers: int

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        arms = {"shown": self.shown, "holdout": self.held_out}
        return {
            "weeks": round(self.weeks, 2),
            "arms": {
                name: {
                    "shoppers": of.shoppers,
                    "orders": of.orders,
                    "orders_per_shopper": of.mean,
                }
                for name, of in arms.items()
            },
            "uplift": asdict(self.uplift),
            "views": self.views,
            "clicks": self.clicks,
            "shoppers_who_clicked": self.clickers,
        }

    def lines(self) -> list[str]:
        """Return it for people."""
        told = [_arm("shown", self.shown), _arm("held out", self.held_out)]
        told.append(
            f"{self.views} views, {self.clicks} clicks in {self.weeks:.1f} weeks"
        )
        of = self.uplift
        if of.difference is None or of.low is None or of.high is None:
            return [*told, "uplift: nothing can be told before both arms have shoppers"]
        relative = "" if of.share is None else f" ({of.share:+.1%})"
        word = "told from chance" if of.is_significant else "may be chance"
        told.append(
            f"uplift: {of.difference:+.4f} orders per shopper{relative},"
            f" 95% interval {of.low:+.4f} to {of.high:+.4f}: {word}"
        )
        if of.weeks_needed is not None:
            told.append(f"weeks to tell such a difference: {of.weeks_needed:.0f}")
        if of.weeks_for_5_percent is not None:
            told.append(f"weeks to tell one of 5%: {of.weeks_for_5_percent:.0f}")
        return told


def worth(session: Session, brand_id: int, *, now: datetime) -> Worth:
    """Return what a brand's offers are worth until now."""
    began = selling.began(session, brand_id)
    arms = selling.arms(session, brand_id)
    weeks = 0.0 if began is None else (now - began) / _WEEK
    shown, held_out = arms[Arm.SHOWN], arms[Arm.HOLDOUT]
    views, clicks, clickers = selling.engagement(session, brand_id)
    found = uplift(shown, held_out, weeks=weeks)
    return Worth(weeks, shown, held_out, found, views, clicks, clickers)


def _arm(name: str, of: Told) -> str:
    mean = "" if of.mean is None else f", {of.mean:.4f} each"
    return f"{name}: {of.shoppers} shoppers, {of.orders} later orders{mean}"
