"""Feedback in figures: per carrier, region and week, beside how many came late."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from track_service.store.feedback import Rated, Written

_SATISFIED = 4  # stars of five, and more
_PROMOTER, _DETRACTOR = 9, 6  # points of ten, and more; and less
_Key = TypeVar("_Key", bound=Hashable)
_LATENESS = {True: "late", False: "on_time", None: "no_promise"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What some deliveries' shoppers said. Shares are of 1; None where nobody said.

    `deliveries` are those of which anything was said. `late` is of those that had a
    promised day. `csat` is the share of four stars and more among the rated, `stars`
    their mean; `nps` is from -100 to 100.
    """

    deliveries: int
    late: float | None
    rated: int
    csat: float | None
    stars: float | None
    asked: int
    nps: float | None

    def document(self) -> dict[str, Any]:
        """Return the figures for machines."""
        return {
            "deliveries": self.deliveries,
            "late": self.late,
            "csat": {"answers": self.rated, "share": self.csat, "stars": self.stars},
            "nps": {"answers": self.asked, "score": self.nps},
        }


def figures(of: Iterable[Rated]) -> Figures:
    """Return what deliveries' shoppers said, in figures."""
    all_of = list(of)
    promised = [one.is_late for one in all_of if one.is_late is not None]
    stars = [one.stars for one in all_of if one.stars is not None]
    likely = [one.likely for one in all_of if one.likely is not None]
    promoters = sum(one >= _PROMOTER for one in likely)
    detractors = sum(one <= _DETRACTOR for one in likely)
    return Figures(
        deliveries=len(all_of),
        late=_share(sum(promised), len(promised)),
        rated=len(stars),
        csat=_share(sum(one >= _SATISFIED for one in stars), len(stars)),
        stars=_share(sum(stars), len(stars)),
        asked=len(likely),
        nps=_share(100 * (promoters - detractors), len(likely)),
    )


def report(
    brand: str,
    rated: Sequence[Rated],
    texts: Sequence[Written],
    *,
    since: date,
    until: date,
) -> dict[str, Any]:
    """Return a brand's feedback on deliveries from `since` on and before `until`.

    `groups` are by carrier, region (None where no scan names one) and week, which is its
    Monday; `lateness` sets late deliveries beside those in time. `texts` are what
    shoppers wrote, in the order given.
    """
    groups = _by(rated, lambda one: (one.carrier, one.region, _week(one)))
    lateness = _by(rated, lambda one: _LATENESS[one.is_late])
    return {
        "brand": brand,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "total": figures(rated).document(),
        "lateness": {name: lateness[name].document() for name in sorted(lateness)},
        "groups": [
            {"carrier": carrier, "region": region, "week": week.isoformat()}
            | found.document()
            for (carrier, region, week), found in sorted(
                groups.items(), key=lambda one: (one[0][2], one[0][0], one[0][1] or "")
            )
        ],
        "texts": [_text(one) for one in texts],
    }


def lines(told: dict[str, Any]) -> list[str]:
    """Return a report for a terminal: a line a group, and the total."""
    head = f"{'week':10}  {'carrier':14} {'region':20}"
    head += "".join(f" {name:>5}" for name in ("said", "late", "csat", "nps"))
    rows = [
        _line(one["week"], one["carrier"], one["region"], one) for one in told["groups"]
    ]
    ends = [_line("all", name, None, one) for name, one in told["lateness"].items()]
    return [head, *rows, *ends, _line("all", "all", None, told["total"])]


def _line(week: str, carrier: str, region: str | None, of: dict[str, Any]) -> str:
    late, csat, nps = of["late"], of["csat"]["share"], of["nps"]["score"]
    return (
        f"{week:10}  {carrier:14} {(region or '-')[:20]:20} {of['deliveries']:5}"
        f" {_percent(late)} {_percent(csat)} {'    -' if nps is None else f'{nps:5.0f}'}"
    )


def _percent(share: float | None) -> str:
    return "    -" if share is None else f"{share:5.0%}"


def _by(rated: Iterable[Rated], key: Callable[[Rated], _Key]) -> dict[_Key, Figures]:
    found: dict[_Key, list[Rated]] = defaultdict(list)
    for one in rated:
        found[key(one)].append(one)
    return {name: figures(some) for name, some in found.items()}


def _week(one: Rated) -> date:
    return one.delivered_on - timedelta(days=one.delivered_on.weekday())


def _share(part: float, of: int) -> float | None:
    return round(part / of, 4) if of else None


def _text(one: Written) -> dict[str, Any]:
    return {
        "order_number": one.order_number,
        "shipment": one.shipment,
        "carrier": one.carrier,
        "delivered_on": one.delivered_on.isoformat(),
        "stars": one.said.stars,
        "likely": one.said.likely,
        "text": one.said.text,
    }
