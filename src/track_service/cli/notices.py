"""`track-service notices`: what was owed, sent, held, or died."""

import click
from sqlalchemy.orm import Session

from track_service.cli.parts import COUNT, known_brand, parts, with_database
from track_service.store import notices as store

STATES = ("owed", "sent", "withdrawn", "dead", "shadow", "held", "dropped", "grouped")


@click.group()
def notices() -> None:
    """List notices; release or drop what is held; try dead ones again."""


@notices.command("list")
@click.option("--state", type=click.Choice(STATES))
@click.option("--brand", "code")
@click.option("--limit", type=COUNT, default=50, show_default=True)
@with_database
def list_(state: str | None, code: str | None, limit: int) -> None:
    """List the newest notices."""
    of = parts()
    with of.database.read() as session:
        rows = store.listed(
            session, state=state, brand_id=_brand_id(session, code), limit=limit
        )
    for row in rows:
        click.echo(
            f"{row.owed_at:%Y-%m-%d %H:%M}  {row.state:9} {row.audience:7}"
            f" {row.channel:8} {row.kind:14} tries {row.attempts}  {row.error or ''}"
        )


def _brand_id(session: Session, code: str | None) -> int | None:
    return None if code is None else known_brand(session, code).id


def _reopen(state: str, code: str | None, kind: str | None) -> None:
    of = parts()
    with of.database.write() as session:
        done = store.reopen(
            session,
            state=state,
            brand_id=_brand_id(session, code),
            kind=kind,
            wall=of.clock.wall(),
        )
        session.commit()
    click.echo(f"{done} notices are owed again")


@notices.command()
@click.option("--brand", "code", required=True)
@click.option("--kind", help="late, delayed, exception or attempt_failed.")
@with_database
def release(code: str, kind: str | None) -> None:
    """Send what was held because many parcels called for the same notice."""
    _reopen("held", code, kind)


@notices.command()
@click.option("--brand", "code", required=True)
@click.option("--kind", help="late, delayed, exception or attempt_failed.")
@with_database
def drop(code: str, kind: str | None) -> None:
    """Never send what was held."""
    of = parts()
    with of.database.write() as session:
        done = store.drop_held(
            session,
            brand_id=_brand_id(session, code),
            kind=kind,
            now=of.clock.now(),
        )
        session.commit()
    click.echo(f"{done} notices were dropped")


@notices.command()
@click.option("--brand", "code")
@with_database
def retry(code: str | None) -> None:
    """Try the dead letters again."""
    _reopen("dead", code, None)
