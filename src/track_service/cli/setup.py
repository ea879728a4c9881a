"""`track-service check`: what is wrong, before a parcel shows it."""

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from track_service.app import Service, migrations_folder
from track_service.channels.base import DeliveryError
from track_service.cli.parts import parts, with_database
from track_service.services.probe import probe


@click.command()
@with_database
def check() -> None:
    """Tell in one line each what is wrong with database, mail and carriers."""
    of = parts()
    database = _database(of)
    # Tokens lie in the database: without it no account can be tried.
    problems = [*database, *_channels(of), *([] if database else _accounts(of))]
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
