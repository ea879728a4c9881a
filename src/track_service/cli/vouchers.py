"""`track-service vouchers`: the codes that orders are given with an apology."""

from pathlib import Path

import click

from track_service.cli.parts import known_brand, parts, with_database
from track_service.services import voucher_stock
from track_service.services.sheet import BadFile
from track_service.store import vouchers as store

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def vouchers() -> None:
    """Codes that orders are given by a brand's rules (docs/notices.md)."""


@vouchers.command()
@click.argument("brand")
@click.argument("file", type=_FILE)
@with_database
def add(brand: str, file: Path) -> None:
    """Add the codes of a CSV FILE with a column `code`; each can be given once."""
    of = parts()
    with of.database.read() as session:
        found = known_brand(session, brand)
    try:
        codes = list(voucher_stock.codes_of(file))
    except BadFile as error:
        raise click.ClickException(f"{file}: {error}") from error
    added = voucher_stock.add(of.database, found, codes, now=of.clock.now())
    click.echo(f"{brand}: {added} codes added, {len(codes) - added} known before")


@vouchers.command()
@click.argument("brand")
@with_database
def count(brand: str) -> None:
    """Tell how many codes are left, and how many orders were given one."""
    with parts().database.read() as session:
        stock = store.stock(session, known_brand(session, brand).id)
    click.echo(f"{brand}: {stock.left} left, {stock.given} orders were given one")
