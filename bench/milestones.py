"""Lateness told from the steps so far, beside the rule of accumulated delay.

`python -m bench.milestones FILE`: FILE has a line for each milestone of a shipment
(shipment_id, leg, step, milestone, planned_minutes, effective_minutes, place). Incoming
legs run side by side, the outgoing leg `o` follows the last of them; late is what took
longer than planned from end to end. Told when all incoming legs are known, and again
after each outgoing step. Shipments are told in five parts in order of their number, each
by those before it alone; intervals are a paired bootstrap over shipments.

The method: how long each step to come takes is a ridge regression on its plan and on the
delay so far, with a shrunk effect and spread of its place; the sum of these against the
time that is left gives a score, and a logistic regression makes a chance of it. The 80 %
window of the arrival is that sum, as wide as earlier shipments were off, the shortest of
some; the rule's is the plan, from the tenth to the ninetieth of a hundred that those were
off it.
"""

import csv
import gzip
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

Array = NDArray[np.float64]
KINDS = ("RCS", "DEP", "RCF", "DLV")
FIRST, PARTS, FOLDS, DRAWS = 3 / 8, 5, 5, 1000
LEAST = (0.01, 0.03, 0.05, 0.08, 0.1)  # chances of coming before a window
SHRINK, SPREAD_SHRINK, RIDGE = 5, 8, 3.0  # as many data as make half of an effect


@dataclass(frozen=True)
class Step:
    """A milestone of a leg; minutes of this step alone, and where it is made."""

    kind: int
    planned: float
    took: float
    place: str


@dataclass(frozen=True)
class Asked:
    """A shipment at the time it is asked of: what is known, and whether it came late."""

    number: int
    delay: float  # minutes behind the plan so far
    so_far: Array  # how the steps so far went
    ahead: tuple[Step, ...]
    late: bool

    @property
    def left(self) -> float:
        """Return the minutes that the steps ahead may take."""
        return sum(step.planned for step in self.ahead) - self.delay


def read(file):
    """Return {shipment: {leg: steps}}; a milestone without a place has its neighbour's."""
    legs = defaultdict(lambda: defaultdict(list))
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            legs[int(row["shipment_id"])][row["leg"]].append(row)
    return {
        number: {leg: _steps(rows) for leg, rows in of.items()}
        for number, of in sorted(legs.items())
    }


def _steps(rows):
    rows.sort(key=lambda row: int(row["step"]))
    near = [*rows[1:], rows[-2]]  # a check-in is where it departs, a delivery beyond
    near[1:-1] = rows[1:-1]
    return tuple(
        Step(
            KINDS.index(row["milestone"]),
            float(row["planned_minutes"]),
            float(row["effective_minutes"]),
            place["place"],
        )
        for row, place in zip(rows, near, strict=True)
    )


def asked(number, legs, known):
    """Return a shipment of which all incoming steps are known, and `known` outgoing."""
    done, ahead = legs["o"][:known], legs["o"][known:]
    coming = [steps for leg, steps in legs.items() if leg != "o"]
    plans, took = (
        [sum(getattr(s, what) for s in steps) for steps in coming]
        for what in ("planned", "took")
    )
    behind = max(took) - max(plans) + sum(s.took - s.planned for s in done)
    ratios = [
        np.log((s.took + 10) / (s.planned + 10)) for steps in coming for s in steps
    ]
    recent = [np.log((s.took + 10) / (s.planned + 10)) for s in done]
    so_far = [
        _folded(behind),
        max(_folded(behind), 0),
        np.mean(ratios),
        np.mean(recent) if recent else 0,
        _folded(max(t - p for t, p in zip(took, plans, strict=True))),
        len(coming),
        len(ahead),
    ]
    late = behind + sum(s.took - s.planned for s in ahead) > 0
    return Asked(number, behind, np.array(so_far, dtype=float), ahead, late)


def _folded(minutes):
    return float(np.sign(minutes) * np.log1p(abs(minutes) / 60))


