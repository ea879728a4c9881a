"""`track-service db`: migrations."""

import click
import flask_migrate

from track_service.cli.parts import app, with_database


@click.group()
def db() -> None:
    """Bring the database to the present tables."""


@db.command()
@click.argument("revision", default="head")
@with_database
def upgrade(revision: str) -> None:
    """Run the migrations up to REVISION (the newest by default)."""
    with app().app_context():
        flask_migrate.upgrade(revision=revision)
    click.echo("The database is up to date.")
