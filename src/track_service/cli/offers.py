"""What pages offer: a brand's wishes, the fit at once, and what it is worth."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import click

from track_service.cli.parts import known_brand, parts, print_json, with_database
from track_service.services.recommending.nightly import fit_brand
from track_service.services.recommending.worth import worth
from track_service.store import selling, shoppers

_MOST = 50  # picks: more than a page ever shows


@click.command()
@click.argument("code")
@click.option("--on/--off", "is_on", default=None, help="Whether pages offer anything.")
@click.option("--pick", "picks", multiple=True, help="A product's id; repeatable.")
@click.option("--ban", "bans", multiple=True, help="Never this product; repeatable.")
@click.option(
    "--holdout",
    type=click.FloatRange(0, 100),
    help="Percent of shoppers who are never offered anything; at first 5.",
)
@click.option(
    "--history-by-link/--history-by-factor",
    default=None,
    help="Whether the link alone shows what only the customer's history tells.",
)
@click.option("--only-new/--any", default=None, help="Nothing that was bought before.")
@with_database
def offers(code: str, holdout: float | None, **given: Any) -> None:
    """Say what a brand's pages offer beside a parcel; '' takes picks or bans away."""
    of = parts()
    wished = {name: value for name, value in given.items() if value not in (None, ())}
    for name in ("picks", "bans"):
        if name in wished:
            wished[name] = tuple(dict.fromkeys(filter(None, wished[name])))[:_MOST]
    if holdout is not None:
        wished["holdout"] = Decimal(str(holdout)).quantize(Decimal("0.01"))
    with of.database.write() as session:
        brand = known_brand(session, code)
        shoppers.key(session, brand.id, fresh=of.mint.secret())
        now_wished = replace(selling.wishes(session, brand.id), **wished)
        selling.wish(session, brand.id, now_wished)
        session.commit()
    click.echo(
        f"{code}: pages {'offer products' if now_wished.is_on else 'offer nothing'},"
        f" {float(now_wished.holdout):g} % held out,"
        f" {len(now_wished.picks)} picks, {len(now_wished.bans)} bans"
    )


@click.command()
@click.option("--brand", "code", required=True, help="Whose figures they are.")
@with_database
def fit(code: str) -> None:
    """Fit what pages rank by, now rather than in the night."""
    of = parts()
    with of.database.read() as session:
        brand = known_brand(session, code)
    now = of.clock.now()
    is_done = fit_brand(of.database, brand.id, now=now, before=now)
    click.echo(f"{code}: {'fitted' if is_done else 'nothing new to fit'}")


@click.command()
@click.option("--brand", "code", required=True, help="Whose offers they are.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def uplift(code: str, *, as_json: bool) -> None:
    """Tell what offers are worth: orders per shopper, shown against held out."""
    of = parts()
    with of.database.read() as session:
        brand = known_brand(session, code)
        told = worth(session, brand.id, now=of.clock.now())
    if as_json:
        print_json(told.document())
        return
    for line in told.lines():
        click.echo(line)
