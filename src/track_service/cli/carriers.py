"""`track-service carriers`: what is supported, and what an adapter understands."""

import os
from pathlib import Path
from typing import Any

import click

from track_service.carriers import carriers as known
from track_service.carriers.base import COMMON, read
from track_service.cli import carrier_docs
from track_service.cli.capture import capture
from track_service.cli.parts import print_json
from track_service.config import is_configured
from track_service.core.parsed import document
from track_service.http import Answer

MAX_BODY = 50_000_000


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--markdown", is_flag=True, help="The page docs/carriers.md.")
@click.pass_context
def carriers(context: click.Context, *, as_json: bool, markdown: bool) -> None:
    """List the carriers, or read a raw answer with one (`parse`)."""
    if context.invoked_subcommand is not None:
        return
    if markdown:
        click.echo(carrier_docs.page(), nl=False)
        return
    rows: list[dict[str, Any]] = [
        {
            "code": code,
            "name": carrier.label,
            "countries": list(carrier.countries),
            "batch_size": carrier.batch_size,
            "pull": carrier.pull,
            "push": carrier.push,
            "settings": list(carrier.settings),
            "optional": [*carrier.optional, *COMMON],
            "configured": is_configured(carrier, os.environ),
        }
        for code, carrier in known().items()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        ways = "+".join(way for way in ("pull", "push") if row[way])
        state = "configured" if row["configured"] else "-"
        optional = (f"[{name}]" for name in row["optional"] if name not in COMMON)
        names = " ".join([*row["settings"], *optional])
        click.echo(f"{row['code']:16} {row['name']:28} {ways:10} {state:11} {names}")
    click.echo(
        "\nSettings are TRACK_CARRIER_<CODE>_<SETTING>; those in [] are optional,"
    )
    click.echo(f"and every carrier takes {', '.join(COMMON)}.")


carriers.add_command(capture)


@carriers.command()
@click.argument("code", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--http-status", type=int, help="The answer's HTTP status.")
@click.option(
    "--push", is_flag=True, help="The file is a body that the carrier pushed."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON document (a line each)."
)
@click.option(
    "--list",
    "listing",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Many at once: code, file, HTTP status or empty, pull or push; tab separated.",
)
def parse(
    code: str | None,
    file: Path | None,
    http_status: int | None,
    listing: Path | None,
    *,
    push: bool,
    as_json: bool,
) -> None:
    """Read one raw answer of the carrier CODE from FILE: what does the adapter see?

    No network, no database, no settings.
    """
    if listing is not None:
        if code is not None:
            raise click.UsageError("--list takes the place of CODE and FILE")
        for line in listing.read_text(encoding="utf-8-sig", errors="replace").split(
            "\n"
        ):
            if line.strip():
                print_json(_of_line(line))
        return
    if code is None or file is None:
        raise click.UsageError("CODE and FILE, or --list, are wanted")
    if code not in known():
        raise click.UsageError(f"no carrier has the code {code!r}")
    try:
        seen = _parsed(code, file, http_status, push=push)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    print_json(seen) if as_json else _show(seen)


def _of_line(line: str) -> dict[str, Any]:
    code, file, status, mode = (*line.rstrip("\r").split("\t"), "", "", "", "")[:4]
    nothing = {"carrier": code, "file": file, "results": []}
    if code not in known():
        return nothing | {"error": f"no carrier has the code {code!r}"}
    try:
        http_status = int(status) if status.strip() else None
        seen = _parsed(code, Path(file), http_status, push=mode.strip() == "push")
    except (OSError, ValueError) as error:
        return nothing | {"error": str(error)}
    return seen | {"file": file}


def _parsed(
    code: str, file: Path, http_status: int | None, *, push: bool
) -> dict[str, Any]:
    with file.open("rb") as opened:
        body = opened.read(MAX_BODY)
    answer = Answer(body, http_status)
    return document(code, read(known()[code], answer, push=push))


def _show(seen: dict[str, Any]) -> None:
    for result in seen["results"]:
        click.echo(f"{result['number'] or '(no number)'}: {result['status'] or '-'}")
        if result["error"]:
            click.echo(f"  {result['error']['kind']}: {result['error']['message']}")
        for event in result["events"]:
            place = ", ".join(filter(None, (event["city"], event["country"])))
            click.echo(
                f"  {event['local'] or '-'}{event['offset'] or ''}  {event['status']:20}"
                f" {event['code'] or '-':8} {event['description'] or ''}  {place}"
            )
