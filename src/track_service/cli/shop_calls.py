"""`track-service storefronts import` and `retry`: calls to a shop's API by hand."""

from datetime import UTC, datetime

import click

from track_service.app import Service
from track_service.cli.parts import bar, known_brand, parts, with_database
from track_service.http import HttpError
from track_service.services.asking import CannotAsk
from track_service.services.past_orders import import_past as service
from track_service.store import storefronts, words
from track_service.store.storefronts import Connection
from track_service.storefronts.base import BadPayload


@click.command("import")
@click.argument("brand")
@click.argument("code")
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="Orders placed or changed since this day (UTC).",
)
@with_database
def import_past(brand: str, code: str, since: datetime) -> None:
    """Take a BRAND's past orders from the platform CODE; nobody is told of them.

    Interrupted and run again with the same day, it goes on where it was.
    """
    of = parts()
    connection = _connection(of, brand, code)
    try:
        with bar(f"{code} orders of {brand}") as progress:
            taken = service(
                of.desk,
                connection,
                since=since.replace(tzinfo=UTC),
                mint=of.mint,
                sleep=of.clock.sleep,
                progress=progress,
            )
    except CannotAsk as error:
        raise click.ClickException(str(error)) from error
    except (HttpError, BadPayload) as error:
        raise click.ClickException(
            f"{error}; run again, it goes on from here"
        ) from error
    click.echo(f"{taken} orders taken")


@click.command()
@click.argument("brand")
@click.argument("code")
@with_database
def retry(brand: str, code: str) -> None:
    """Tell a BRAND's shop on the platform CODE again what it could not be told."""
    of = parts()
    connection = _connection(of, brand, code)
    with of.database.write() as session:
        count = words.reopen(session, connection.id, wall=of.clock.wall())
        session.commit()
    click.echo(f"{count} words are owed again")


def _connection(of: Service, brand: str, code: str) -> Connection:
    with of.database.read() as session:
        found = known_brand(session, brand)
        connection = storefronts.connection(session, found.id, code)
    if connection is None:
        raise click.ClickException(f"{brand} is not connected to {code}")
    return connection
