"""Named users: passwords, signing in, and what changes of them; every step is logged."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from track_service.core.parcel import Brand
from track_service.core.staff import Role, User
from track_service.services.minting import Mint
from track_service.services.second_factor import client_of
from track_service.store import audit, tries, users
from track_service.store.audit import Actor
from track_service.store.db import Database
from track_service.store.tries import Cap
from track_service.store.types import KEYS

LONGEST = timedelta(hours=24)  # a sign-in, however busy
IDLE = timedelta(hours=8)
SHORTEST = 12  # letters of a password
OF_CLIENT = Cap(60, timedelta(hours=1))  # behind one address may be a whole office
COMMAND = Actor("command")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Of `x`; checked for addresses that nobody has, so that these take as long.
_NOBODY = generate_password_hash("x")


class WrongUser(Exception):
    """A user cannot be made or changed like this; the message tells why."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who signed in; the browser alone is given the secret."""

    user_id: int
    secret: str = field(repr=False)


def add(
    session: Session, email: str, name: str | None, *, wall: datetime, actor: Actor
) -> User:
    """Store a user without a password. Raises `WrongUser` if the address is taken."""
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise WrongUser(f"{email!r} is no e-mail address")
    if users.by_email(session, email) is not None:
        raise WrongUser(f"{email} is a user already")
    called = (name or email.partition("@")[0]).strip()
    made = users.add(session, email, called, now=wall)
    _log(session, actor, "user.add", made.id, wall)
    return made


def remove(session: Session, user: User, *, wall: datetime, actor: Actor) -> None:
    """Let a user in no more, and end what is signed in."""
    users.remove(session, user.id, now=wall)
    _log(session, actor, "user.remove", user.id, wall)


def set_role(
    session: Session,
    user: User,
    brand: Brand,
    role: Role | None,
    *,
    wall: datetime,
    actor: Actor,
) -> None:
    """Give a role for a brand, or take it away."""
    users.set_role(session, user.id, brand.id, role)
    audit.record(
        session,
        actor,
        "user.role",
        f"user:{user.id}",
        wall=wall,
        brand_id=brand.id,
        before={"role": None if user.is_admin else user.roles.get(brand.id)},
        after={"role": role},
    )


def set_admin(
    session: Session, user: User, *, is_admin: bool, wall: datetime, actor: Actor
) -> None:
    """Make a user the installation's admin, or one no more."""
    users.set_admin(session, user.id, is_admin=is_admin)
    audit.record(
        session,
        actor,
        "user.admin",
        f"user:{user.id}",
        wall=wall,
        before={"admin": user.is_admin},
        after={"admin": is_admin},
    )


def new_password(
    session: Session, user: User, *, mint: Mint, wall: datetime, actor: Actor
) -> str:
    """Return a password of ours for a user, kept as its hash; others end."""
    password = mint.secret()
    set_password(session, user.id, password, wall=wall, actor=actor)
    return password


def set_password(
    session: Session, user_id: int, password: str, *, wall: datetime, actor: Actor
) -> None:
    """Store a password. Raises `WrongUser` if it is too short to be one."""
    _check_length(password)
    users.set_password(session, user_id, generate_password_hash(password))
    _log(session, actor, "user.password", user_id, wall)


def enter(
    database: Database,
    email: str,
    password: str,
    *,
    client: str,
    mint: Mint,
    wall: datetime,
) -> Entered | None:
    """Sign somebody in by password.

    None if it is wrong, the user unknown or locked, or `client` (the address that asks)
    has tried too often.
    """
    user_id = _known(database, email, password, client=client, wall=wall)
    if user_id is None:
        return None
    with database.write() as session:
        return _enter(session, user_id, "password", mint=mint, wall=wall)


def change_password(
    database: Database,
    user: User,
    old: str,
    new: str,
    *,
    client: str,
    mint: Mint,
    wall: datetime,
) -> Entered | None:
    """Store the password that a user chose, and sign them in anew; all else ends.

    None as in `enter`, of the old one. Raises `WrongUser` if the new one is too short.
    """
    _check_length(new)
    if _known(database, user.email, old, client=client, wall=wall) is None:
        return None
    actor = Actor("console", user.id)
    with database.write() as session:
        set_password(session, user.id, new, wall=wall, actor=actor)
        return _enter(session, user.id, "password", mint=mint, wall=wall)


def _known(
    database: Database, email: str, password: str, *, client: str, wall: datetime
) -> int | None:
    """Return whose address and password these are.

    Each try counts before it is judged, and a right one is given back to its client:
    who shares an address signs in as often as they like. The hash is computed with no
    transaction open, and for nobody's address as well.
    """
    key = KEYS.digest("tries", "console", client_of(client))
    with database.write() as session:
        is_granted = tries.take(session, key, OF_CLIENT, wall=wall) is not None
        taken = users.take_try(session, email, wall=wall) if is_granted else None
        session.commit()
    user_id, hashed = taken or (None, None)
    is_right = check_password_hash(hashed or _NOBODY, password)
    if user_id is None or hashed is None or not is_right:
        _refuse(database, user_id, wall)
        return None
    with database.write() as session:
        tries.give_back(session, key)
        session.commit()
    return user_id


def enter_known(
    database: Database, email: str, *, mint: Mint, wall: datetime
) -> Entered | None:
    """Sign in whom an identity provider vouches for; None if the address is no user's."""
    with database.write() as session:
        user = users.by_email(session, email)
        if user is None:
            return None
        return _enter(session, user.id, "oidc", mint=mint, wall=wall)


def leave(database: Database, user: User, secret: str, *, wall: datetime) -> None:
    """Sign out."""
    with database.write() as session:
        users.sign_out(session, secret)
        _log(session, Actor("console", user.id), "user.leave", user.id, wall)
        session.commit()


def _check_length(password: str) -> None:
    if len(password) < SHORTEST:
        raise WrongUser(f"a password has {SHORTEST} letters or more")


def _enter(
    session: Session, user_id: int, how: str, *, mint: Mint, wall: datetime
) -> Entered:
    secret = mint.secret()
    users.expire(session, wall=wall, after=LONGEST)
    users.sign_in(session, user_id, secret, wall=wall)
    _log(session, Actor("console", user_id), f"user.enter.{how}", user_id, wall)
    session.commit()
    return Entered(user_id, secret)


def _refuse(database: Database, user_id: int | None, wall: datetime) -> None:
    """Note a wrong password; of an address that is nobody's there is nothing to note."""
    if user_id is None:
        return
    with database.write() as session:
        _log(session, Actor("console"), "user.refused", user_id, wall)
        session.commit()


def _log(
    session: Session, actor: Actor, action: str, user_id: int, wall: datetime
) -> None:
    audit.record(session, actor, action, f"user:{user_id}", wall=wall)
