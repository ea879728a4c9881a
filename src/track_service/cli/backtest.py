"""`track-service backtest`: predictions tried on a shop's own history."""

from pathlib import Path

import click

from track_service.services.backtests import eta as trial
from track_service.services.backtests.report import report
from track_service.services.backtests.trips import Past, read
from track_service.services.closed_days import workdays
from track_service.services.sheet import BadFile

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def backtest() -> None:
    """Try predictions on past parcels. No network, no database, no settings."""


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
    try:
        with out.open("w", encoding="utf-8", newline="") as lines:
            trial.write(tried, lines)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from error
    for line in report(tried):
        click.echo(line)


def _past(file: Path) -> list[Past]:
    try:
        return list(read(file))
    except BadFile as error:
        raise click.ClickException(f"{file}: {error}") from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