class Steps:
    """How long steps take: by their kind, plan, delay so far and place."""

    def __init__(self, past):
        found = [(s, a) for a in past for s in a.ahead]
        self.kinds = {
            kind: _Kind([(s, a) for s, a in found if s.kind == kind])
            for kind in {s.kind for s, _ in found}
        }

    def scores(self, one):
        """Return what the steps ahead say of a shipment, as numbers for a regression."""
        means, spread, last = self._told(one)
        total = means.sum()
        ratio = np.log(total / max(one.left, 30)) / np.sqrt(np.log1p(spread / total**2))
        apart = (total - one.left) / np.sqrt(spread)
        kinds = np.array([s.kind for s in one.ahead])
        foreseen = np.log(np.bincount(kinds, means, len(KINDS)) + 30)
        return [np.clip(ratio, -6, 6), np.clip(apart, -6, 6), last, *foreseen]

    def left(self, one):
        """Return the mean and spread of the log minutes that the steps ahead take."""
        means, spread, _ = self._told(one)
        total = means.sum()
        return float(np.log(total)), float(np.sqrt(np.log1p(spread / total**2)))

    def _told(self, one):
        told = [
            self.kinds[s.kind].told(s, one) for s in one.ahead if s.kind in self.kinds
        ]
        means = np.array([np.exp(mu + var / 2) for mu, var in told])
        spread = (means**2 * np.array([np.expm1(var) for _, var in told])).sum()
        return means, spread, told[-1][1]


class _Kind:
    """One kind of step: a ridge regression of log minutes, and its places."""

    def __init__(self, past):
        x = np.array([_row(s, a) for s, a in past])
        y = np.array([np.log(s.took + 30) for s, _ in past])
        self.centre, self.scale = x.mean(0), x.std(0) + 1e-9
        x = np.c_[np.ones(len(x)), (x - self.centre) / self.scale]
        penalty = np.diag([0.0] + [RIDGE] * (x.shape[1] - 1))
        places, which = np.unique([s.place for s, _ in past], return_inverse=True)
        times = np.bincount(which)
        effect = np.zeros(len(places))
        for _ in range(5):  # by turns, until both agree
            self.beta = np.linalg.solve(x.T @ x + penalty, x.T @ (y - effect[which]))
            rest = y - x @ self.beta
            effect = np.bincount(which, rest) / (times + SHRINK)
        squares = (rest - effect[which]) ** 2
        self.spread = squares.mean()
        own = np.bincount(which, squares) + SPREAD_SHRINK * self.spread
        own /= times + SPREAD_SHRINK
        self.places = dict(zip(places, zip(effect, own, strict=True), strict=True))

    def told(self, step, one):
        """Return the mean and variance of the log minutes of a step."""
        row = (np.array(_row(step, one)) - self.centre) / self.scale
        effect, spread = self.places.get(step.place, (0.0, self.spread))
        return self.beta[0] + row @ self.beta[1:] + effect, spread


def _row(step, one):
    plan = np.log(step.planned + 30)
    whole = np.log(sum(s.planned for s in one.ahead) + 30)
    return [plan, plan**2, plan**3, whole, *one.so_far]


def tell(past, now):
    """Return the chance of being late of each shipment in `now`, by those in `past`."""
    scores = np.zeros((len(past), 3 + len(KINDS)))
    for fold in range(FOLDS):  # the regression must not see scores of what made them
        steps = Steps([a for n, a in enumerate(past) if n % FOLDS != fold])
        scores[fold::FOLDS] = [steps.scores(a) for a in past[fold::FOLDS]]
    steps = Steps(past)
    late = np.array([a.late for a in past], dtype=float)
    return _logistic(
        _design(past, scores),
        late,
        _design(now, np.array([steps.scores(a) for a in now])),
    )


def windows(past, now):
    """Return cover and width in hours of our 80 % windows of `now`, then of the rule's."""
    took = np.array([_minutes(a) for a in past])
    off = np.zeros(len(past))
    for fold in range(FOLDS):
        steps = Steps([a for n, a in enumerate(past) if n % FOLDS != fold])
        mean, spread = np.array([steps.left(a) for a in past[fold::FOLDS]]).T
        off[fold::FOLDS] = (np.log(took[fold::FOLDS]) - mean) / spread
    steps = Steps(past)
    mean, spread = np.array([steps.left(a) for a in now]).T
    came = np.array([_minutes(a) for a in now])
    ours = _shortest(lambda share: np.exp(mean + np.quantile(off, share) * spread))
    plans = np.array([sum(s.planned for s in a.ahead) for a in now])
    past_plans = np.array([sum(s.planned for s in a.ahead) for a in past])
    rule = [plans + q for q in np.quantile(took - past_plans, (0.1, 0.9))]
    return np.array(
        [
            [(start <= came) & (came <= until), (until - start) / 60]
            for start, until in (ours, rule)
        ]
    )


