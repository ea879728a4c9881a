"""`track-service brand`: shops, their keys and hooks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import click
from sqlalchemy.orm import Session

from track_service.app import Service
from track_service.cli.brand_options import brand_options, fields_of
from track_service.cli.credentials import hook, key, show_hook_urls
from track_service.cli.hours import hours
from track_service.cli.parts import known_brand, parts, with_database
from track_service.core.parcel import Brand
from track_service.services import brands as service
from track_service.services import embedding
from track_service.store import brands as store


@click.group()
def brand() -> None:
    """Add a brand, change it, switch its sending on, renew its secrets."""


brand.add_command(key)
brand.add_command(hook)
brand.add_command(hours)


@brand.command()
@click.argument("code")
@click.argument("name")
@brand_options
@with_database
def add(
    code: str,
    name: str,
    logo: BinaryIO | None,
    embed_origins: Sequence[str],
    **options: Any,
) -> None:
    """Add a brand; print its key, hook URLs, embed snippet and a test page."""
    of = parts()
    try:
        with of.database.write() as session:
            made = service.add(
                session,
                service.new_brand(code, name, **fields_of(options)),
                now=of.clock.now(),
                mint=of.mint,
            )
            _put(session, made.brand, logo, embed_origins)
            session.commit()
    except service.WrongBrand as error:
        raise click.ClickException(str(error)) from error
    except store.BrandExists as error:
        raise click.ClickException(f"a brand {error} is there already") from error
    _tell(of, made)


def _put(
    session: Session,
    brand: Brand,
    logo: BinaryIO | None,
    embed_origins: Sequence[str],
) -> None:
    """Store what is given of a brand beside its own fields; '' allows no origin."""
    if logo is not None:
        service.set_logo(session, brand, logo.read())
    if embed_origins:
        embedding.allow(session, brand, filter(None, embed_origins))


def _tell(of: Service, made: service.Made) -> None:
    click.echo(f"Brand      {made.brand.code} ({made.brand.name}), in shadow mode:")
    click.echo("           notices are listed, not sent, until")
    click.echo(f"           `track-service brand sending {made.brand.code} on`")
    click.echo(f"API key    {made.key}   (shown this once)")
    if made.brand.webhook_secret:
        click.echo(f"Webhook    signed with {made.brand.webhook_secret}")
    show_hook_urls(of, made.hook_secret)
    _tell_embed(of.settings.base_url, made)
    click.echo(f"Test page  {of.settings.base_url}/t/{made.test_token}")


def _tell_embed(base_url: str, made: service.Made) -> None:
    """Print what shows the test page inside a page of the shop."""
    link = f"{base_url}/t/{made.test_token}"
    click.echo(f'Embed      <script src="{base_url}/embed.js" async></script>')
    click.echo(f'           <track-service-order token="{made.test_token}">')
    click.echo(f'             <a href="{link}">Track your parcel</a>')
    click.echo("           </track-service-order>")
    click.echo("           where the shop's pages may, more in docs/embedding.md:")
    click.echo(
        f"           `track-service brand set {made.brand.code}"
        " --embed-origin https://shop.example`"
    )


@brand.command("set")
@click.argument("code")
@click.option("--name")
@brand_options
@with_database
def set_(
    code: str, logo: BinaryIO | None, embed_origins: Sequence[str], **options: Any
) -> None:
    """Change what is given of a brand, and nothing else; '' takes a value away."""
    fields = fields_of(options)
    if not fields and logo is None and not embed_origins:
        raise click.UsageError("Give at least one option: what is to change?")
    of = parts()
    try:
        with of.database.write() as session:
            before = known_brand(session, code)
            after = service.change(session, before, mint=of.mint, **fields)
            _put(session, after, logo, embed_origins)
            session.commit()
    except service.WrongBrand as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{code}: changed")
    if after.webhook_secret and after.webhook_secret != before.webhook_secret:
        click.echo(f"Webhook    signed with {after.webhook_secret}")


@brand.command()
@click.argument("code")
@click.argument("file", type=click.File("rb"))
@with_database
def logo(code: str, file: BinaryIO) -> None:
    """Show the picture in FILE on a brand's pages."""
    of = parts()
    with of.database.write() as session:
        found = known_brand(session, code)
        try:
            service.set_logo(session, found, file.read())
        except service.WrongBrand as error:
            raise click.ClickException(str(error)) from error
        session.commit()
    click.echo(f"{code}: the pages show the new logo")


@brand.command()
@click.argument("code")
@click.argument("switch", type=click.Choice(["on", "off"]))
@with_database
def sending(code: str, switch: str) -> None:
    """Switch a brand's notices on, or back to shadow mode."""
    of = parts()
    with of.database.write() as session:
        found = known_brand(session, code)
        store.change(session, replace(found, sending=switch == "on"))
        session.commit()
    click.echo(
        f"{code}: notices are {'sent' if switch == 'on' else 'listed, not sent'}"
    )


@brand.command("list")
@with_database
def list_() -> None:
    """List the brands."""
    with parts().database.read() as session:
        for found in store.all_brands(session):
            mode = "sending" if found.sending else "shadow"
            click.echo(f"{found.code:20} {found.name:30} {found.zone:20} {mode}")
