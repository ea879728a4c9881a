"""How a brand writes to its shoppers: channels in an order, each with its settings."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from track_service.channels import channels
from track_service.core.parcel import Brand
from track_service.store import ways
from track_service.store.ways import Way

# Those that write to a brand's ops, not to its shoppers.
TO_OPS = frozenset({"apprise", "webhook"})


class WrongWay(Exception):
    """What was given cannot be a way; the message repeats no value."""


def put(
    session: Session,
    brand: Brand,
    code: str,
    given: Mapping[str, str],
    *,
    place: int | None,
    minutes: int | None,
) -> Way:
    """Let a brand write by a channel, or change what is given of how it does.

    A value of '' takes a setting away. Without a place a new one comes last. Raises
    `WrongWay`.
    """
    channel = channels().get(code)
    if channel is None or code in TO_OPS:
        known = ", ".join(sorted(channels().keys() - TO_OPS))
        raise WrongWay(f"no channel to shoppers has the code {code!r}: {known}")
    route = ways.of_brand(session, brand.id)
    before = next((way for way in route if way.channel == code), None)
    settings = {**(before.settings if before else {}), **given}
    settings = {name: value for name, value in settings.items() if value}
    if strange := sorted(settings.keys() - {*channel.settings, *channel.optional}):
        raise WrongWay(f"{code} has no setting {', '.join(strange)}")
    if missing := [name for name in channel.settings if name not in settings]:
        raise WrongWay(f"{code} wants {', '.join(missing)}")
    if wrong := channel.wrong(settings):
        raise WrongWay(f"{code}: {wrong}")
    patience = before.patience if before else Way(code).patience
    if minutes is not None:
        patience = timedelta(minutes=minutes)
    way = Way(code, settings, patience)
    rest = [other for other in route if other.channel != code]
    at = place - 1 if place is not None else _place(route, before)
    _store(session, brand.id, [*rest[:at], way, *rest[at:]])
    return way


def remove(session: Session, brand: Brand, code: str) -> None:
    """Write by a channel no more. Raises `WrongWay`."""
    if not ways.remove(session, brand.id, code):
        raise WrongWay(f"{brand.code} does not write by {code!r}")


def _place(route: tuple[Way, ...], before: Way | None) -> int:
    return len(route) if before is None else route.index(before)


def _store(session: Session, brand_id: int, route: list[Way]) -> None:
    for place, way in enumerate(route):
        ways.put(session, brand_id, way, place=place)
