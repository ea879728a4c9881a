"""`track-service webhook` and `notices replay`: secrets rotated, misses made good."""

from datetime import UTC, datetime

import click

from track_service.cli.parts import known_brand, parts, with_database
from track_service.services import brands as service
from track_service.store import hook_state, notices

_TIME = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def webhook() -> None:
    """Rotate a webhook's secret; switch one on that went off."""


@webhook.command()
@click.argument("brand")
@with_database
def rotate(brand: str) -> None:
    """Sign BRAND's webhooks with a new secret too; the present one stays valid."""
    of = parts()
    try:
        with of.database.write() as session:
            made = service.rotate(session, known_brand(session, brand), mint=of.mint)
            session.commit()
    except service.WrongBrand as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Webhook    signed with {made}   (and with the one before)")
    click.echo(f"Once your receiver knows it: `track-service webhook retire {brand}`")


@webhook.command()
@click.argument("brand")
@with_database
def retire(brand: str) -> None:
    """Sign BRAND's webhooks with the newest secret alone."""
    of = parts()
    try:
        with of.database.write() as session:
            service.retire(session, known_brand(session, brand))
            session.commit()
    except service.WrongBrand as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{brand}: webhooks are signed with the newest secret alone")


@webhook.command()
@click.argument("brand")
@with_database
def on(brand: str) -> None:
    """Send to BRAND's webhook again; `notices replay` sends what it missed."""
    of = parts()
    with of.database.write() as session:
        if not hook_state.switch_on(session, known_brand(session, brand).id):
            raise click.ClickException(f"the webhook of {brand} is not off")
        session.commit()
    click.echo(f"{brand}: the webhook is sent to again")


@click.command()
@click.option("--brand", "code", required=True)
@click.option("--from", "since", type=_TIME, required=True, help="UTC.")
@click.option("--to", "until", type=_TIME, help="UTC; now unless given.")
@click.option("--state", type=click.Choice(["dead", "sent"]), default="dead")
@with_database
def replay(code: str, since: datetime, until: datetime | None, state: str) -> None:
    """Send a brand's webhooks again: those given up, or those that were sent.

    Each keeps its `webhook-id`, so that a receiver knows what it has.
    """
    of = parts()
    with of.database.write() as session:
        done = notices.replay(
            session,
            brand_id=known_brand(session, code).id,
            state=state,
            since=since.replace(tzinfo=UTC),
            until=until.replace(tzinfo=UTC) if until else of.clock.now(),
            wall=of.clock.wall(),
        )
        session.commit()
    click.echo(f"{done} webhooks are owed again")
