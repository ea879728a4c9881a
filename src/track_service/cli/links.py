"""`track-service link`: links of shoppers' pages that are to end."""

import click

from track_service.cli.parts import known_brand, parts, with_database
from track_service.services.compose import order_url
from track_service.services.links import NoSuchOrder, renew_by_number


@click.group()
def link() -> None:
    """End links of shoppers' pages."""


@link.command("renew")
@click.argument("number")
@click.option("--brand", "code", required=True, help="Whose order it is.")
@with_database
def renew(number: str, code: str) -> None:
    """End all links of an order, named by its NUMBER or a parcel's; print the new one.

    Browsers that follow its parcels hear no more until they follow by the new link.
    """
    of = parts()
    with of.database.write() as session:
        brand = known_brand(session, code)
        try:
            order = renew_by_number(
                session, brand, number, wall=of.clock.wall(), mint=of.mint
            )
        except NoSuchOrder as error:
            raise click.ClickException(str(error)) from error
        session.commit()
    home = brand.home(of.settings.base_url)
    click.echo(f"{order.number}: {order_url(home, order.token) or 'has no page'}")
