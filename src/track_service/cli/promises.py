"""`track-service promises`: which dates that were shown held."""

import json
from datetime import datetime

import click

from track_service.cli.parts import in_order, known_brand, parts, with_database
from track_service.services.promises import Kept, report

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--brand", "code", required=True)
@click.option("--from", "start", type=_DAY, required=True, help="First day.")
@click.option("--to", "until", type=_DAY, required=True, help="Last day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def promises(code: str, start: datetime, until: datetime, *, as_json: bool) -> None:
    """Tell of the parcels seen delivered which dates held, and how early that was told."""
    in_order(start, until)
    with parts().database.read() as session:
        brand = known_brand(session, code)
        found = report(session, brand, start=start.date(), until=until.date())
    if as_json:
        click.echo(json.dumps(found.document()))
        return
    click.echo(f"{found.delivered} delivered, {found.undated} without any date")
    for source, kept in (*found.by_source.items(), ("all", found.all)):
        click.echo(_line(source, kept))


def _line(source: str, kept: Kept) -> str:
    line = (
        f"{source:10} {kept.parcels:6} parcels  first date kept {kept.kept_first}"
        f"  latest kept {kept.kept_latest}"
    )
    if kept.days_late is None:
        return line
    return (
        f"{line}  missed by {kept.days_late:g} d (median)"
        f"  honest notice {kept.noticed}, {kept.notice_hours:g} h (median)"
    )
