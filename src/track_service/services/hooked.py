"""What a storefront sends us: verified and kept; `taking` takes it from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from track_service.core.handover import Handover
from track_service.services.connecting import opened, prove
from track_service.services.desk import Desk
from track_service.services.pushed import digest
from track_service.store import brands, storefronts
from track_service.store.storefronts import Connection
from track_service.storefronts import storefronts as platforms
from track_service.storefronts.base import BadPayload, Hook, Kind, Proven, Storefront

log = structlog.get_logger("track_service.hooked")

# A body is taken in as soon as it is answered; what a crash or an order that comes
# later leaves over is tried again from then on.
FIRST_TRY = timedelta(minutes=1)


class NoSuchHook(Exception):
    """No hook has this platform and secret, or the brand is not connected to it."""


class HookRefused(Exception):
    """The hook does not prove where it comes from, or when."""

    def __init__(self, proven: Proven) -> None:
        """Keep which of both it is."""
        super().__init__(proven)
        self.proven = proven


@dataclass(frozen=True, slots=True)
class Received:
    """A hook that was let in: its id where it is to be taken in at once.

    It is None for what was kept before and what is not wanted. It is None, too, for what
    is left to the worker: a burst, and what the platform must be asked for, so that
    neither holds up the web.
    """

    hook_id: int | None = None
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a body tells, or why it cannot be read."""

    topic: str | None
    handovers: Sequence[Handover] = ()
    trouble: str | None = None


def receive(
    desk: Desk, code: str, secret: str, hook: Hook, *, at_once: bool = True
) -> Received:
    """Take one body in, and keep it. Raises `NoSuchHook`, `HookRefused`, `BadPayload`.

    A payload that cannot be read is kept as well before it is refused. One that is not
    to be taken in at once comes due for the worker.
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
    at_once = at_once and not _is_asked_for(desk, connection, reading)
    hook_id = _keep(desk, connection, hook, reading, at_once=at_once)
    if reading.trouble is not None:
        desk.meters.handed(code, "bad_payload")
        raise BadPayload(reading.trouble)
    desk.meters.handed(code, "kept" if hook_id else "repeated")
    return Received(hook_id if at_once else None)


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
        if platform.topics.get(topic or "") is Kind.PRODUCT:
            platform.products(hook.body, settings)
            return _Reading(topic)
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
