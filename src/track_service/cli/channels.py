"""`track-service channels` and `zns lint`: by what, in which order, at which price."""

import json
from pathlib import Path
from typing import Any

import click

from track_service.channels import channels as known
from track_service.channels.base import Channel
from track_service.cli.parts import known_brand, pair, parts, text_of, with_database
from track_service.core import zns as templates
from track_service.services import ways as service
from track_service.store import ways
from track_service.store.ways import Way

_PRICES = ("price", "price_first", "price_next", "currency")


@click.group()
def channels() -> None:
    """Set by which channels a brand writes to its shoppers, and in which order."""


@channels.command("list")
@click.argument("brand")
@with_database
def list_(brand: str) -> None:
    """List the channels of BRAND, the first to be tried first."""
    with parts().database.read() as session:
        route = ways.of_brand(session, known_brand(session, brand).id)
    for place, way in enumerate(route or (Way("email"),), 1):
        price = " ".join(f"{n}={way.settings[n]}" for n in _PRICES if n in way.settings)
        minutes = int(way.patience.total_seconds() // 60)
        free = "" if known()[way.channel].paid else "free"
        told = f"{place}  {way.channel:12} waits {minutes} min  {price or free}"
        click.echo(told.rstrip())


@channels.command("set")
@click.argument("brand")
@click.argument("code")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--place", type=click.IntRange(1, 20), help="1 is tried first.")
@click.option(
    "--minutes",
    type=click.IntRange(1, 1440),
    help="How long to wait for a receipt before the next; at first 10.",
)
@with_database
def set_(
    brand: str,
    code: str,
    settings: tuple[str, ...],
    place: int | None,
    minutes: int | None,
) -> None:
    """Let BRAND write by the channel CODE, or change how it does.

    NAME=- reads the value from standard input, a line each, so that no secret stays in
    a shell's history; NAME=@FILE reads it from a file; NAME= takes it away.
    """
    of = parts()
    given = dict(pair(setting) for setting in settings)
    try:
        with of.database.write() as session:
            found = known_brand(session, brand)
            service.put(session, found, code, given, place=place, minutes=minutes)
            session.commit()
    except service.WrongWay as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{brand}: writes by {code}")
    if known()[code].receipts.__func__ is not Channel.receipts.__func__:  # type: ignore[attr-defined]
        click.echo("Its receipts go to")
        click.echo(f"  {of.settings.base_url}/hooks/channels/{code}/SECRET")
        click.echo(
            "where SECRET ends the brand's hook URLs (`track-service brand hook`)"
        )


@channels.command()
@click.argument("brand")
@click.argument("code")
@with_database
def remove(brand: str, code: str) -> None:
    """Let BRAND write by the channel CODE no more."""
    of = parts()
    try:
        with of.database.write() as session:
            service.remove(session, known_brand(session, brand), code)
            session.commit()
    except service.WrongWay as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{brand}: writes by {code} no more")


@click.group()
def zns() -> None:
    """Check templates of Zalo's notification service."""


@zns.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--brand", "code", help="Check what this brand has set.")
@with_database
def lint(file: Path | None, code: str | None) -> None:
    """Tell all that Zalo would refuse in the templates of FILE, or of a brand."""
    if (file is None) == (code is None):
        raise click.UsageError("Give a FILE or a --brand.")
    text = text_of(file) if file is not None else _templates_of(code or "")
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        raise click.ClickException(f"{file or code}: is no JSON") from error
    found = templates.lint(document)
    for one in found:
        click.echo(f"{one.where}: {one.what}")
    if found:
        raise SystemExit(1)
    click.echo(f"{len(document)} templates: nothing is wrong.")


def _templates_of(code: str) -> str:
    with parts().database.read() as session:
        route = ways.of_brand(session, known_brand(session, code).id)
    mine = [way.settings["templates"] for way in route if way.channel == "zalo_zns"]
    if not mine:
        raise click.ClickException(f"{code} does not write by zalo_zns")
    return mine[0]
