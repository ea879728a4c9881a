"""What a back-test of recommendations prints: hit-rates, MRR, and how sure they are."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from track_service.services.backtests.choices import RULES
from track_service.services.backtests.recommendations import OURS, Tried
from track_service.services.recommending.ledger import Floats

MEASURED = ("hit-rate@4", "hit-rate@8", "MRR")
LONGEST = 8  # products that are measured
_ROUNDS, _SEED = 1000, 5


def report(
    tried: Sequence[Tried], answers: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    """Yield lines: each figure with its 95 % interval, ours beside the rules of thumb.

    Measured are the orders whose next basket has anything that might have been shown.
    """
    able = [
        (each, wanted)
        for each in tried
        if (wanted := answers.get(each.query.order_id, frozenset()) - each.hidden)
    ]
    if not able:
        yield f"{len(tried)} orders; none has an answer to measure by"
        return
    yield f"{len(tried)} orders, {len(able)} of them measured (95 % intervals):"
    yield " ".join((f"{'':14}", *(f"{title:>21}" for title in MEASURED)))
    scores = {name: _scores(able, name) for name in (OURS, *RULES)}
    draws = _draws(len(able))
    for name, found in scores.items():
        yield _row(name, found, draws)
    best = max(RULES, key=lambda rule: float(scores[rule][1].mean()))
    yield f"{OURS} less {best}, the best rule:"
    yield _row("", scores[OURS] - scores[best], draws)


def measures(shown: Sequence[str], wanted: frozenset[str]) -> tuple[float, ...]:
    """Return what `MEASURED` names for one list, of which the first eight count."""
    places = [n for n, name in enumerate(shown[:LONGEST], 1) if name in wanted]
    first = min(places, default=0)
    return float(0 < first <= 4), float(first > 0), 1 / first if first else 0.0


def _scores(able: Sequence[tuple[Tried, frozenset[str]]], name: str) -> Floats:
    return np.array([measures(each.shown[name], wanted) for each, wanted in able]).T


def _draws(count: int) -> Floats:
    """Return how often each order is drawn, by round; always the same."""
    dice = np.random.default_rng(_SEED)
    return dice.multinomial(count, np.full(count, 1 / count), size=_ROUNDS) / count


def _row(name: str, scores: Floats, draws: Floats) -> str:
    cells = []
    for values in scores:
        low, high = np.quantile(draws @ values, (0.025, 0.975))
        cells.append(f"{values.mean():7.3f} [{low:.3f}, {high:.3f}]")
    return " ".join((f"{name:14}", *(f"{cell:>21}" for cell in cells)))
