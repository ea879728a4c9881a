"""A made-up order, to try a brand's hook with: sent as its platform would, then erased."""

from collections.abc import Iterator
from contextlib import contextmanager

from track_service.core.parcel import Brand, Shipment
from track_service.services.desk import Desk
from track_service.services.minting import Mint
from track_service.services.pushed import digest
from track_service.store import (
    brands,
    credentials,
    erasing,
    ordered,
    orders,
    storefronts,
)
from track_service.store.credentials import Kind
from track_service.store.loading import of_order
from track_service.storefronts import storefronts as platforms
from track_service.storefronts.base import Hook, Sampled

_HINT = "trial"
_TEST = "TEST-"


class NoTrial(Exception):
    """A hook cannot be tried so; the message says why."""


def made_up(desk: Desk, brand: Brand, code: str, *, mint: Mint) -> tuple[Sampled, Hook]:
    """Return an order that says TEST, and the hook that tells of it. Raises `NoTrial`."""
    with desk.database.read() as session:
        connection = storefronts.connection(session, brand.id, code)
    if connection is None:
        raise NoTrial(f"{brand.code} is not connected to {code}")
    token = mint.name().replace("-", "")
    order = Sampled(_number(token[:6]), int(token[:12], 16), desk.wall())
    hook = platforms()[code].sample(order, connection.settings)
    if hook is None:
        raise NoTrial(f"only {code} itself can sign: place a test order in the shop")
    return order, hook


@contextmanager
def open_for_trial(desk: Desk, brand: Brand, *, mint: Mint) -> Iterator[str]:
    """Give a secret for the hook's URL, which is good until the end of the block.

    Of the brand's own only a digest is kept.
    """
    secret = f"tsh_{mint.secret()}"
    with desk.database.write() as session:
        hashed = digest(secret)
        brands.add_hook_secret(
            session, brand.id, digest=hashed, hint=_HINT, now=desk.now()
        )
        session.commit()
    try:
        yield secret
    finally:
        with desk.database.write() as session:
            credentials.forget(session, Kind.HOOK, brand.id, _HINT)
            session.commit()


def taken(desk: Desk, brand: Brand, order: Sampled) -> list[Shipment] | None:
    """Return the parcels that the order brought, None while it is not taken in."""
    with desk.database.read() as session:
        found = orders.beginning(session, brand.id, order.number)
        return of_order(session, found[0][0]) if found else None


def page(desk: Desk, brand: Brand, order: Sampled) -> str | None:
    """Return the token of the order's own page, None where it has none."""
    with desk.database.read() as session:
        found = orders.beginning(session, brand.id, order.number)
        known = found and ordered.by_number(session, brand.id, found[0][1])
    return known.token if known else None


def clean_up(desk: Desk, brand: Brand) -> None:
    """Erase the brand's made-up orders and their parcels, those kept before as well."""
    with desk.database.write() as session:
        for order_id, number in orders.beginning(session, brand.id, _TEST):
            if number == _number(number[len(_TEST) :][:6].lower()):
                erasing.erase_order(session, order_id, now=desk.now())
        session.commit()


def _number(token: str) -> str:
    """Return a number that proves to be made up: a shop's own may say TEST, too."""
    return f"{_TEST}{token}{digest(_TEST + token)[:6]}".upper()
