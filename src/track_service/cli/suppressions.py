"""`track-service suppressions`: addresses that are not written to any more."""

import click

from track_service.channels import channels
from track_service.cli.parts import known_brand, parts, with_database
from track_service.services.routes import canonical
from track_service.store import suppressions as store
from track_service.store import ways


@click.group()
def suppressions() -> None:
    """List or lift what hard bounces, complaints and opt-outs have suppressed."""


@suppressions.command("list")
@click.argument("brand")
@with_database
def list_(brand: str) -> None:
    """List them. An address is kept as a hash: nobody can read it back."""
    with parts().database.read() as session:
        found = store.listed(session, known_brand(session, brand).id)
    for one in found:
        click.echo(
            f"{one.since:%Y-%m-%d %H:%M}  {one.channel:12} {one.reason:14}"
            f" {one.digest[:12]}"
        )


@suppressions.command()
@click.argument("brand")
@click.argument("channel", type=click.Choice(sorted(channels())))
@click.argument("address")
@with_database
def lift(brand: str, channel: str, address: str) -> None:
    """Write to ADDRESS again by CHANNEL."""
    of = parts()
    with of.database.write() as session:
        found = known_brand(session, brand)
        route = ways.of_brand(session, found.id)
        settings = next((w.settings for w in route if w.channel == channel), {})
        same = canonical(channel, address, settings)
        if not store.lift(session, found.id, channel, same):
            raise click.ClickException(f"{channel} does write to this address")
        session.commit()
    click.echo(f"{brand}: {channel} writes to this address again")
