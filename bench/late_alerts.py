"""Daily alerts of lateness at a budget, beside rules of fixed days.

`python -m bench.late_alerts HISTORY.csv.gz START END [MILESTONES.csv.gz]`. HISTORY has
the columns of docs/eta.md; what was handed over from START to before END is followed.
Every morning the open parcels whose promise is not over yet are looked at, and the 5 %
of them with the highest chance of coming late are listed; a parcel's alert is its first
morning on the list. A rule lists whomever it is true of that morning. An alert is right
if its parcel comes late; those still open at the end of the data are late if their
promise is over by then, and left out if not. Lead is from the alert to the end of the
promise.

The milestones have no calendar: their shipments begin forty a day in order of number,
and what is known of one in the morning are the steps that it has ended by then.
"""

import heapq
import json
import sys
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil
from pathlib import Path
from statistics import fmean, median

from bench import milestones
from track_service.core.eta.forecaster import Forecaster
from track_service.core.outlook import RISKY
from track_service.services.backtests.trips import read
from track_service.services.closed_days import workdays

BUDGET = 0.05
LIKELY = 0.5
DAY = timedelta(days=1)
BEGUN_A_DAY = 40


@dataclass(frozen=True)
class Open:
    """A parcel on one morning; `slack` are days to the end of its promise."""

    key: int
    late: bool
    chance: float
    age: float
    working_age: float
    slack: float


# As the competitors publish them: TrackShip alerts late from day 7 on, Avada after it,
# Onward after 3 working days without a scan (5 abroad): here the hand-over is the last.
# That a promise ends soon is no competitor's rule, and the plainest of all.
RULES = {
    "chance of being late of 40 % or more": lambda p: p.chance >= 0.4,
    "chance of being late of 50 % or more": lambda p: p.chance >= LIKELY,
    "chance of being late of 60 % or more": lambda p: p.chance >= RISKY,
    "chance of being late of 70 % or more": lambda p: p.chance >= 0.7,
    "more than 6 days under way": lambda p: p.age > 6,
    "more than 7 days under way": lambda p: p.age > 7,
    "3 working days without a scan": lambda p: p.working_age > 3,
    "5 working days without a scan": lambda p: p.working_age > 5,
    "promise ends within a day": lambda p: p.slack <= 1,
    "promise ends within 2 days": lambda p: p.slack <= 2,
    "promise ends within 3 days": lambda p: p.slack <= 3,
    "promise ends within 4 days": lambda p: p.slack <= 4,
    "promise ends within 6 days": lambda p: p.slack <= 6,
}


def main(file, start, end, steps=None):
    start, end = map(datetime.fromisoformat, (start, end))
    show("parcels", list(mornings(list(read(Path(file))), start, end)))
    if steps is not None:
        show("milestones", list(step_mornings(milestones.read(steps))))


def mornings(parcels, start, end):
    """Yield the open parcels of each morning, forecast by what was known then."""
    last = max(p.delivered_at for p in parcels if p.delivered_at)
    parcels.sort(key=lambda p: p.trip.start)
    forecaster, arrivals, under_way = Forecaster(workdays), [], {}
    clock, morning = workdays("BR"), datetime.combine(parcels[0].trip.start, time(6))
    coming = iter(enumerate(parcels))
    ahead = next(coming, None)
    while morning < last:
        while ahead is not None and ahead[1].trip.start < morning:
            key, past = ahead
            _arrive(forecaster, arrivals, under_way, past.trip.start)
            forecaster.depart(key, past.trip)
            if past.delivered_at is not None:
                heapq.heappush(arrivals, (past.delivered_at, key))
            if start <= past.trip.start < end and past.trip.promise_over:
                under_way[key] = past
            ahead = next(coming, None)
        _arrive(forecaster, arrivals, under_way, morning)
        yield [
            Open(
                key,
                (past.delivered_at or last) >= past.trip.promise_over,
                forecaster.predict(past.trip, now=morning).p_late,
                (morning - past.trip.start) / DAY,
                clock.between(past.trip.start, morning),
                (past.trip.promise_over - morning) / DAY,
            )
            for key, past in under_way.items()
            if past.trip.promise_over > morning
            and (past.delivered_at or past.trip.promise_over < last)
        ]
        morning += DAY


