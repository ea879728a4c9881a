"""`track-service detect`: which carriers could own a number."""

from dataclasses import asdict

import click

from track_service.cli.parts import print_json
from track_service.core import numbers as known


@click.command()
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER...")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def detect(numbers: tuple[str, ...], *, as_json: bool) -> None:
    """Tell which carriers could own each NUMBER, best first.

    No network, no database, no settings.
    """
    rows = [(number, known.detect(number)) for number in numbers]
    if as_json:
        print_json(
            [
                {"number": number, "candidates": [asdict(one) for one in candidates]}
                for number, candidates in rows
            ]
        )
        return
    for number, candidates in rows:
        line = f"{number}:" if candidates else f"{number}: no carrier's number"
        click.echo(line.encode("utf-8", "replace"))  # an argument may be no text
        for one in candidates:
            click.echo(
                f"  {one.carrier:18} {one.format:24} {one.confidence:.2f}"
                f"  check digit: {one.check_digit}"
            )
