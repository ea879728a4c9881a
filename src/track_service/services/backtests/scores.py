"""Figures of a back-test: errors, windows, ranking, and how sure they are."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import fmean, median

_ROUNDS = 200
_SEED = 5


@dataclass(frozen=True, slots=True)
class Guess:
    """One prediction beside what came; all times are days since hand-over.

    `day` of hand-over: parcels of one day share their luck. `late` is None where
    nothing was promised.
    """

    day: date
    took: float
    eta: float
    start: float | None
    until: float | None
    p_late: float | None
    late: bool | None

    @property
    def error(self) -> float:
        """Return by how many days the point was off."""
        return abs(self.took - self.eta)


@dataclass(frozen=True, slots=True)
class Figures:
    """Errors and width in days; None where there is nothing to reckon with."""

    parcels: int
    mae: float
    median: float
    p90: float
    coverage: float | None
    width: float | None
    auc: float | None
    ap: float | None


def figures(guesses: Sequence[Guess]) -> Figures | None:
    """Return the figures of all guesses, None of none."""
    if not guesses:
        return None
    errors = sorted(guess.error for guess in guesses)
    windows = [
        (g.start <= g.took <= g.until, g.until - g.start)
        for g in guesses
        if g.start is not None and g.until is not None
    ]
    ranked = _ranked(guesses)
    once = [1] * len(ranked)
    return Figures(
        parcels=len(guesses),
        mae=fmean(errors),
        median=median(errors),
        p90=errors[int(0.9 * (len(errors) - 1))],
        coverage=fmean(inside for inside, _ in windows) if windows else None,
        width=fmean(width for _, width in windows) if windows else None,
        auc=auc([(p, late) for p, late, _ in ranked], once),
        ap=average_precision([(p, late) for p, late, _ in ranked], once),
    )


def auc(ranked: Sequence[tuple[float, bool]], weights: Sequence[int]) -> float | None:
    """Return the chance that a late one ranks above one in time; ties count half.

    `ranked`: (score, late), lowest first; None if all ended alike.
    """
    below = late_all = won = 0.0
    for start, end in _ties(ranked):
        late = sum(weights[k] for k in range(start, end) if ranked[k][1])
        in_time = sum(weights[start:end]) - late
        won += late * (below + in_time / 2)
        below += in_time
        late_all += late
    return won / (below * late_all) if below and late_all else None


def average_precision(
    ranked: Sequence[tuple[float, bool]], weights: Sequence[int]
) -> float | None:
    """Return the precision averaged over the late ones; ties are taken together."""
    seen = late_all = found = 0.0
    for start, end in reversed(_ties(ranked)):
        late = sum(weights[k] for k in range(start, end) if ranked[k][1])
        seen += sum(weights[start:end])
        late_all += late
        found += late * late_all / seen if seen else 0.0
    return found / late_all if late_all else None


Interval = tuple[float, float]
_Ranking = Callable[[Sequence[tuple[float, bool]], Sequence[int]], float | None]


def mae_apart(ours: Sequence[Guess], theirs: Sequence[Guess]) -> Interval | None:
    """Return the 95 % interval of our mean error less theirs, on the same parcels."""
    sums: dict[date, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one, other in zip(ours, theirs, strict=True):
        sums[one.day][0] += one.error - other.error
        sums[one.day][1] += 1

    def mean(days: Mapping[date, int]) -> float:
        parts = [(sums[day], times) for day, times in days.items()]
        return sum(s[0] * n for s, n in parts) / sum(s[1] * n for s, n in parts)

    return _interval([guess.day for guess in ours], mean)


def ranking_apart(
    ours: Sequence[Guess], theirs: Sequence[Guess], ranking: _Ranking
) -> Interval | None:
    """Return the 95 % interval of our `auc` or `average_precision` less theirs."""
    one, other = _ranked(ours), _ranked(theirs)

    def apart(days: Mapping[date, int]) -> float | None:
        found = [
            ranking(
                [(p, late) for p, late, _ in side], [days.get(d, 0) for *_, d in side]
            )
            for side in (one, other)
        ]
        return None if None in found else found[0] - found[1]  # type: ignore[operator]

    return _interval([guess.day for guess in ours], apart)


def _interval(
    days: Sequence[date], statistic: Callable[[Mapping[date, int]], float | None]
) -> Interval | None:
    """Bootstrap whole days, with a fixed seed, so that a run can be repeated."""
    known = sorted(set(days))
    dice = Random(_SEED)  # noqa: S311 - to repeat, not to hide
    drawn = (Counter(dice.choices(known, k=len(known))) for _ in range(_ROUNDS))
    found = sorted(v for v in map(statistic, drawn) if v is not None) if known else []
    if not found:
        return None
    return found[int(0.025 * len(found))], found[int(0.975 * len(found))]


def _ranked(guesses: Sequence[Guess]) -> list[tuple[float, bool, date]]:
    known = (
        (g.p_late, g.late, g.day)
        for g in guesses
        if g.p_late is not None and g.late is not None
    )
    return sorted(known, key=lambda each: each[0])


def _ties(ranked: Sequence[tuple[float, bool]]) -> list[tuple[int, int]]:
    """Return the ranges of equal scores."""
    edges = [k for k in range(1, len(ranked)) if ranked[k][0] != ranked[k - 1][0]]
    return list(zip([0, *edges], [*edges, len(ranked)], strict=True)) if ranked else []
