"""What a storefront sends us: verified, kept, then taken; nothing is lost in between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from track_service.core.handover import Handover
from track_service.http import HttpError
from track_service.services.connecting import opened, prove
from track_service.services.desk import Desk
from track_service.services.handing import Handing, Unknown, take
from track_service.services.minting import Mint
from track_service.services.pushed import digest
from track_service.services.register import Refused
from track_service.store import brands, storefronts
from track_service.store.storefronts import Connection
from track_service.storefronts import storefronts as platforms
from track_service.storefronts.base import NONE, BadPayload, Hook, Proven, Storefront

log = structlog.get_logger("track_service.hooked")

# A body is taken in as soon as it is answered; what a crash or an order that comes
# later leaves over is tried again from then on,
FIRST_TRY = timedelta(minutes=1)
# for so long.
_PATIENCE = timedelta(days=2)


class NoSuchHook(Exception):
    """No hook has this platform and secret, or the brand is not connected to it."""


class HookRefused(Exception):
    """The hook does not prove where it comes from, or when."""


@dataclass(frozen=True, slots=True)
class Received:
    """A hook that was let in: its id where it is to be taken in at once.

    It is None for what was kept before, what is not wanted, and what the platform must
    be asked for: that is left to the worker, so that no shop's server holds up the web.
    """

    hook_id: int | None = None
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a body tells, or why it cannot be read."""

    topic: str | None
    handovers: Sequence[Handover] = ()
    trouble: str | None = None


def receive(desk: Desk, code: str, secret: str, hook: Hook) -> Received:
    """Take one body in, and keep it. Raises `NoSuchHook`, `HookRefused`, `BadPayload`.

    A payload that cannot be read is kept as well before it is refused.
    """
    platform, connection = _whose(desk, code, secret)
    if platform.is_trial(hook):
        desk.meters.handed(code, "trial")
        return Received()
    proven = prove(desk, connection, hook)
    if proven in {Proven.REFUSED, Proven.STALE}:
        desk.meters.handed(code, proven)
        raise HookRefused(proven)
    reading = _read(platform, hook, connection.settings)
    if reading is None:
        desk.meters.handed(code, "unwanted")
        return Received(wanted=False)
    asks = _is_asked_for(desk, connection, reading)
    hook_id = _keep(desk, connection, hook, reading, at_once=not asks)
    if reading.trouble is not None:
        desk.meters.handed(code, "bad_payload")
        raise BadPayload(reading.trouble)
    desk.meters.handed(code, "kept" if hook_id else "repeated")
    return Received(None if asks else hook_id)


def challenged(desk: Desk, code: str, secret: str, hook: Hook) -> str | None:
    """Return what a platform wants to hear that tries a hook's address by GET, if any.

    Raises `NoSuchHook`.
    """
    platform, _ = _whose(desk, code, secret)
    return platform.challenge(hook.query)


def _whose(desk: Desk, code: str, secret: str) -> tuple[type[Storefront], Connection]:
    platform = platforms().get(code)
    with desk.database.read() as session:
        brand = brands.by_hook_secret(session, digest(secret))
        found = brand and storefronts.connection(session, brand.id, code)
    if platform is None or not found:
        raise NoSuchHook(code)
    return platform, found


def _read(
    platform: type[Storefront], hook: Hook, settings: Mapping[str, str]
) -> _Reading | None:
    """Return what a body tells, None where it is of no use to us."""
    topic = None
    try:
        topic = platform.topic(hook)
        if topic not in platform.topics:
            log.info("storefront hook let go", platform=platform.code, topic=topic)
            return None
        return _Reading(topic, platform.parse(hook.body, topic, settings))
    except BadPayload as error:
        return _Reading(topic, trouble=str(error))


def _is_asked_for(desk: Desk, connection: Connection, reading: _Reading) -> bool:
    """Tell whether the platform is asked for what a body only names."""
    thin = any(handover.thin for handover in reading.handovers)
    return thin and opened(connection, desk.guarded) is not None


def _keep(
    desk: Desk, connection: Connection, hook: Hook, reading: _Reading, *, at_once: bool
) -> int | None:
    """Keep a body; it comes due for the worker now, or later if it is taken at once."""
    now, platform = desk.now(), platforms()[connection.platform]
    with desk.database.write() as session:
        hook_id = storefronts.keep(
            session,
            connection,
            topic=reading.topic,
            identity=None if reading.trouble else platform.identity(hook),
            body=hook.body,
            now=now,
            due_at=now + FIRST_TRY if at_once else now,
            expires_at=now + desk.retention,
        )
        if hook_id is not None and reading.trouble is not None:
            storefronts.settle(session, hook_id, now=now, trouble=reading.trouble)
        session.commit()
    return hook_id


def take_in(desk: Desk, hook_id: int, *, mint: Mint) -> int:
    """Take the orders that a kept body tells of; return how many parcels are new.

    What it only names is asked for first, with no transaction open. Where we may not
    ask, a known order stays as it is. Raises `Unknown` where it names an order by an id
    that nobody told us yet, and `HttpError` where the platform was asked in vain.
    """
    with desk.database.read() as session:
        kept = storefronts.kept(session, hook_id)
        brand = kept and brands.by_id(session, kept.brand_id)
        found = kept and storefronts.connection(session, kept.brand_id, kept.platform)
    if not kept or not brand:
        return 0
    settings = found.settings if found else NONE
    told = platforms()[kept.platform].parse(kept.body, kept.topic, settings)
    handovers = _completed(told, opened(found, desk.guarded) if found else None)
    at = Handing(brand, kept.platform, desk.now(), mint, tuple(desk.carriers))
    order_id, made, trouble = None, 0, None
    with desk.database.write() as session:
        for handover in handovers:
            try:
                order_id, news = take(session, at, handover)
            except Refused as error:
                trouble = str(error)
            else:
                made += len(news)
        storefronts.settle(
            session, hook_id, now=at.now, trouble=trouble, order_id=order_id
        )
        session.commit()
    return made


def _completed(
    handovers: Sequence[Handover], shop: Storefront | None
) -> list[Handover]:
    """Return what is told in full; what is no order (any more) is left out."""
    if shop is None:
        return list(handovers)
    whole = (shop.complete(one) if one.thin else one for one in handovers)
    return [one for one in whole if one is not None]


def take_left_over(desk: Desk, *, mint: Mint, limit: int = 50) -> int:
    """Take what was kept and not taken yet; return how many bodies were tried."""
    now = desk.now()
    with desk.database.read() as session:
        due = storefronts.due(session, now=now, limit=limit)
    for hook_id, received_at in due:
        _try_again(desk, hook_id, mint, age=now - received_at)
    return len(due)


def _try_again(desk: Desk, hook_id: int, mint: Mint, *, age: timedelta) -> None:
    """Take a body in; if that fails, let it come due again after its own age."""
    try:
        take_in(desk, hook_id, mint=mint)
    except Exception as error:
        trouble = f"{type(error).__name__}: {error}"
        if isinstance(error, HttpError):
            log.warning("storefront asked in vain", hook=hook_id, error=str(error))
        elif not isinstance(error, Unknown):
            log.exception("storefront hook not taken in", hook=hook_id)
        with desk.database.write() as session:
            if age < _PATIENCE:
                due_at = desk.now() + max(min(age, _PATIENCE - age), FIRST_TRY)
                storefronts.put_off(session, hook_id, due_at=due_at, trouble=trouble)
            else:
                storefronts.settle(session, hook_id, now=desk.now(), trouble=trouble)
            session.commit()
