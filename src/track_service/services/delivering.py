"""Delivering: one message of a notice, never two that cost money, and what comes next.

What is paid for is noted before it is sent. Where nobody knows whether it went out, the
provider is asked; what fails, or has no receipt in time, goes on to the next way.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from track_service.channels.base import (
    Channel,
    DeliveryError,
    Fate,
    Message,
    UnknownOutcome,
)
from track_service.core.notices import Audience
from track_service.core.reviews import KIND as REVIEW
from track_service.services.alarms import CHANNEL_DOWN, raise_alarm
from track_service.services.order_letters import is_about_order
from track_service.services.patience import wait_after, waited
from track_service.services.post import Post
from track_service.services.routes import canonical
from track_service.store import brands, deliveries, notices, suppressions, ways
from track_service.store.deliveries import Delivery
from track_service.store.notices import Owed
from track_service.store.ways import Way

Send = Callable[[Message], str | None]


def deliver(
    post: Post, owed: Owed, message: Message, channel: Channel, send: Send
) -> str | None:
    """Send a message, or find out that it was sent; return the provider's id.

    Raises `DeliveryError`. What costs nothing is noted with its notice, by `note_free`.
    """
    if not channel.paid:
        return send(message)
    with post.database.write() as session:
        message = replace(message, told_before=deliveries.told_before(session, owed))
        cost = _cost(channel, message)
        before = deliveries.begin(session, owed, wall=post.wall(), cost=cost)
        session.commit()
    if before is not None and not _is_unsent(post, owed, message, channel, before):
        return before.provider_id
    try:
        provider_id = send(message)
    except UnknownOutcome:
        raise  # it stays noted as being tried
    except DeliveryError as error:
        _note(post, owed, deliveries.FAILED, None, error=str(error))
        raise
    _note(post, owed, deliveries.ACCEPTED, provider_id, message, channel)
    return provider_id


def _cost(channel: Channel, message: Message) -> tuple[Decimal, str, int] | None:
    cost = channel.cost(message)
    return (cost.amount, cost.currency, cost.units) if cost is not None else None


def note_free(
    session: Session, owed: Owed, provider_id: str | None, *, wall: datetime
) -> None:
    """Note a message to a shopper that cost nothing, so that its bounce finds it."""
    if owed.audience == Audience.SHOPPER:
        deliveries.settle(
            session, owed, deliveries.ACCEPTED, wall=wall, provider_id=provider_id
        )


def _is_unsent(
    post: Post, owed: Owed, message: Message, channel: Channel, before: Delivery
) -> bool:
    """Tell whether what was tried before surely did not go out, so that it may now.

    Raises `DeliveryError` where it failed, or where nobody can tell.
    """
    if before.state in {deliveries.ACCEPTED, deliveries.DELIVERED}:
        return False
    told = channel.ask(message, before.provider_id, since=before.begun_at)
    fate = told.fate if told is not None else None
    provider_id = told.provider_id if told is not None else None
    if fate is Fate.DELIVERED:
        _note(post, owed, deliveries.DELIVERED, provider_id, message, channel)
        return False
    if before.state == deliveries.LATE:
        raise DeliveryError("no receipt came in time", permanent=True)
    if fate is Fate.ACCEPTED:
        _note(post, owed, deliveries.ACCEPTED, provider_id, message, channel)
        return False
    if told is not None and fate is Fate.FAILED:
        error = told.error or "the provider could not deliver it"
        _note(post, owed, deliveries.FAILED, provider_id, error=error)
        raise DeliveryError(error, permanent=True, suppress=told.suppress)
    if fate is None:
        raise UnknownOutcome("nobody can tell yet whether it went out")
    return True


def _note(
    post: Post,
    owed: Owed,
    state: str,
    provider_id: str | None,
    message: Message | None = None,
    channel: Channel | None = None,
    *,
    error: str | None = None,
) -> None:
    """Note what became of a message to a shopper; ops' are not followed."""
    if not is_followed(owed):
        return
    wall = post.wall()
    with post.database.write() as session:
        due_at = None
        if state == deliveries.ACCEPTED and channel is not None:
            due_at = _due(session, owed, wall)
        deliveries.settle(
            session,
            owed,
            state,
            wall=wall,
            provider_id=provider_id,
            cost=_cost(channel, message) if channel and message else None,
            due_at=due_at,
            error=error,
        )
        session.commit()


