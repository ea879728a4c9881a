"""`track-service brand`: shops, their keys and hooks."""

import textwrap
from dataclasses import replace
from typing import BinaryIO

import click

from track_service.app import Service
from track_service.carriers import carriers
from track_service.cli.parts import parts, with_database
from track_service.services import brands as service
from track_service.store import brands as store


@click.group()
def brand() -> None:
    """Add a brand, change it, switch its sending on."""


@brand.command()
@click.argument("code")
@click.argument("name")
@click.option("--locale", default="en", show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="IANA time zone.")
@click.option("--primary", help="Main colour, #rrggbb.")
@click.option("--logo", type=click.File("rb"), help="A PNG, JPEG or GIF.")
@click.option("--support-url")
@click.option("--support-email")
@click.option("--support-phone")
@click.option("--mail-from", help="Address that mails come from.")
@click.option("--webhook-url", help="Where ops take signed webhooks.")
@click.option(
    "--ops-url", "ops_urls", multiple=True, help="An apprise URL; repeatable."
)
@with_database
def add(
    code: str,
    name: str,
    zone: str,
    primary: str | None,
    logo: BinaryIO | None,
    **given: object,
) -> None:
    """Add a brand; print its key, hook URLs, embed snippet and a test page."""
    of = parts()
    theme = {"primary": primary} if primary else {}
    try:
        with of.database.write() as session:
            made = service.add(
                session,
                service.new_brand(code, name, zone=zone, theme=theme, **given),
                now=of.clock.now(),
                mint=of.mint,
            )
            if logo is not None:
                service.set_logo(session, made.brand, logo.read())
            session.commit()
    except service.WrongBrand as error:
        raise click.ClickException(str(error)) from error
    except store.BrandExists as error:
        raise click.ClickException(f"a brand {error} is there already") from error
    _tell(of, made)


def _tell(of: Service, made: service.Made) -> None:
    base = of.settings.base_url
    pushing = [code for code, carrier in carriers().items() if carrier.push]
    ours = [code for code in pushing if code in of.settings.accounts]
    click.echo(f"Brand      {made.brand.code} ({made.brand.name}), in shadow mode:")
    click.echo("           notices are listed, not sent, until")
    click.echo(f"           `track-service brand sending {made.brand.code} on`")
    click.echo(f"API key    {made.key}   (shown this once)")
    if made.brand.webhook_secret:
        click.echo(f"Webhook    signed with {made.brand.webhook_secret}")
    click.echo("Hook URLs  for carriers that push; those with an account first:")
    for code in ours:
        click.echo(f"           {base}/hooks/carriers/{code}/{made.hook_secret}")
    click.echo(f"           {base}/hooks/carriers/CODE/{made.hook_secret}")
    others = ", ".join(code for code in pushing if code not in ours)
    for line in textwrap.wrap(f"where CODE is {others}", 67):
        click.echo(f"           {line}")
    click.echo("Embed      a link to each parcel's page, as the API returns it:")
    click.echo('           <a href="{page_url}">Track your parcel</a>')
    click.echo(f"Test page  {base}/t/{made.test_token}")


@brand.command()
@click.argument("code")
@click.argument("file", type=click.File("rb"))
@with_database
def logo(code: str, file: BinaryIO) -> None:
    """Show the picture in FILE on a brand's pages."""
    of = parts()
    with of.database.write() as session:
        found = store.by_code(session, code)
        if found is None:
            raise click.ClickException(f"no brand has the code {code!r}")
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
        found = store.by_code(session, code)
        if found is None:
            raise click.ClickException(f"no brand has the code {code!r}")
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
