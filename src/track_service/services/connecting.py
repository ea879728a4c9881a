"""A brand is connected to its storefront: which platform, and by what secrets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.http import Guarded
from track_service.services import asking
from track_service.services.desk import Desk
from track_service.store import storefronts
from track_service.store.storefronts import Connection
from track_service.storefronts import storefronts as platforms
from track_service.storefronts.base import Hook, Proven, Storefront, WrongSettings

WRITE_BACK = "write_back"  # a setting of every platform that can be told of parcels


class WrongConnection(Exception):
    """What was given cannot be a connection; the message says why."""


def connect(
    session: Session,
    brand: Brand,
    platform: str,
    settings: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Connect a brand to a platform, in place of its last connection to it.

    Raises `WrongConnection`, which repeats no value.
    """
    one = platforms().get(platform)
    if one is None:
        known = ", ".join(platforms())
        raise WrongConnection(f"no storefront has the code {platform!r}: {known}")
    writes = one.tell is not Storefront.tell
    known_names = {*one.settings, *one.optional, *([WRITE_BACK] if writes else [])}
    if strange := sorted(settings.keys() - known_names):
        raise WrongConnection(f"{platform} has no setting {', '.join(strange)}")
    if missing := [name for name in one.settings if not settings.get(name)]:
        raise WrongConnection(f"{platform} wants {', '.join(missing)}")
    try:
        one.check(settings)
    except WrongSettings as error:
        raise WrongConnection(f"{platform}: {error}") from error
    back = _writes_back(one, settings)
    made = storefronts.connect(
        session, brand.id, platform, settings, writes_back=back, now=now
    )
    asking.expect(session, made, platform, settings, now=now)


def _writes_back(one: type[Storefront], settings: Mapping[str, str]) -> bool:
    """Tell whether the shop lets us change its orders: only where it says so."""
    said = settings.get(WRITE_BACK, "off")
    if said not in {"on", "off"}:
        raise WrongConnection(f"{WRITE_BACK} is on or off")
    missing = [name for name in one.asks if not settings.get(name)]
    if said == "on" and missing:
        raise WrongConnection(f"{one.code} wants {', '.join(missing)} to write back")
    return said == "on"


def opened(connection: Connection, client: Guarded) -> Storefront | None:
    """Return a connection's storefront, None where its settings do not let us ask it."""
    one = platforms()[connection.platform]
    if not one.asks or not all(connection.settings.get(name) for name in one.asks):
        return None
    return one(client, connection.settings)


def prove(desk: Desk, connection: Connection, hook: Hook) -> Proven:
    """Tell what a hook proves, by a public key that is fetched first if one signs it.

    A key may be renewed under its old name: what it does not prove is tried once more
    with the keys of now.
    """
    platform, settings = platforms()[connection.platform], connection.settings
    wall = desk.wall()
    key_id = platform.key_id(hook, settings)
    if key_id is None:
        return platform.verify(hook, settings, now=wall)
    fetch = platform(desk.guarded, settings).fetch_keys
    proven = Proven.REFUSED
    for anew in (False, True):
        keys = desk.keyring.keys(
            f"storefront {connection.id}", key_id, fetch, wall=wall, anew=anew
        )
        proven = platform.verify(replace(hook, keys=keys), settings, now=wall)
        if proven is not Proven.REFUSED:
            break
    return proven
