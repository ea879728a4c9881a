"""`track-service catalogue` and `purchases`: what a shop sells, and who bought what."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from track_service.cli.parts import bar, known_brand, parts, with_database
from track_service.services.goods import sheets
from track_service.services.sheet import BadFile
from track_service.store import shoppers

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def catalogue() -> None:
    """What a brand sells."""


@click.group()
def purchases() -> None:
    """Who bought what: past orders by which pages offer what fits."""


def _importing(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--skip-refused", is_flag=True, help="Take the good lines."),
        click.option("--brand", "code", required=True, help="Whose it is."),
        click.argument("file", type=_FILE),
    ):
        command = option(command)
    return command


@catalogue.command("import")
@_importing
@with_database
def import_products(file: Path, code: str, *, skip_refused: bool) -> None:
    """Take products from a CSV file, which may be gzipped.

    Columns: id, title, and what is known of category, price, currency, url, image_url,
    in_stock.
    """
    of = parts()
    with of.database.read() as session:
        brand = known_brand(session, code)
    _run(
        file,
        sheets.import_products,
        brand=brand,
        database=of.database,
        now=of.clock.now(),
        skip_refused=skip_refused,
    )


@purchases.command("import")
@_importing
@with_database
def import_purchases(file: Path, code: str, *, skip_refused: bool) -> None:
    """Take past orders from a CSV file, which may be gzipped.

    Columns: customer_id, order_id, ordered_at, product_id, quantity, and if known
    platform (whose the customer's id is), customer_email, customer_phone.
    """
    of = parts()
    with of.database.write() as session:
        brand = known_brand(session, code)
        key = shoppers.key(session, brand.id, fresh=of.mint.secret())
        session.commit()
    _run(
        file,
        sheets.import_purchases,
        brand=brand,
        database=of.database,
        key=key,
        now=of.clock.now(),
        skip_refused=skip_refused,
    )


def _run(file: Path, imported: Callable[..., sheets.Report], **given: Any) -> None:
    try:
        with bar(file.name) as progress:
            report = imported(file, progress=progress, **given)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
    except BadFile as error:
        raise click.ClickException(f"{file}: {error}") from error
    click.echo(str(report))
    if not report.is_done:
        raise click.ClickException("lines were refused, nothing was imported")
