"""`track-service brand rules`: what a brand's shoppers hear of, as a document."""

import json
from dataclasses import replace
from pathlib import Path

import click

from track_service.channels import channels
from track_service.cli.parts import known_brand, parts, text_of, with_database
from track_service.core import rules as notice_rules
from track_service.services.ways import TO_OPS
from track_service.store import brands


@click.group()
def rules() -> None:
    """Show or set what shoppers hear of, by what, and when (docs/notices.md)."""


@rules.command()
@click.argument("code")
@with_database
def show(code: str) -> None:
    """Print the rules of the brand CODE as JSON."""
    with parts().database.read() as session:
        found = known_brand(session, code)
    click.echo(json.dumps(notice_rules.document(found.rules), indent=2))


@rules.command("set")
@click.argument("code")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@with_database
def set_(code: str, file: Path) -> None:
    """Give the brand CODE the rules of a JSON FILE; what it leaves out is as usual."""
    try:
        told = json.loads(text_of(file))
        made = notice_rules.read(told, channels=channels().keys() - TO_OPS)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    with parts().database.write() as session:
        brands.change(session, replace(known_brand(session, code), rules=made))
        session.commit()
    click.echo(f"{code}: its shoppers hear of {', '.join(made.events) or 'nothing'}")
