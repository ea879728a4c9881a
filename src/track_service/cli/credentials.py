"""`track-service brand key` and `brand hook`: listed, renewed, revoked."""

import textwrap

import click

from track_service.app import Service
from track_service.carriers import carriers
from track_service.cli.parts import known_brand, parts, with_database
from track_service.services import credentials as service
from track_service.store import credentials as store
from track_service.store.credentials import Kind


@click.group()
def key() -> None:
    """List a brand's API keys, make a new one, revoke one."""


@click.group()
def hook() -> None:
    """List the secrets of a brand's hook URLs, make a new one, revoke the older."""


@key.command("list")
@click.argument("code")
@with_database
def list_keys(code: str) -> None:
    """List how the API keys begin, and since when they are valid."""
    _list(Kind.KEY, code)


@hook.command("list")
@click.argument("code")
@with_database
def list_hook_secrets(code: str) -> None:
    """List how the hook secrets begin, and since when they are valid."""
    _list(Kind.HOOK, code)


def _list(kind: Kind, code: str) -> None:
    with parts().database.read() as session:
        brand = known_brand(session, code)
        found = store.listed(session, kind, brand.id)
    for one in found:
        end = f"revoked {one.revoked_at:%Y-%m-%d %H:%M}" if one.revoked_at else "valid"
        click.echo(f"{one.hint or '-':12} made {one.created_at:%Y-%m-%d %H:%M}  {end}")


@key.command("new")
@click.argument("code")
@with_database
def new_key(code: str) -> None:
    """Make an API key; the others stay valid until they are revoked."""
    of = parts()
    with of.database.write() as session:
        brand = known_brand(session, code)
        made = service.new_key(session, brand, now=of.clock.now(), mint=of.mint)
        session.commit()
    click.echo(f"API key    {made}   (shown this once)")


@hook.command("new")
@click.argument("code")
@with_database
def new_hook_secret(code: str) -> None:
    """Print hook URLs with a new secret; those with the present one stay valid.

    Once every carrier has its new URL: `brand hook revoke`.
    """
    of = parts()
    try:
        with of.database.write() as session:
            brand = known_brand(session, code)
            made = service.new_hook_secret(
                session, brand, now=of.clock.now(), mint=of.mint
            )
            session.commit()
    except service.WrongCredential as error:
        raise click.ClickException(f"{code}: {error}") from error
    show_hook_urls(of, made)


@key.command("revoke")
@click.argument("code")
@click.argument("hint")
@with_database
def revoke_key(code: str, hint: str) -> None:
    """Revoke the API key that begins with HINT, as `brand key list` shows it."""
    _revoke(Kind.KEY, code, hint)


@hook.command("revoke")
@click.argument("code")
@click.argument("hint", required=False)
@with_database
def revoke_hook_secret(code: str, hint: str | None) -> None:
    """Revoke the hook secret that begins with HINT, without it the older of two."""
    _revoke(Kind.HOOK, code, hint)


def _revoke(kind: Kind, code: str, hint: str | None) -> None:
    of = parts()
    now = of.clock.now()
    try:
        with of.database.write() as session:
            brand = known_brand(session, code)
            if hint is None:
                ended = service.revoke_older_hook_secret(session, brand, now=now)
            else:
                ended = service.revoke(session, brand, kind, hint, now=now)
            session.commit()
    except service.WrongCredential as error:
        raise click.ClickException(f"{code}: {error}") from error
    click.echo(f"{code}: what begins with {ended.hint or '-'} is revoked")


def show_hook_urls(of: Service, secret: str) -> None:
    """Print where carriers push to, those with an account first, and where shops do."""
    base = of.settings.base_url
    pushing = [code for code, carrier in carriers().items() if carrier.push]
    ours = [code for code in pushing if code in of.settings.accounts]
    click.echo("Hook URLs  for carriers that push; those with an account first:")
    for code in ours:
        click.echo(f"           {base}/hooks/carriers/{code}/{secret}")
    click.echo(f"           {base}/hooks/carriers/CODE/{secret}")
    others = ", ".join(code for code in pushing if code not in ours)
    for line in textwrap.wrap(f"where CODE is {others}", 67):
        click.echo(f"           {line}")
    click.echo("           and for the shop's orders, as `storefronts connect` tells:")
    click.echo(f"           {base}/hooks/storefronts/CODE/{secret}")
