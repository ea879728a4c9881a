"""`track-service check`: what is wrong, before a parcel shows it."""

from datetime import timedelta

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from track_service.app import Service, migrations_folder
from track_service.channels.base import DeliveryError
from track_service.cli.parts import parts, with_database
from track_service.services.probe import probe
from track_service.store import (
    asking,
    brands,
    credentials,
    figures,
    hook_state,
    ways,
    words,
)
from track_service.store.credentials import Kind

_ROTATED_IN = timedelta(days=7)  # time to give every carrier its new hook URL


@click.command()
@with_database
def check() -> None:
    """Tell in one line each what is wrong with database, mail and carriers."""
    of = parts()
    database = _database(of)
    problems = [*database, *_channels(of)]
    if not database:  # it holds the tokens, too: without it no account can be tried
        problems += [*_accounts(of), *_unheard(of), *_hooks(of), *_shops(of)]
        problems += [*_ways(of), *_webhooks(of)]
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)
    click.echo("Nothing is wrong.")


def _database(of: Service) -> list[str]:
    newest = ScriptDirectory(str(migrations_folder())).get_current_head()
    try:
        with of.database.read() as session:
            context = MigrationContext.configure(session.connection())
            present = context.get_current_revision()
    except SQLAlchemyError as error:
        return [f"database: {str(getattr(error, 'orig', error)).splitlines()[0]}"]
    if present != newest:
        return [
            f"database: at {present or 'no revision'}, not {newest}:"
            " run `track-service db upgrade`"
        ]
    return []


def _channels(of: Service) -> list[str]:
    found = []
    if "email" not in of.post.channels:
        found.append("mail: TRACK_SMTP_URL is not set, no mail can go out")
    for code, channel in of.post.channels.items():
        try:
            channel.check()
        except DeliveryError as error:
            found.append(f"{'mail' if code == 'email' else code}: {error}")
    return found


def _accounts(of: Service) -> list[str]:
    if not of.settings.accounts:
        return ["carriers: no account is set (TRACK_CARRIER_<CODE>_<SETTING>)"]
    return [
        f"carrier {code}: {problem}"
        for code, carrier in of.desk.carriers.items()
        if carrier.pull and (problem := probe(carrier)) is not None
    ]


def _unheard(of: Service) -> list[str]:
    with of.database.read() as session:
        waiting = figures.unheard(session, of.settings.accounts)
    return [
        f"carrier {code}: no account is set (parcels waiting: {count})"
        for code, count in waiting.items()
    ]


def _shops(of: Service) -> list[str]:
    with of.database.read() as session:
        failing, told = asking.failing(session), words.by_state(session)
    return [
        f"storefront {shop.platform} of brand {shop.brand}: cannot be asked for"
        f" orders: {shop.trouble} (tried in vain: {shop.failures})"
        for shop in failing
    ] + [
        f"storefront {platform} of brand {brand}: could not be told of its parcels"
        f" (words given up: {count}): run `track-service storefronts retry`"
        for (brand, platform, state), count in told.items()
        if state == words.DEAD
    ]


def _ways(of: Service) -> list[str]:
    found = []
    with of.database.read() as session:
        routes, known = ways.by_brand(session), brands.all_brands(session)
    for brand in known:
        for way in routes.get(brand.id, ()):
            channel = of.post.channels.get(way.channel)
            if channel is None:
                wrong: str | None = "is not set up here"
            else:
                wrong = channel.wrong(way.settings) or channel.trouble(way.settings)
            if wrong:
                found.append(f"brand {brand.code}: {way.channel}: {wrong}")
    return found


def _webhooks(of: Service) -> list[str]:
    with of.database.read() as session:
        off, known = hook_state.off(session), brands.all_brands(session)
    return [
        f"brand {brand.code}: its webhook is off since"
        f" {off[brand.id]:%Y-%m-%d}: run `track-service webhook on {brand.code}`"
        for brand in known
        if brand.id in off
    ]


def _hooks(of: Service) -> list[str]:
    found = []
    with of.database.read() as session:
        for brand in brands.all_brands(session):
            valid = credentials.valid(session, Kind.HOOK, brand.id)
            if not valid:
                found.append(
                    f"brand {brand.code}: no hook secret is valid, so all pushes are"
                    f" refused: run `track-service brand hook new {brand.code}`"
                )
            elif len(valid) > 1 and _is_old(of, valid[-1]):
                found.append(
                    f"brand {brand.code}: an old hook secret is valid beside the new"
                    f" one: run `track-service brand hook revoke {brand.code}`"
                )
    return found


def _is_old(of: Service, newest: credentials.Credential) -> bool:
    return newest.created_at + _ROTATED_IN < of.clock.now()
