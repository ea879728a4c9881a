"""Receipts: what providers tell of messages, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from track_service.channels import channels
from track_service.channels.base import Callback, Channel, Fate, Receipt
from track_service.core.parcel import Brand, Customer
from track_service.core.reviews import KIND
from track_service.services import review_zalo
from track_service.services.delivering import is_followed
from track_service.services.desk import Desk
from track_service.services.order_letters import is_about_order
from track_service.services.post import Post
from track_service.services.pushed import digest
from track_service.services.routes import canonical
from track_service.store import (
    brands,
    deliveries,
    notices,
    ordered,
    shipments,
    suppressions,
    ways,
)
from track_service.store.deliveries import Delivery

_STATES = {
    Fate.ACCEPTED: deliveries.ACCEPTED,
    Fate.DELIVERED: deliveries.DELIVERED,
    Fate.FAILED: deliveries.FAILED,
}


class NoSuchHook(Exception):
    """No hook has this channel and secret, or the brand does not use the channel."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Whose messages a callback tells of, and by which settings it is proven."""

    channel: type[Channel]
    brand: Brand
    settings: Mapping[str, str]


def find_hook(post: Post, code: str, secret: str) -> Hook:
    """Return the hook of a channel with this secret. Raises `NoSuchHook`."""
    channel = channels().get(code)
    with post.database.read() as session:
        brand = brands.by_hook_secret(session, digest(secret))
        route = ways.of_brand(session, brand.id) if brand is not None else ()
    mine = [way for way in route if way.channel == code]
    if channel is None or brand is None or not mine:
        raise NoSuchHook(code)
    return Hook(channel, brand, mine[0].settings)


def take(post: Post, desk: Desk, hook: Hook, callback: Callback) -> int:
    """Take a callback in; return of how many messages it told something.

    Raises `NoSuchHook` where the channel has none, `CallbackRefused` where it is not
    proven.
    """
    told = hook.channel.receipts(callback, hook.settings)
    if told is None:
        raise NoSuchHook(hook.channel.code)
    with post.database.write() as session:
        learnt = sum(_learn(session, post, hook, receipt) for receipt in told)
        session.commit()
    for receipt in told:
        _hear(desk, hook, receipt)
        post.meters.noticed(hook.channel.code, f"receipt {receipt.fate}")
    return learnt


def _hear(desk: Desk, hook: Hook, receipt: Receipt) -> None:
    """Take what the receiver of a message answered to it."""
    if receipt.answer is None:
        return
    code, ids = hook.channel.code, (receipt.key, receipt.provider_id)
    with desk.database.read() as session:
        delivery = deliveries.found(
            session, hook.brand.id, code, key=ids[0], provider_id=ids[1]
        )
    if delivery is not None:
        review_zalo.hear(desk, delivery.notice_id, receipt.answer, kind=KIND)


def _learn(session: Session, post: Post, hook: Hook, receipt: Receipt) -> bool:
    code = hook.channel.code
    delivery = deliveries.found(
        session, hook.brand.id, code, key=receipt.key, provider_id=receipt.provider_id
    )
    if receipt.suppress:
        _suppress(session, post, hook, receipt, delivery)
    if delivery is None or receipt.fate not in _STATES:
        return False
    cost = receipt.cost
    is_news = deliveries.learn(
        session,
        delivery,
        _STATES[receipt.fate],
        wall=post.wall(),
        provider_id=receipt.provider_id,
        cost=(cost.amount, cost.currency) if cost else None,
        error=receipt.error,
    )
    if is_news and receipt.fate is Fate.FAILED:
        _go_on(session, post, delivery, receipt)
    return is_news


def _go_on(session: Session, post: Post, delivery: Delivery, receipt: Receipt) -> None:
    """Tell by the next way what this one could not deliver, if there is a next."""
    codes = [way.channel for way in ways.of_brand(session, delivery.brand_id)]
    is_last = delivery.channel not in codes[:-1]
    owed = notices.by_ids(session, [delivery.notice_id])[delivery.notice_id]
    if delivery.passed or is_last or not is_followed(owed):
        return
    deliveries.pass_on(session, delivery.notice_id, delivery.channel)
    notices.owe_again(
        session, delivery.notice_id, wall=post.wall(), error=receipt.error
    )


def _suppress(
    session: Session,
    post: Post,
    hook: Hook,
    receipt: Receipt,
    delivery: Delivery | None,
) -> None:
    code, address = hook.channel.code, receipt.address
    if address is None and delivery is not None:
        customer = _told(session, delivery.notice_id)
        address = getattr(customer, hook.channel.address, None)
    if address:
        suppressions.add(
            session,
            hook.brand.id,
            code,
            canonical(code, address, hook.settings),
            reason=receipt.suppress or "",
            now=post.now(),
            key=post.name(),
        )


def _told(session: Session, notice_id: int) -> Customer | None:
    """Return whom a notice is for: who bought its parcel, or its order."""
    owed = notices.by_ids(session, [notice_id])[notice_id]
    if is_about_order(owed) or owed.kind == notices.LINK:
        order = ordered.by_id(session, int(owed.concern))
        return order.order.customer if order is not None else None
    parcel_id = int(owed.concern) if owed.kind == KIND else owed.shipment_id
    held = shipments.load(session, [parcel_id] if parcel_id is not None else [])
    return held[0].shipment.order.customer if held else None
