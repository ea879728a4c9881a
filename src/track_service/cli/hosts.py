"""`track-service brand host`: a brand's own hosts and their proof."""

from datetime import datetime

import click

from track_service.cli.parts import known_brand, parts, with_database
from track_service.services import hosts as service
from track_service.store import hosts as store
from track_service.store.hosts import Claim
from track_service.web.hosts import bare


@click.group()
def host() -> None:
    """Serve a brand's pages on a host of its own, once the DNS proves that it is."""


@host.command("add")
@click.argument("code")
@click.argument("host")
@with_database
def add(code: str, host: str) -> None:
    """Note a HOST of a brand's; print the TXT record that proves it."""
    of = parts()
    own = {bare(of.settings.base_url.partition("//")[2]), *of.settings.allowed_hosts}
    with of.database.write() as session:
        brand = known_brand(session, code)
        try:
            claim = service.claim(
                session, brand, host, own=own, now=of.clock.wall(), mint=of.mint
            )
        except service.WrongHost as error:
            raise click.ClickException(str(error)) from error
        session.commit()
    name, text = service.record(claim)
    click.echo(f'TXT        {name}  "{text}"')
    click.echo(f"then       `track-service brand host check {code}`")


@host.command("check")
@click.argument("code")
@with_database
def check(code: str) -> None:
    """Look into the DNS for the proofs of a brand's hosts."""
    of = parts()
    with of.database.read() as session:
        claims = store.of_brand(session, known_brand(session, code).id)
    for claim in claims:
        _tell(service.check(of.desk, claim))


@host.command("list")
@click.argument("code")
@with_database
def list_(code: str) -> None:
    """List a brand's hosts."""
    with parts().database.read() as session:
        for claim in store.of_brand(session, known_brand(session, code).id):
            _tell(claim)


@host.command("remove")
@click.argument("code")
@click.argument("host")
@with_database
def remove(code: str, host: str) -> None:
    """Serve a HOST no more."""
    of = parts()
    with of.database.write() as session:
        if not store.remove(session, known_brand(session, code).id, host.lower()):
            raise click.ClickException(f"{host} is no host of {code}")
        session.commit()
    click.echo(f"{host}: removed")


def _tell(claim: Claim) -> None:
    state = "served" if claim.is_served else "waits"
    click.echo(f"{claim.host:40} {state:7} proven {_day(claim.proven_at)}")
    if claim.problem:
        click.echo(f"{'':40} {claim.problem}")


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "never"
