"""Send what is owed: claimed, judged again, sent with nothing open, settled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.channels.base import Channel, DeliveryError, Message
from track_service.core.delay import judge
from track_service.core.notices import is_mass, still_true
from track_service.core.parcel import Brand
from track_service.services import compose
from track_service.services.meters import Meters
from track_service.store import brands, notices, shipments
from track_service.store.db import Database
from track_service.store.notices import Owed
from track_service.store.shipments import Held

# Tries over a little more than a day: most outages of a provider end within that.
_WAITS = [1, 5, 15, 60, 180, 360, 720]  # minutes before tries 2 to 8
_MASS_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Post:
    """What sending takes: channels by code, database, clocks, our own address.

    `ops_urls` are the operator's, for what concerns no brand.
    """

    channels: Mapping[str, Channel]
    database: Database
    now: Callable[[], datetime]
    wall: Callable[[], datetime]
    name: Callable[[], str]
    meters: Meters
    base_url: str
    ops_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed notice and what became of it before sending: a message, or a state."""

    owed: Owed
    message: Message | None = None
    state: str | None = None
    reason: str | None = None


def send_owed(post: Post, *, limit: int = 50) -> int:
    """Send up to `limit` owed notices; return how many went out."""
    letters = _claim(post, limit)
    sent = 0
    for channel_code in sorted({letter.owed.channel for letter in letters}):
        mine = [letter for letter in letters if letter.owed.channel == channel_code]
        sent += _send(post, channel_code, mine)
    return sent


def _claim(post: Post, limit: int) -> list[Letter]:
    with post.database.write() as session:
        claimed = notices.claim(session, wall=post.wall(), limit=limit)
        session.commit()
    if not claimed:
        return []
    with post.database.read() as session:
        ids = [owed.shipment_id for owed in claimed if owed.shipment_id is not None]
        held = {h.shipment.id: h for h in shipments.load(session, sorted(set(ids)))}
        of = {brand.id: brand for brand in brands.all_brands(session)}
        masses = _masses(session, claimed, since=post.now() - _MASS_WITHIN)
    letters = [_letter(post, owed, held, of, masses) for owed in claimed]
    _settle_unsent(post, letters, of)
    return [letter for letter in letters if letter.message is not None]


def _masses(
    session: Session, claimed: Sequence[Owed], *, since: datetime
) -> set[tuple[int, str]]:
    """Return (brand, kind) of which an unusual share of parcels calls for a notice."""
    pairs = {
        (owed.brand_id, owed.kind)
        for owed in claimed
        if owed.brand_id is not None and owed.shipment_id is not None
    }
    return {
        (brand_id, kind)
        for brand_id, kind in pairs
        if is_mass(
            notices.alike(session, brand_id, kind, since=since),
            notices.active_parcels(session, brand_id),
        )
    }


def _letter(
    post: Post,
    owed: Owed,
    held: Mapping[int, Held],
    of: Mapping[int, Brand],
    masses: set[tuple[int, str]],
) -> Letter:
    """Judge a notice again, just before it is sent."""
    brand = of.get(owed.brand_id) if owed.brand_id is not None else None
    if owed.shipment_id is None:
        return _general(post, owed, brand)
    one = held.get(owed.shipment_id)
    if one is None or brand is None or one.shipment.erased_at is not None:
        return Letter(owed, state=notices.WITHDRAWN, reason="the parcel is gone")
    if not brand.sending:
        return Letter(owed, state=notices.SHADOW)
    verdict = judge(one.shipment, now=post.now(), zone=ZoneInfo(brand.zone))
    if not still_true(owed.kind, owed.concern, verdict):
        return Letter(owed, state=notices.WITHDRAWN, reason="no longer true")
    if (brand.id, owed.kind) in masses and not owed.released:
        return Letter(owed, state=notices.HELD, reason="many alike at once")
    message = compose.of_shipment(
        owed,
        one.shipment,
        base_url=post.base_url,
        now=post.now(),
        wall=post.wall(),
    )
    if message is None:
        return Letter(owed, state=notices.WITHDRAWN, reason="nobody to tell")
    return Letter(owed, message)


def _general(post: Post, owed: Owed, brand: Brand | None) -> Letter:
    urls = brand.ops_urls if brand is not None else post.ops_urls
    message = compose.general(owed, brand, urls, wall=post.wall())
    if message is None:
        return Letter(owed, state=notices.WITHDRAWN, reason="nobody to tell")
    return Letter(owed, message)


def _settle_unsent(
    post: Post, letters: Sequence[Letter], of: Mapping[int, Brand]
) -> None:
    stopped = [letter for letter in letters if letter.state is not None]
    if not stopped:
        return
    with post.database.write() as session:
        for letter in stopped:
            notices.settle(
                session,
                letter.owed.id,
                letter.state or "",
                now=post.now(),
                error=letter.reason,
            )
            brand = of.get(letter.owed.brand_id or 0)
            if letter.state == notices.HELD and brand is not None:
                _ask_ops(session, post, letter.owed, brand)
        session.commit()
    for letter in stopped:
        post.meters.noticed(letter.owed.channel, letter.state or "")


def _ask_ops(session: Session, post: Post, owed: Owed, brand: Brand) -> None:
    """Ask once an hour whether a mass of equal notices may go out."""
    now = post.now()
    for channel, target in compose.ops_outlets(brand):
        notices.owe(
            session,
            key=post.name(),
            cause=f"hold:{brand.id}:{owed.kind}:{now:%Y-%m-%dT%H}:{channel}:{target}",
            kind="hold",
            concern=owed.kind,
            detail=None,
            channel=channel,
            target=target,
            brand_id=brand.id,
            now=now,
            wall=post.wall(),
        )


def _send(post: Post, code: str, letters: Sequence[Letter]) -> int:
    channel = post.channels.get(code)
    if channel is None:
        for letter in letters:
            _settle(post, letter.owed, DeliveryError(f"no {code} channel is set up"))
        return 0
    sent = 0
    with channel.session() as send:
        for letter in letters:
            if letter.message is not None:
                sent += _send_one(post, letter.owed, letter.message, send)
    return sent


def _send_one(
    post: Post, owed: Owed, message: Message, send: Callable[[Message], str | None]
) -> bool:
    try:
        provider_id = send(message)
    except DeliveryError as error:
        _settle(post, owed, error)
        return False
    with post.database.write() as session:
        notices.settle(
            session, owed.id, notices.SENT, now=post.now(), provider_id=provider_id
        )
        session.commit()
    post.meters.noticed(owed.channel, notices.SENT)
    return True


def _settle(post: Post, owed: Owed, error: DeliveryError) -> None:
    """Try again later, or put the notice on the dead-letter list."""
    dead = error.permanent or owed.attempts > len(_WAITS)
    with post.database.write() as session:
        if dead:
            notices.settle(
                session, owed.id, notices.DEAD, now=post.now(), error=str(error)
            )
        else:
            wait = timedelta(minutes=_WAITS[owed.attempts - 1])
            until = post.wall() + max(wait, error.retry_after or wait)
            notices.postpone(session, owed.id, until=until, error=str(error))
        session.commit()
    post.meters.noticed(owed.channel, notices.DEAD if dead else "postponed")
