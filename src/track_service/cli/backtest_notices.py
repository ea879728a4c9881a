"""`track-service backtest notices`: stored history under another set of rules."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from track_service.cli.parts import in_order, parts, print_json, text_of, with_database
from track_service.core.rules import WrongRules
from track_service.services.backtests.notices_report import (
    document,
    table,
    tried_notices,
)
from track_service.services.backtests.tried_rules import read_tried

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "start", type=_DAY, required=True, help="First day (UTC).")
@click.option("--to", "until", type=_DAY, required=True, help="Last day (UTC).")
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="JSON: notices, quiet_days, stalled_days, at_risk; {} tries today's rules.",
)
@click.option("--brand", "code", help="Show this brand's alone.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def notices(
    start: datetime, until: datetime, rules: Path, code: str | None, *, as_json: bool
) -> None:
    """Show which notices and alerts other rules would have sent, beside what was sent.

    Nothing is written or sent. docs/alerts.md tells of the file of rules.
    """
    in_order(start, until)
    try:
        tried = read_tried(text_of(rules))
    except WrongRules as error:
        raise click.ClickException(f"{rules}: {error}") from error
    with parts().database.read() as session:
        found = tried_notices(
            session,
            tried,
            start=start.replace(tzinfo=UTC),
            until=until.replace(tzinfo=UTC) + timedelta(days=1),
        )
    shown = [line for line in found if code in (None, line.brand)]
    if as_json:
        print_json(document(shown))
        return
    for line in table(shown):
        click.echo(line)
