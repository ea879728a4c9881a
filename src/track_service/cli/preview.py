"""`track-service notices preview`: what shoppers would be sent, as files."""

from pathlib import Path

import click

from track_service.cli.parts import known_brand, parts, with_database
from track_service.core.rules import EVENTS
from track_service.core.sms import size
from track_service.services import preview as service


@click.command()
@click.option("--brand", "code", required=True)
@click.option(
    "--kind", type=click.Choice([kind.value for kind in EVENTS]), required=True
)
@click.option("--lang", "language", help="At first the brand's own.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@with_database
def preview(code: str, kind: str, language: str | None, out: Path) -> None:
    """Write mail, text message and what fills a Zalo template, of a made-up parcel."""
    of = parts()
    with of.database.read() as session:
        brand = known_brand(session, code)
    made = service.preview(
        brand,
        kind,
        language=language,
        base_url=of.settings.base_url,
        now=of.clock.now(),
    )
    out.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (out / name).write_text(text, encoding="utf-8")
        click.echo(out / name)
    sms = size(made["sms.txt"].strip())
    click.echo(f"The text message takes {sms.segments} segments ({sms.alphabet}).")
