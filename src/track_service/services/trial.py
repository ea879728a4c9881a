"""A made-up order, to try a brand's hook with: sent as its platform would, then erased."""

from collections.abc import Iterator
from contextlib import contextmanager

from track_service.core.parcel import Brand, Shipment
from track_service.services.desk import Desk
from track_service.services.minting import Mint
from track_service.services.pushed import digest
from track_service.store import brands, credentials, erasing, orders, storefronts
from track_service.store.credentials import Kind
from track_service.store.loading import of_order
from track_service.storefronts import storefronts as platforms
from track_service.storefronts.base import Hook, Sampled

_HINT = "trial"


class NoTrial(Exception):
    """A hook cannot be tried so; the message says why."""


def made_up(desk: Desk, brand: Brand, code: str, *, mint: Mint) -> tuple[Sampled, Hook]:
    """Return an order that says TEST, and the hook that tells of it. Raises `NoTrial`."""
    with desk.database.read() as session:
        connection = storefronts.connection(session, brand.id, code)
    if connection is None:
        raise NoTrial(f"{brand.code} is not connected to {code}")
    token = mint.name().replace("-", "")
    order = Sampled(f"TEST-{token[:6].upper()}", int(token[:12], 16), desk.wall())
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


def taken(desk: Desk, brand: Brand, code: str, order: Sampled) -> list[Shipment] | None:
    """Return the parcels that the order brought, None while it is not taken in."""
    with desk.database.read() as session:
        found = orders.find(session, brand.id, code, str(order.external_id))
        return None if found is None else of_order(session, found.order_id)


def clean_up(desk: Desk, brand: Brand, code: str, order: Sampled) -> None:
    """Erase the order and its parcels."""
    with desk.database.write() as session:
        found = orders.find(session, brand.id, code, str(order.external_id))
        if found is not None:
            erasing.erase_order(session, found.order_id, now=desk.now())
        session.commit()
