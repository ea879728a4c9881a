"""`track-service cases`: what shoppers reported, and how it ended."""

from pathlib import Path

import click

from track_service.cli.parts import COUNT, known_brand, parts, print_json, with_database
from track_service.core.cases import Outcome
from track_service.services.case_words import case_data
from track_service.store import cases as store


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--brand", "code", help="Of this brand alone.")
@click.option("--all", "is_all", is_flag=True, help="Settled ones too.")
@click.option("--limit", type=COUNT, default=100, show_default=True)
@click.pass_context
@with_database
def cases(
    context: click.Context, as_json: bool, code: str | None, is_all: bool, limit: int
) -> None:
    """List what shoppers reported, the soonest due first."""
    if context.invoked_subcommand is not None:
        return
    with parts().database.read() as session:
        brand_id = known_brand(session, code).id if code else None
        found = store.listed(
            session,
            brand_id=brand_id,
            is_open=None if is_all else True,
            limit=limit,
        )
        counted = store.counts(session)
    if as_json:
        counts = [
            {"carrier": c, "hub": h, "kind": k, "open": o, "cases": n}
            for c, h, k, o, n in counted
        ]
        print_json({"cases": [case_data(case) for case in found], "counts": counts})
        return
    for case in found:
        click.echo(
            f"{case.id:6}  due {case.due_at:%Y-%m-%d %H:%M}  {case.brand:12}"
            f" {case.order_number:14} {case.kind:14} {case.carrier:12}"
            f" {case.hub or '-':20} {case.outcome or case.state}"
        )


@cases.command()
@click.argument("case_id", type=int)
@with_database
def show(case_id: int) -> None:
    """Print a case with what the shopper wrote, as JSON."""
    with parts().database.read() as session:
        case = _known(store.by_id(session, case_id), case_id)
    print_json(case_data(case) | {"text": case.text, "address": case.address})


@cases.command()
@click.argument("case_id", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_database
def photo(case_id: int, file: Path) -> None:
    """Write a case's photo to FILE, as JPEG."""
    with parts().database.read() as session:
        found = store.photo(session, case_id)
    if found is None:
        raise click.ClickException(f"case {case_id} has no photo")
    file.write_bytes(found)


@cases.command()
@click.argument("case_id", type=int)
@click.argument("outcome", type=click.Choice([str(one) for one in Outcome]))
@with_database
def settle(case_id: int, outcome: str) -> None:
    """Close a case; its shopper reads the outcome on the page."""
    of = parts()
    with of.database.write() as session:
        done = store.settle(session, case_id, Outcome(outcome), now=of.clock.now())
        session.commit()
    if not done:
        raise click.ClickException(f"no case {case_id} is open")
    click.echo(f"case {case_id} is settled: {outcome}")


def _known(case: store.Case | None, case_id: int) -> store.Case:
    if case is None:
        raise click.ClickException(f"there is no case {case_id}")
    return case
