"""`track-service user` and `audit`: who may work at the console, and who did what."""

from collections.abc import Mapping
from dataclasses import asdict

import click
from sqlalchemy.orm import Session

from track_service.app import Service
from track_service.cli.parts import COUNT, known_brand, parts, print_json, with_database
from track_service.core.staff import Role, User
from track_service.services import users as service
from track_service.services.users import COMMAND
from track_service.store import audit as store_audit
from track_service.store import brands, users

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """Add people to the console, remove them, and say what they may do."""


@user.command()
@click.argument("email")
@click.option("--name", help="As colleagues see it; first: what is before the @.")
@click.option("--brand", "codes", multiple=True, help="Where the role is; repeatable.")
@click.option("--role", type=_ROLES, default=Role.AGENT.value, show_default=True)
@click.option("--admin", is_flag=True, help="Of the whole installation.")
@click.option("--no-password", is_flag=True, help="Signs in by OpenID alone.")
@with_database
def add(
    email: str,
    name: str | None,
    codes: tuple[str, ...],
    role: str,
    *,
    admin: bool,
    no_password: bool,
) -> None:
    """Add a user; print the first password."""
    if not codes and not admin:
        raise click.UsageError("Give --brand CODE (or several), or --admin.")
    of = parts()
    with of.database.write() as session:
        try:
            made = service.add(
                session, email, name, wall=of.clock.wall(), actor=COMMAND
            )
        except service.WrongUser as error:
            raise click.ClickException(str(error)) from error
        for code in codes:
            service.set_role(
                session,
                made,
                known_brand(session, code),
                Role(role),
                wall=of.clock.wall(),
                actor=COMMAND,
            )
        if admin:
            service.set_admin(
                session, made, is_admin=True, wall=of.clock.wall(), actor=COMMAND
            )
        password = None if no_password else _new_password(session, of, made)
        session.commit()
    click.echo(f"Console    {of.settings.base_url}/console/")
    click.echo(f"User       {made.email}")
    if password:
        click.echo(f"Password   {password}   (shown this once)")


@user.command("list")
@with_database
def list_() -> None:
    """List the users and their roles."""
    with parts().database.read() as session:
        codes = {brand.id: brand.code for brand in brands.all_brands(session)}
        for found in users.everybody(session):
            click.echo(f"{found.email:40} {found.name:24} {_roles(found, codes)}")


def _roles(found: User, codes: Mapping[int, str]) -> str:
    if found.is_admin:
        return "admin of everything"
    told = (f"{codes[b]}:{role}" for b, role in sorted(found.roles.items()))
    return " ".join(told) or "no role"


@user.command()
@click.argument("email")
@with_database
def remove(email: str) -> None:
    """Let a user in no more, from this moment; what was done stays in the log."""
    of = parts()
    with of.database.write() as session:
        found = _known(session, email)
        service.remove(session, found, wall=of.clock.wall(), actor=COMMAND)
        session.commit()
    click.echo(f"{email}: removed, and signed out")


@user.command()
@click.argument("email")
@with_database
def password(email: str) -> None:
    """Print a new password for a user; the last one ends, and what it opened."""
    of = parts()
    with of.database.write() as session:
        made = _new_password(session, of, _known(session, email))
        session.commit()
    click.echo(f"Password   {made}   (shown this once)")


@user.command()
@click.argument("email")
@click.argument("code")
@click.argument("role", type=click.Choice([*(role.value for role in Role), "none"]))
@with_database
def role(email: str, code: str, role: str) -> None:
    """Give a user a role for the brand CODE, or none."""
    of = parts()
    with of.database.write() as session:
        service.set_role(
            session,
            _known(session, email),
            known_brand(session, code),
            None if role == "none" else Role(role),
            wall=of.clock.wall(),
            actor=COMMAND,
        )
        session.commit()
    click.echo(f"{email}: {role} of {code}")


@click.command()
@click.option("--brand", "code", help="Of this brand alone.")
@click.option(
    "--limit", type=COUNT, default=50, show_default=True, help="Lines, without --json."
)
@click.option("--json", "as_json", is_flag=True, help="All of it, a line for each.")
@with_database
def audit(code: str | None, limit: int, *, as_json: bool) -> None:
    """Tell who did what, the newest first."""
    with parts().database.read() as session:
        ids = None if code is None else [known_brand(session, code).id]
        if as_json:
            for deed in store_audit.all_deeds(session, brand_ids=ids):
                print_json(asdict(deed))
            return
        for deed in store_audit.deeds(session, brand_ids=ids, limit=limit):
            click.echo(
                f"{deed.at:%Y-%m-%d %H:%M:%S}  {deed.user or deed.actor:24}"
                f" {deed.brand or '-':16} {deed.action:20} {deed.subject}"
            )


def _known(session: Session, email: str) -> User:
    found = users.by_email(session, email)
    if found is None:
        raise click.ClickException(f"no user has the address {email!r}")
    return found


def _new_password(session: Session, of: Service, found: User) -> str:
    return service.new_password(
        session, found, mint=of.mint, wall=of.clock.wall(), actor=COMMAND
    )