def _arrive(forecaster, arrivals, under_way, until):
    while arrivals and arrivals[0][0] < until:
        at, key = heapq.heappop(arrivals)
        forecaster.seen("", at)
        forecaster.arrive(key, at)
        under_way.pop(key, None)


def step_mornings(shipments):
    """Yield the same of milestones, of the later shipments, told by the earlier ones."""
    lives = {known: {} for known in range(4)}
    for known, told in lives.items():
        many = [
            milestones.asked(*of, known)
            for of in shipments.items()
            if len(of[1]["o"]) > known
        ]
        chances, later = milestones.told_in_order(many)
        told |= {a.number: (p, a) for p, a in zip(chances, later, strict=True)}
    days = {}
    for place, number in enumerate(lives[0]):
        begun = place // BEGUN_A_DAY
        for day, one in _days(shipments[number], number, lives):
            days.setdefault(begun + day, []).append(one)
    yield from (days[day] for day in sorted(days))


def _days(legs, number, lives):
    """Yield a shipment on each morning on which its incoming legs are known."""
    coming = [steps for leg, steps in legs.items() if leg != "o"]
    took, planned = (
        max(sum(getattr(s, what) for s in steps) for steps in coming)
        for what in ("took", "planned")
    )
    ends = [took]
    for step in legs["o"]:
        ends.append(ends[-1] + step.took)
    promise = (planned + sum(s.planned for s in legs["o"])) / 1440
    for day in range(ceil(ends[0] / 1440), int(ends[-1] / 1440) + 1):
        known = max(k for k in range(4) if k == 0 or ends[k] <= day * 1440)
        if number not in lives[known] or promise <= day:
            continue
        chance, asked = lives[known][number]
        yield day, Open(number, asked.late, chance, day, day * 5 / 7, promise - day)


def show(name, days):
    parcels = {one.key: one.late for day in days for one in day}
    print(
        json.dumps(
            {"data": name, "parcels": len(parcels), "late": sum(parcels.values())}
        )
    )
    ours = alerts(days, lambda open_: top(open_, lambda p: p.chance))
    oldest = alerts(days, lambda open_: top(open_, lambda p: p.age))
    ending = alerts(days, lambda open_: top(open_, soonest))
    likely, near = (
        alerts(days, lambda open_, r=rule: top(filter(r, open_), soonest, open_))
        for rule in (is_likely, RULES["promise ends within 3 days"])
    )
    line("chance of being late, top 5 %", ours, parcels)
    line("of 50 % or more, promise soonest, top 5 %", likely, parcels)
    line("longest under way, top 5 %", oldest, parcels)
    line("promise ends soonest, top 5 %", ending, parcels)
    line("promise ends within 3 days, soonest, top 5 %", near, parcels)
    for told, rule in RULES.items():
        line(told, alerts(days, lambda open_, r=rule: filter(r, open_)), parcels)


def top(some, score, open_=None):
    """Return those with the highest score: of the open ones the share, rounded down."""
    most = int(BUDGET * len(some if open_ is None else open_))
    return sorted(some, key=score, reverse=True)[:most]


def soonest(one):
    return -one.slack


def is_likely(one):
    return one.chance >= LIKELY


def alerts(days, chosen):
    """Return each alerted parcel as it was on the first morning."""
    first = {}
    for open_ in days:
        for one in chosen(open_):
            first.setdefault(one.key, one)
    return first


def line(name, told, parcels):
    right = [one for one in told.values() if one.late]
    late = sum(parcels.values())
    print(
        json.dumps(
            {
                "rule": name,
                "alerts_per_1000": round(1000 * len(told) / len(parcels), 1),
                "precision": round(len(right) / len(told), 3) if told else None,
                "recall": round(len(right) / late, 3),
                "median_lead_days": round(median(p.slack for p in right), 2)
                if right
                else None,
                "mean_lead_days": round(fmean(p.slack for p in right), 2)
                if right
                else None,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