def _shortest(at):
    """Return the shortest, for each, of some windows that hold 80 %."""
    spans = np.array([[at(least), at(least + 0.8)] for least in LEAST])
    which = (spans[:, 1] - spans[:, 0]).argmin(0)
    return np.take_along_axis(spans, which[None, None], 0)[0]


def _minutes(one):
    return max(1.0, sum(step.took for step in one.ahead))


def _design(many, scores):
    z = scores[:, 0]
    bends = np.c_[z**2, np.maximum(z - 1, 0), np.maximum(-z - 1, 0)]
    left = np.array([_folded(a.left) for a in many])
    plans = np.array([_plans(a) for a in many])
    return np.c_[scores, bends, left, plans, np.array([a.so_far for a in many])]


def _plans(one):
    kinds, planned = [s.kind for s in one.ahead], [s.planned for s in one.ahead]
    return np.log(np.bincount(kinds, planned, len(KINDS)) + 30)


def _logistic(x, late, asked):
    centre, scale = x.mean(0), x.std(0) + 1e-9
    x, asked = (np.c_[np.ones(len(v)), (v - centre) / scale] for v in (x, asked))

    def loss(w):
        z = x @ w
        slope = x.T @ (1 / (1 + np.exp(-z)) - late) + RIDGE * np.r_[0, w[1:]]
        return (np.logaddexp(0, z) - late * z).sum() + RIDGE * (
            w[1:] ** 2
        ).sum() / 2, slope

    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return 1 / (1 + np.exp(-asked @ w))


def main(file):
    shipments = read(file)
    for known in range(4):
        many = [
            asked(*of, known) for of in shipments.items() if len(of[1]["o"]) > known
        ]
        chance, told = told_in_order(many)
        late = np.array([a.late for a in told])
        delay = np.array([a.delay for a in told])
        found = scored(chance, delay, late)
        (cover, width), (plain, plain_width) = in_order(many, windows).mean(-1)
        found |= {
            "cover": round(cover, 3),
            "width_hours": round(width, 1),
            "cover_of_rule": round(plain, 3),
            "width_hours_of_rule": round(plain_width, 1),
        }
        print(
            json.dumps({"outgoing_steps_known": known, "shipments": len(late)} | found)
        )


def told_in_order(many):
    """Return the chances of the later shipments, each part by those before it."""
    return in_order(many, tell), many[int(FIRST * len(many)) :]


def in_order(many, told):
    """Return what is told of the later shipments, part by part, by those before it."""
    edges = np.linspace(FIRST, 1, PARTS + 1) * len(many)
    parts = [
        told(many[: int(start)], many[int(start) : int(end)])
        for start, end in pairwise(edges)
    ]
    return np.concatenate(parts, axis=-1)


def scored(chance, delay, late):
    """Return accuracy and AUC of both, and the intervals of ours and of our lead."""
    dice = np.random.default_rng(5)
    drawn = [dice.integers(0, len(late), len(late)) for _ in range(DRAWS)]
    found = {}
    for name, ours, rule in (
        (
            "accuracy",
            lambda n: _hits(chance > 0.5, late, n),
            lambda n: _hits(delay > 0, late, n),
        ),
        ("auc", lambda n: _auc(chance, late, n), lambda n: _auc(delay, late, n)),
    ):
        own, lead = [ours(n) for n in drawn], [ours(n) - rule(n) for n in drawn]
        everyone = np.arange(len(late))
        found |= {
            name: round(ours(everyone), 4),
            f"{name}_interval": _interval(own),
            f"{name}_of_rule": round(rule(everyone), 4),
            f"{name}_lead_interval": _interval(lead),
        }
    return found


def _hits(told, late, which):
    return float((told == late)[which].mean())


def _auc(score, late, which):
    score, late = score[which], late[which]
    pairs = late.sum() * (~late).sum()
    below = rankdata(score)[late].sum() - late.sum() * (late.sum() + 1) / 2
    return float(below / pairs)


def _interval(values):
    return [round(float(v), 4) for v in np.quantile(values, (0.025, 0.975))]


if __name__ == "__main__":
    main(*sys.argv[1:])
