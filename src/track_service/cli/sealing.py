"""`track-service new-key` and `reseal`: the keys that seal what the database holds."""

import click
from cryptography.fernet import Fernet

from track_service.cli.parts import bar, parts, with_database
from track_service.store import resealing


@click.command("new-key")
def new_key() -> None:
    """Print a new key for TRACK_SECRET_KEYS."""
    click.echo(Fernet.generate_key().decode())


@click.command()
@with_database
def reseal() -> None:
    """Seal all that older keys sealed with the newest, so that they can go.

    It may be stopped at any time: run again, it goes on with what is left.
    """
    database = parts().database
    with bar("fields") as progress:
        done = resealing.reseal(database, progress=progress)
    click.echo(f"{done.rows} rows sealed anew")
    if done.lost:
        raise click.ClickException(
            f"no key of TRACK_SECRET_KEYS opens {done.lost} fields: the key that sealed"
            " them is missing"
        )
    click.echo("The first key of TRACK_SECRET_KEYS opens everything.")
