"""`track-service backtest`: predictions tried on a shop's own history."""

from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypeVar

import click

from track_service.cli.backtest_notices import notices
from track_service.core.recommend.basket import Mode
from track_service.services.backtests import eta as trial
from track_service.services.backtests import hits, purchases, recommendations
from track_service.services.backtests.report import report
from track_service.services.backtests.trips import Past, read
from track_service.services.closed_days import workdays
from track_service.services.sheet import BadFile

_T = TypeVar("_T")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def backtest() -> None:
    """Try predictions on past parcels and orders, and rules on the stored history.

    Predictions need neither network nor database nor settings.
    """


backtest.add_command(notices)


@backtest.command()
@click.option("--history", type=_FILE, required=True, help="CSV of past parcels.")
@click.option("--test", type=_FILE, required=True, help="CSV of parcels to forecast.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="CSV to write: eta, eta_from, eta_until, p_late of each.",
)
def eta(history: Path, test: Path, out: Path) -> None:
    """Forecast arrivals at hand-over, by what was known then, and score them.

    The columns are told in docs/eta.md; files may be gzipped.
    """
    tried = trial.try_out(_past(history), _past(test), workdays=workdays)
    _written(out, lambda lines: trial.write(tried, lines))
    for line in report(tried):
        click.echo(line)


@backtest.command("recommendations")
@click.option("--history", type=_FILE, required=True, help="CSV of past purchases.")
@click.option(
    "--queries", type=_FILE, required=True, help="CSV of orders to advise on."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="CSV to write: order_id, rank, product_id.",
)
@click.option("--k", type=click.IntRange(1, 100), default=8, help="Products an order.")
@click.option("--new-only", is_flag=True, help="Nothing that the customer ever bought.")
@click.option("--answers", type=_FILE, help="CSV of each order's next basket.")
def recommend(
    history: Path,
    queries: Path,
    out: Path,
    k: int,
    new_only: bool,
    answers: Path | None,
) -> None:
    """Recommend products for past orders, by what was known then, and score them.

    The columns are told in docs/recommendations.md; files may be gzipped.
    """
    lines = _read(history, lambda file: list(purchases.read_purchases(file)))
    asked = _read(queries, purchases.read_queries)
    bought = None if answers is None else _read(answers, purchases.read_answers)
    mode = Mode.NEW if new_only else Mode.ANY
    tried = recommendations.try_out(lines, asked, mode=mode, k=max(k, hits.LONGEST))
    _written(out, lambda file: recommendations.write(tried, file, k=k))
    if bought is None:
        click.echo(f"{len(tried)} orders; --answers would tell what it is worth")
        return
    for line in hits.report(tried, bought):
        click.echo(line)


def _written(out: Path, write: Callable[[TextIO], None]) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as lines:
            write(lines)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from error


def _past(file: Path) -> list[Past]:
    return _read(file, lambda path: list(read(path)))


def _read(file: Path, read: Callable[[Path], _T]) -> _T:
    try:
        return read(file)
    except BadFile as error:
        raise click.ClickException(f"{file}: {error}") from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
