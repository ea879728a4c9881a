"""A brand is connected to its storefront: which platform, and by what secrets."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.store import storefronts
from track_service.storefronts import storefronts as platforms


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
    known_names = {*one.settings, *one.optional}
    if strange := sorted(settings.keys() - known_names):
        raise WrongConnection(f"{platform} has no setting {', '.join(strange)}")
    if missing := [name for name in one.settings if not settings.get(name)]:
        raise WrongConnection(f"{platform} wants {', '.join(missing)}")
    storefronts.connect(session, brand.id, platform, settings, now=now)