def is_followed(owed: Owed) -> bool:
    """Tell whether a message goes on by the next way where this one fails."""
    is_about_parcels = owed.shipment_id is not None or is_about_order(owed)
    is_about_one = is_about_parcels or _is_question(owed)
    return owed.audience == Audience.SHOPPER and is_about_one


def _due(session: Session, owed: Owed, wall: datetime) -> datetime | None:
    """Return when a missing receipt passes a notice on; None where there is no next."""
    way, following = _ways(session, owed)
    return wall + way.patience if way is not None and following else None


def _is_question(owed: Owed) -> bool:
    """Tell whether a notice asks for stars by another channel than mail."""
    return owed.kind == REVIEW and owed.channel != "email"


def _ways(session: Session, owed: Owed) -> tuple[Way | None, bool]:
    """Return the way that a notice is on, and whether there is one after it."""
    route = ways.of_brand(session, owed.brand_id or 0)
    codes = [way.channel for way in route]
    if owed.channel not in codes:
        return None, False
    place = codes.index(owed.channel)
    return route[place], place + 1 < len(route)


def failed(
    post: Post, owed: Owed, message: Message | None, error: DeliveryError
) -> bool:
    """Draw what follows from a failure; True if the notice goes on by the next way.

    Of a mail to a shopper that is about no parcel's news (a link, a question) there is
    no next way, but an address that it cannot reach is written to no more either.
    """
    if owed.audience != Audience.SHOPPER:
        return False
    wall = post.wall()
    with post.database.write() as session:
        way, following = _ways(session, owed)
        brand = brands.by_id(session, owed.brand_id or 0)
        if error.alarm and brand is not None:
            about = f"{brand.code} {owed.channel}"
            raise_alarm(
                session, post, brand, CHANNEL_DOWN, about, str(error), wall=wall
            )
        if error.suppress and message is not None:
            _suppress(session, post, owed, message, error.suppress)
        goes_on = (
            is_followed(owed)
            and (following or _is_question(owed))
            and way is not None
            and _gives_up(owed, error, way.patience)
        )
        if goes_on:
            _go_on(session, owed, error, wall)
        session.commit()
    return goes_on


def _go_on(session: Session, owed: Owed, error: DeliveryError, wall: datetime) -> None:
    """Owe a notice again by the way after its own; a question is asked by mail."""
    if not _is_noted(session, owed):
        deliveries.settle(session, owed, deliveries.FAILED, wall=wall, error=str(error))
    deliveries.pass_on(session, owed.id, owed.channel)
    if _is_question(owed):
        notices.route(session, owed.id, "email")
    notices.owe_again(session, owed.id, wall=wall, error=str(error))


def _is_noted(session: Session, owed: Owed) -> bool:
    brand_id = owed.brand_id or 0
    return (
        deliveries.found(
            session, brand_id, owed.channel, key=owed.key, provider_id=None
        )
        is not None
    )


def _gives_up(owed: Owed, error: DeliveryError, patience: timedelta) -> bool:
    """Tell whether a way has had its time: for good, or for longer than one waits."""
    tries = owed.failures + 1
    wait = wait_after(tries)
    if error.permanent or wait is None:
        return True
    return waited(tries) + max(wait, error.retry_after or wait) > patience


def _suppress(
    session: Session, post: Post, owed: Owed, message: Message, reason: str
) -> None:
    suppressions.add(
        session,
        owed.brand_id or 0,
        owed.channel,
        canonical(owed.channel, message.to, message.settings),
        reason=reason,
        now=post.now(),
        key=post.name(),
    )


def pass_on_late(post: Post, *, limit: int = 50) -> int:
    """Owe again what has no receipt in time: it is asked for, then told otherwise."""
    with post.database.write() as session:
        late = deliveries.overdue(session, wall=post.wall(), limit=limit)
        for one in late:
            notices.owe_again(session, one.notice_id, wall=post.wall(), error=None)
        session.commit()
    return len(late)
