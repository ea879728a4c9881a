"""The console's users, their roles, and their sign-ins."""

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from track_service.core.staff import Role, User, wait_after
from track_service.store.models import BrandRow
from track_service.store.user_models import RoleRow, SessionRow, UserRow


def digest(word: str) -> str:
    """Return what stands for an address or a session in the tables."""
    return sha256(word.encode()).hexdigest()


def email_digest(email: str) -> str:
    """Return by what an address is found, however its letters are cased."""
    return digest(email.strip().casefold())


def add(session: Session, email: str, name: str, *, now: datetime) -> User:
    """Store a user, or let a removed one come back without roles; return it."""
    row = session.scalar(select(UserRow).where(UserRow.digest == email_digest(email)))
    if row is None:
        row = UserRow(digest=email_digest(email), created_at=now)
        session.add(row)
    row.email, row.name = email.strip(), name
    row.is_admin, row.failures = False, 0
    row.password = row.locked_until = row.removed_at = None
    session.flush()
    return _of_row(session, row)


def remove(session: Session, user_id: int, *, now: datetime) -> None:
    """Let a user in no more, from this moment; who did what stays known."""
    session.execute(
        update(UserRow)
        .where(UserRow.id == user_id)
        .values(removed_at=now, password=None, is_admin=False)
    )
    session.execute(delete(RoleRow).where(RoleRow.user_id == user_id))
    sign_out_everywhere(session, user_id)


def set_password(session: Session, user_id: int, hashed: str) -> None:
    """Store a password's hash; whoever is signed in with the last one is signed out."""
    session.execute(
        update(UserRow)
        .where(UserRow.id == user_id)
        .values(password=hashed, failures=0, locked_until=None)
    )
    sign_out_everywhere(session, user_id)


def set_admin(session: Session, user_id: int, *, is_admin: bool) -> None:
    """Make a user the installation's admin, or one no more."""
    session.execute(
        update(UserRow).where(UserRow.id == user_id).values(is_admin=is_admin)
    )


def set_role(session: Session, user_id: int, brand_id: int, role: Role | None) -> None:
    """Give a user a role for a brand in place of the last; None takes it away."""
    session.execute(
        delete(RoleRow).where(RoleRow.user_id == user_id, RoleRow.brand_id == brand_id)
    )
    if role is not None:
        session.add(RoleRow(user_id=user_id, brand_id=brand_id, role=role))


def by_email(session: Session, email: str) -> User | None:
    """Return the user of an address, None if there is none or it was removed."""
    row = session.scalar(_present().where(UserRow.digest == email_digest(email)))
    return None if row is None else _of_row(session, row)


def everybody(session: Session) -> list[User]:
    """Return the users who were not removed, the oldest first."""
    rows = session.scalars(_present().order_by(UserRow.id))
    return [_of_row(session, row) for row in rows]


def colleagues(session: Session, brand_ids: Collection[int]) -> list[User]:
    """Return who may work on entries of any of these brands, by name."""
    found = [u for u in everybody(session) if set(u.brands(Role.AGENT)) & {*brand_ids}]
    return sorted(found, key=lambda user: user.name.casefold())


def names(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """Return users' names by their ids, also of those who were removed."""
    rows = session.execute(
        select(UserRow.id, UserRow.name).where(UserRow.id.in_(user_ids))
    )
    return {user_id: name for user_id, name in rows}  # noqa: C416  rows are no pairs


def take_try(
    session: Session, email: str, *, wall: datetime
) -> tuple[int, str | None] | None:
    """Count a try to sign in; return (user id, password's hash), None if it is refused.

    Counted before the password is looked at, so that many at once count as many; a
    right one begins anew (`sign_in`). Refused: unknown, removed, or locked for a while.
    """
    row = session.scalar(
        _present()
        .where(
            UserRow.digest == email_digest(email),
            or_(UserRow.locked_until.is_(None), UserRow.locked_until <= wall),
        )
        .with_for_update()
    )
    if row is None:
        return None
    row.failures += 1
    wait = wait_after(row.failures)
    row.locked_until = None if wait is None else wall + wait
    return row.id, row.password


def sign_in(session: Session, user_id: int, secret: str, *, wall: datetime) -> None:
    """Keep a sign-in by the secret that the browser holds."""
    session.execute(
        update(UserRow)
        .where(UserRow.id == user_id)
        .values(failures=0, locked_until=None)
    )
    session.add(SessionRow(digest=digest(secret), user_id=user_id, created_at=wall))


def signed_in(session: Session, secret: str, *, since: datetime) -> User | None:
    """Return who signed in with a secret after `since`, None if nobody did."""
    row = session.scalar(
        _present()
        .join(SessionRow, SessionRow.user_id == UserRow.id)
        .where(SessionRow.digest == digest(secret), SessionRow.created_at > since)
    )
    return None if row is None else _of_row(session, row)


def sign_out(session: Session, secret: str) -> None:
    """End a sign-in."""
    session.execute(delete(SessionRow).where(SessionRow.digest == digest(secret)))


def sign_out_everywhere(session: Session, user_id: int) -> None:
    """End all of a user's sign-ins."""
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


def expire(session: Session, *, wall: datetime, after: timedelta) -> None:
    """Delete the sign-ins that are too old to count."""
    session.execute(delete(SessionRow).where(SessionRow.created_at <= wall - after))


def _present() -> Select[tuple[UserRow]]:
    return select(UserRow).where(UserRow.removed_at.is_(None))


def _of_row(session: Session, row: UserRow) -> User:
    if row.is_admin:
        roles = dict.fromkeys(session.scalars(select(BrandRow.id)), Role.ADMIN)
    else:
        found = session.execute(
            select(RoleRow.brand_id, RoleRow.role).where(RoleRow.user_id == row.id)
        )
        roles = {brand_id: Role(role) for brand_id, role in found}
    return User(row.id, row.email, row.name, row.is_admin, roles)
