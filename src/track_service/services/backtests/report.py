"""What a back-test of arrival windows prints: our figures beside rules of thumb."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from track_service.core.eta.forecast import Forecast
from track_service.services.backtests.eta import LOOKS, Tried
from track_service.services.backtests.rules import Told
from track_service.services.backtests.scores import (
    Figures,
    Guess,
    Interval,
    auc,
    average_precision,
    figures,
    mae_apart,
    ranking_apart,
)

OURS = "forecast"
RULES = ("promise date", "global median", "lane median", "lane x pace")

_HEAD = ("MAE", "median", "P90", "cover", "width", "AUC", "AP")


def report(tried: Sequence[Tried]) -> Iterator[str]:
    """Yield lines: a table of figures, and our lead over the best rule of each."""
    guesses = {OURS: _of_ours(tried), **{rule: _of_rule(tried, rule) for rule in RULES}}
    known = {name: figures(list(found.values())) for name, found in guesses.items()}
    ours = known[OURS]
    if ours is None:
        yield f"{len(tried)} parcels forecast; none has an outcome to score them by"
        return
    yield f"{len(tried)} parcels forecast, {ours.parcels} of them with an outcome (days):"
    yield " ".join((f"{'':14}", *(f"{title:>7}" for title in _HEAD), " parcels"))
    for name, found in known.items():
        if found is not None:
            yield _row(name, found)
    yield from _leads(guesses, {n: f for n, f in known.items() if f and n != OURS})
    yield from _windows(tried)


def _row(name: str, found: Figures) -> str:
    values = (found.mae, found.median, found.p90)
    cells = [_number(value, 2) for value in values]
    cells += [_number(found.coverage, 3), _number(found.width, 2)]
    cells += [_number(found.auc, 3), _number(found.ap, 3)]
    return " ".join(
        (f"{name:14}", *(f"{cell:>7}" for cell in cells), f"{found.parcels:8}")
    )


def _windows(tried: Sequence[Tried]) -> Iterator[str]:
    yield "the window at hand-over, and later of those still under way:"
    rows = {"hand-over": [(each, each.forecast) for each in tried]}
    for days in LOOKS:
        left = [(each, each.later[days]) for each in tried if days in each.later]
        rows[f"{days} days on"] = left
    for name, told in rows.items():
        known = figures([g for each in told if (g := _of_forecast(*each)) is not None])
        if known is not None:
            cover, width = _number(known.coverage, 3), _number(known.width, 2)
            cells = f"cover {cover:>5} width {width:>5} MAE {known.mae:5.2f}"
            yield f"  {name:10} {cells} {known.parcels:8}"


def _leads(
    guesses: Mapping[str, Mapping[int, Guess]], rules: Mapping[str, Figures]
) -> Iterator[str]:
    if not rules:
        return
    yield "beside the best rule, with 95 % intervals (paired, days drawn together):"
    best = min(rules, key=lambda name: rules[name].mae)
    ours, theirs = _paired(guesses[OURS], guesses[best])
    yield _lead("MAE", best, _less("mae", ours, theirs), mae_apart(ours, theirs), 2)
    for title, field, ranking in (("AUC", "auc", auc), ("AP", "ap", average_precision)):
        ranked = {n: getattr(f, field) for n, f in rules.items()}
        able = {name: value for name, value in ranked.items() if value is not None}
        if not able:
            continue
        best = max(able, key=lambda name: able[name])
        ours, theirs = _paired(guesses[OURS], guesses[best])
        apart = ranking_apart(ours, theirs, ranking)
        yield _lead(title, best, _less(field, ours, theirs), apart, 3)


def _lead(
    title: str, rule: str, less: float | None, apart: Interval | None, digits: int
) -> str:
    if less is None or apart is None:
        return f"  {title:4} -"
    low, high = apart
    span = f"[{low:+.{digits}f}, {high:+.{digits}f}]"
    return f"  {title:4} {less:+.{digits}f} {span} than {rule}"


def _less(field: str, ours: Sequence[Guess], theirs: Sequence[Guess]) -> float | None:
    one, other = figures(ours), figures(theirs)
    if one is None or other is None:
        return None
    left, right = getattr(one, field), getattr(other, field)
    return None if left is None or right is None else float(left - right)


def _paired(
    ours: Mapping[int, Guess], theirs: Mapping[int, Guess]
) -> tuple[list[Guess], list[Guess]]:
    both = sorted(ours.keys() & theirs.keys())
    return [ours[n] for n in both], [theirs[n] for n in both]


def _of_ours(tried: Sequence[Tried]) -> dict[int, Guess]:
    found = {}
    for n, each in enumerate(tried):
        guess = _of_forecast(each, each.forecast)
        if guess is not None:
            found[n] = guess
    return found


def _of_forecast(tried: Tried, made: Forecast) -> Guess | None:
    return _guess(tried, Told(made.eta, made.start, made.until, made.p_late))


def _of_rule(tried: Sequence[Tried], rule: str) -> dict[int, Guess]:
    found = {}
    for n, each in enumerate(tried):
        guess = _guess(each, each.told[rule]) if rule in each.told else None
        if guess is not None:
            found[n] = guess
    return found


def _guess(tried: Tried, told: Told) -> Guess | None:
    came, trip = tried.past.delivered_at, tried.past.trip
    if came is None:
        return None
    promised = trip.promised_on

    def days(moment: datetime) -> float:
        return (moment - trip.start) / timedelta(days=1)

    return Guess(
        day=trip.start.date(),
        took=days(came),
        eta=days(told.eta),
        start=None if told.start is None else days(told.start),
        until=None if told.until is None else days(told.until),
        p_late=told.p_late,
        late=None if promised is None else came.date() > promised,
    )


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
