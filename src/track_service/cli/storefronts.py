"""`track-service storefronts`: what is supported, and what an adapter understands."""

from pathlib import Path
from typing import Any

import click

from track_service.cli.parts import (
    known_brand,
    pair,
    parts,
    print_json,
    text_of,
    with_database,
)
from track_service.cli.trial import test
from track_service.core.handover import document
from track_service.services import connecting as service
from track_service.storefronts import storefronts as known
from track_service.storefronts.base import BadPayload

MAX_BODY = 50_000_000


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def storefronts(context: click.Context, *, as_json: bool) -> None:
    """List the storefront platforms, connect a brand to one, try it, read a payload."""
    if context.invoked_subcommand is not None:
        return
    rows: list[dict[str, Any]] = [
        {
            "code": code,
            "name": one.label,
            "settings": list(one.settings),
            "optional": list(one.optional),
            "topics": list(one.topics),
        }
        for code, one in known().items()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        optional = (f"[{name}]" for name in row["optional"])
        names = " ".join([*row["settings"], *optional])
        click.echo(f"{row['code']:14} {row['name']:20} {names}")


storefronts.add_command(test)


@storefronts.command()
@click.argument("brand")
@click.argument("code")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@with_database
def connect(brand: str, code: str, settings: tuple[str, ...]) -> None:
    """Take a BRAND's orders from the platform CODE; print where its hooks go.

    NAME=- reads the value from standard input, a line each, so that no secret stays in
    a shell's history; NAME=@FILE reads it from a file.
    """
    of = parts()
    given = dict(pair(setting) for setting in settings)
    try:
        with of.database.write() as session:
            found = known_brand(session, brand)
            service.connect(session, found, code, given, now=of.clock.now())
            session.commit()
    except service.WrongConnection as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{brand}: connected to {code}. Its webhooks go to")
    click.echo(f"  {of.settings.base_url}/hooks/storefronts/{code}/SECRET")
    click.echo("where SECRET ends the brand's hook URLs (`track-service brand hook`),")
    click.echo("for these topics:")
    for topic in known()[code].topics:
        click.echo(f"  {topic}")


@storefronts.command()
@click.argument("code")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--topic", help="What the platform calls what it tells.")
@click.option("--mapping", type=click.Path(path_type=Path), help="For `generic`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def parse(
    code: str, file: Path, topic: str | None, mapping: Path | None, *, as_json: bool
) -> None:
    """Read one payload of the platform CODE from FILE: what does the adapter see?

    No network, no database; of settings only the mapping of a `generic` webhook.
    """
    if code not in known():
        raise click.UsageError(f"no storefront has the code {code!r}")
    try:
        with file.open("rb") as opened:
            body = opened.read(MAX_BODY)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    settings = {} if mapping is None else {"mapping": text_of(mapping)}
    try:
        told = document(code, topic, known()[code].parse(body, topic, settings))
    except BadPayload as error:
        trouble = {"kind": "bad_payload", "message": str(error)}
        told = document(code, topic, []) | {"error": trouble}
    print_json(told) if as_json else _show(told)


def _show(told: dict[str, Any]) -> None:
    if "error" in told:
        click.echo(f"{told['platform']}: {told['error']['message']}")
    for order in told.get("orders") or filter(None, [told["order"]]):
        click.echo(f"{order['number'] or order['external_id'] or '(no number)'}")
        for item in order["items"]:
            click.echo(f"  {item['quantity']} x {item['title'] or item['sku'] or '-'}")
        for parcel in order["shipments"]:
            carrier = parcel["carrier"] or parcel["carrier_stated"] or "-"
            click.echo(
                f"  {carrier} {parcel['number'] or '-'} {parcel['status'] or ''}"
            )
