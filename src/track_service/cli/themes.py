"""`track-service brand theme`: try a look before everybody sees it."""

from typing import IO

import click

from track_service.cli.brand_options import theme_of
from track_service.cli.parts import known_brand, parts, with_database
from track_service.services import drafts as service
from track_service.services.brands import WrongBrand
from track_service.store import drafts as store


@click.group()
def theme() -> None:
    """Try a brand's next theme on made-up parcels, then publish or discard it."""


@theme.command()
@click.argument("code")
@click.argument("file", type=click.File(encoding="utf-8"))
@with_database
def draft(code: str, file: IO[str]) -> None:
    """Keep the theme in FILE (JSON: docs/templates.md); print its preview's link."""
    of = parts()
    given = theme_of(file)
    with of.database.write() as session:
        found = known_brand(session, code)
        try:
            secret = service.draft(
                session, found, given, now=of.clock.wall(), mint=of.mint
            )
        except WrongBrand as error:
            raise click.ClickException(str(error)) from error
        session.commit()
    click.echo(f"Preview    {of.settings.base_url}/preview/{secret}/")
    click.echo(f"           good for {service.LASTS.days} days, for whoever has it")


@theme.command()
@click.argument("code")
@with_database
def publish(code: str) -> None:
    """Show a brand's draft to everybody."""
    of = parts()
    with of.database.write() as session:
        try:
            service.publish(session, known_brand(session, code), mint=of.mint)
        except WrongBrand as error:
            raise click.ClickException(str(error)) from error
        session.commit()
    click.echo(f"{code}: the pages show the new theme")


@theme.command()
@click.argument("code")
@with_database
def discard(code: str) -> None:
    """Forget a brand's draft; its preview's link ends."""
    of = parts()
    with of.database.write() as session:
        if not store.drop(session, known_brand(session, code).id):
            raise click.ClickException(f"{code} has no draft")
        session.commit()
    click.echo(f"{code}: the draft is gone")
