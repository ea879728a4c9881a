"""Commands about parcels: import them, ask for one, read stored answers again."""

from pathlib import Path

import click

from track_service.carriers import carriers
from track_service.cli.parts import bar, parts, print_json, with_database
from track_service.core.parsed import money_documents
from track_service.services.by_hand import NotAsked, poll_now
from track_service.services.importing import import_csv
from track_service.services.replay import replay as read_again
from track_service.services.sheet import BadFile, decoded
from track_service.store import brands, figures, shipments


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--brand", "code", required=True, help="Whose parcels they are.")
@click.option("--skip-refused", is_flag=True, help="Import the good rows all the same.")
@click.option("--dry-run", is_flag=True, help="Only check; write nothing.")
@with_database
def import_(file: Path, code: str, *, skip_refused: bool, dry_run: bool) -> None:
    """Import parcels from a CSV file; nothing is half-imported.

    Its first line names the columns: order_number and number, and what else is known of
    carrier, promised_on, customer_email, locale … (all in docs/operating.md).
    """
    of = parts()
    with of.database.read() as session:
        brand = brands.by_code(session, code)
    if brand is None:
        raise click.ClickException(f"no brand has the code {code!r}")
    try:
        with file.open("rb") as lines, bar(file.name) as progress:
            report = import_csv(
                decoded(lines),
                brand=brand,
                database=of.database,
                now=of.clock.now(),
                mint=of.mint,
                reachable=of.desk.carriers,
                progress=progress,
                skip_refused=skip_refused,
                dry_run=dry_run,
            )
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    except BadFile as error:
        raise click.ClickException(f"{file}: {error}") from error
    click.echo(str(report))
    if not report.is_done:
        raise click.ClickException("lines were refused, nothing was imported")


@click.command()
@click.argument("number")
@click.option("--carrier", help="Whose number it is, where several carriers have it.")
@with_database
def poll(number: str, carrier: str | None) -> None:
    """Ask a carrier for NUMBER now and print what is known then."""
    of = parts()
    with of.database.read() as session:
        found = shipments.by_number(session, number, carrier=carrier)
    if not found:
        raise click.ClickException(f"no shipment has the number {number}")
    for shipment_id in found:
        try:
            outcome = poll_now(of.desk, shipment_id)
        except NotAsked as error:
            raise click.ClickException(f"{number}: {error}") from error
        parcel = outcome.shipment
        print_json(
            {
                "id": parcel.public_id,
                "carrier": parcel.carrier,
                "number": parcel.number,
                "status": parcel.meaning.status,
                "sub_status": parcel.meaning.sub,
                "trouble": parcel.trouble,
                "new_events": len(outcome.change.added),
                "money": money_documents(outcome.money),
                "next_poll_at": outcome.poll_after,
                "given_up_at": parcel.paused_at,
            }
        )


@click.command()
@click.option("--carrier", help="Only this carrier's answers.")
@with_database
def replay(carrier: str | None) -> None:
    """Read the stored raw answers again, after a code table has grown."""
    if carrier is not None and carrier not in carriers():
        raise click.UsageError(f"no carrier has the code {carrier!r}")
    answers = added = understood = 0
    for done in read_again(parts().desk, carrier=carrier):
        answers += 1
        added += done.added
        understood += done.understood
    click.echo(f"{answers} answers read, {added} scans added, {understood} understood")


@click.command("unknown-codes")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def unknown_codes(*, as_json: bool) -> None:
    """List carriers' codes that no table holds, the most frequent first."""
    with parts().database.read() as session:
        codes = figures.unknown_codes(session)
    if as_json:
        print_json(
            [
                {
                    "carrier": c.carrier,
                    "code": c.code,
                    "description": c.description,
                    "scans": c.scans,
                    "last_seen_at": c.last_seen_at,
                }
                for c in codes
            ]
        )
        return
    for code in codes:
        click.echo(
            f"{code.carrier:16} {code.code or '-':16} {code.scans:6}"
            f"  {code.description or ''}"
        )
