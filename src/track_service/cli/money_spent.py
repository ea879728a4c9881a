"""`track-service notices costs`: what messages came to."""

from datetime import UTC, datetime

import click

from track_service.cli.parts import known_brand, parts, print_json, with_database
from track_service.store import deliveries

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--brand", "code")
@click.option("--from", "since", type=_DAY, help="First day, UTC.")
@click.option("--to", "until", type=_DAY, help="The day after the last, UTC.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def costs(
    code: str | None, since: datetime | None, until: datetime | None, *, as_json: bool
) -> None:
    """Sum what messages cost, by channel and currency.

    What surely failed is left out; of `unknown` ones nobody knows whether they went out.
    """
    with parts().database.read() as session:
        sums = deliveries.costs(
            session,
            brand_id=None if code is None else known_brand(session, code).id,
            since=since and since.replace(tzinfo=UTC),
            until=until and until.replace(tzinfo=UTC),
        )
    rows = [
        {
            "channel": one.channel,
            "currency": one.currency,
            "messages": one.messages,
            "units": one.units,
            "amount": f"{one.amount.normalize():f}",
            "unknown": one.unknown,
        }
        for one in sums
    ]
    if as_json:
        print_json({"brand": code, "costs": rows})
        return
    for row in rows:
        click.echo(
            f"{row['channel']:12} {row['amount']:>12} {row['currency']}"
            f"  messages {row['messages']}, units {row['units']}, unknown {row['unknown']}"
        )
