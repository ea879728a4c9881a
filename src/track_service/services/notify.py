"""Send what is owed: claimed, judged again, sent with nothing open, settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.channels.base import Channel, DeliveryError, Message
from track_service.core.notices import Audience
from track_service.core.parcel import Brand
from track_service.services import compose, delivering, hook_health, letters, timing
from track_service.services.letters import Letter
from track_service.services.patience import wait_after
from track_service.services.post import Post as Post
from track_service.services.queue_told import leave_to_groups
from track_service.store import (
    brands,
    hook_state,
    joining,
    notices,
    shoppers,
    subscriptions,
    telling,
)
from track_service.store.notices import Owed


def send_owed(post: Post, *, limit: int = 50) -> int:
    """Deal with up to `limit` owed notices; return how many left the queue or were tried.

    Where a provider is slow, what cannot be sent well within the lease is given back.
    """
    until = post.wall() + notices.LEASE / 2
    with post.database.write() as session:
        claimed = notices.claim(session, wall=post.wall(), limit=limit)
        for brand_id in {o.brand_id for o in claimed if o.audience == Audience.SHOPPER}:
            shoppers.key(session, brand_id or 0, fresh=post.name())
        left = joining.join(session, claimed, brand_ids=_joining(session))
        session.commit()
    if not claimed:
        return 0
    written = letters.write(post, leave_to_groups(post, left))
    _route(post, claimed, written)
    _settle_unsent(post, [letter for letter in written if letter.state is not None])
    for letter in written:
        if letter.error is not None:
            _fail(post, letter.owed, letter.error)
    late = _send_all(post, written, until)
    _give_back(post, late)
    return len(claimed) - len(late)


def _joining(session: Session) -> set[int]:
    return {one.id for one in brands.all_brands(session) if one.rules.together}


def _route(post: Post, claimed: Sequence[Owed], written: Sequence[Letter]) -> None:
    """Note by which channels the notices go, where that is another than before."""
    before = {owed.id: owed.channel for owed in claimed}
    moved = [x.owed for x in written if x.owed.channel != before[x.owed.id]]
    if not moved:
        return
    with post.database.write() as session:
        for owed in moved:
            notices.route(session, owed.id, owed.channel)
        session.commit()


def _settle_unsent(post: Post, stopped: Sequence[Letter]) -> None:
    if not stopped:
        return
    with post.database.write() as session:
        for first, brand in _newly_held(session, stopped):
            _ask_ops(session, post, first, brand)
        for letter in stopped:
            joining.part_again(session, letter.owed.id)
            notices.settle(
                session,
                letter.owed.id,
                letter.state or "",
                now=post.now(),
                error=letter.reason,
            )
        session.commit()
    for letter in stopped:
        post.meters.noticed(letter.owed.channel, letter.state or "")


def _newly_held(
    session: Session, stopped: Sequence[Letter]
) -> list[tuple[Owed, Brand]]:
    """Return the first of each mass to hold of which nothing waits already."""
    first: dict[tuple[int, str], tuple[Owed, Brand]] = {}
    for letter in stopped:
        if letter.state == notices.HELD and letter.brand is not None:
            pair = (letter.brand.id, letter.owed.kind)
            first.setdefault(pair, (letter.owed, letter.brand))
    return [
        first[brand_id, kind]
        for brand_id, kind in sorted(first)
        if not notices.holds(session, brand_id, kind)
    ]


def _ask_ops(session: Session, post: Post, first: Owed, brand: Brand) -> None:
    """Ask whether a mass of equal notices may go out: once while any of it waits."""
    for channel, target in compose.ops_outlets(brand, "held"):
        notices.owe(
            session,
            key=post.name(),
            cause=f"hold:{first.id}:{channel}:{target}",
            kind="hold",
            concern=first.kind,
            detail=None,
            channel=channel,
            target=target,
            brand_id=brand.id,
            now=post.now(),
            wall=post.wall(),
        )


def _send_all(post: Post, written: Sequence[Letter], until: datetime) -> list[Owed]:
    """Send by channel, so that one connection serves many; return what was too late."""
    late: list[Owed] = []
    ready = [letter for letter in written if letter.message is not None]
    for code in sorted({letter.owed.channel for letter in ready}):
        mine = [letter for letter in ready if letter.owed.channel == code]
        late += _send_by(post, code, mine, until)
    return late


def _send_by(
    post: Post, code: str, written: Sequence[Letter], until: datetime
) -> list[Owed]:
    channel = post.channels.get(code)
    if channel is None:
        for letter in written:
            _fail(post, letter.owed, DeliveryError(f"no {code} channel is set up"))
        return []
    off = _switched_off(post) if code == "webhook" else {}
    late: list[Owed] = []
    with channel.session() as send:
        for letter in written:
            owed, message = letter.owed, letter.message
            if owed.brand_id in off:
                error = DeliveryError("the webhook is switched off", permanent=True)
                _fail(post, owed, error)
            elif message is None or post.wall() >= until:
                late.append(owed)
            elif not _waits(post, letter):
                _send(post, owed, message, channel, send)
    return late


def _waits(post: Post, letter: Letter) -> bool:
    """Put off what a shopper is not to be told yet."""
    if letter.shipment is None:
        return False
    until = timing.wait(post, letter.owed, letter.shipment)
    if until is None:
        return False
    with post.database.write() as session:
        at = post.wall() + (until - post.now())
        telling.defer(session, [letter.owed.id], until=at)
        session.commit()
    post.meters.noticed(letter.owed.channel, "put off")
    return True


def _switched_off(post: Post) -> Mapping[int, datetime]:
    with post.database.read() as session:
        return hook_state.off(session)


def _send(
    post: Post, owed: Owed, message: Message, channel: Channel, send: delivering.Send
) -> None:
    try:
        provider_id = delivering.deliver(post, owed, message, channel, send)
    except DeliveryError as error:
        if not delivering.failed(post, owed, message, error):
            hook_health.refused(post, owed)
            _fail(post, owed, error)
        else:
            post.meters.noticed(owed.channel, "passed on")
        return
    with post.database.write() as session:
        notices.settle(
            session,
            owed.id,
            notices.SENT,
            now=post.now(),
            provider_id=provider_id,
            attempts=owed.attempts,
        )
        if not channel.paid:
            delivering.note_free(session, owed, provider_id, wall=post.wall())
        if owed.channel == "webhook" and owed.brand_id is not None:
            hook_state.worked(session, owed.brand_id)
        session.commit()
    post.meters.noticed(owed.channel, notices.SENT)


def _fail(post: Post, owed: Owed, error: DeliveryError) -> None:
    """Try again later, or put the notice on the dead-letter list.

    A browser that cannot be reached has left: that is nobody's to mend.
    """
    ended = notices.DEAD
    wait = None if error.permanent else wait_after(owed.attempts)
    with post.database.write() as session:
        if wait is None:
            if owed.channel == subscriptions.CHANNEL:
                subscriptions.forget(session, owed.shipment_id or 0, owed.target)
                ended = notices.WITHDRAWN
            joining.part_again(session, owed.id)
            notices.settle(session, owed.id, ended, now=post.now(), error=str(error))
        else:
            until = post.wall() + max(wait, error.retry_after or wait)
            notices.postpone(session, owed.id, until=until, error=str(error))
        session.commit()
    result = ended if wait is None else "postponed"
    post.meters.noticed(owed.channel, result)


def _give_back(post: Post, late: Sequence[Owed]) -> None:
    if not late:
        return
    with post.database.write() as session:
        notices.give_back(session, [owed.id for owed in late], wall=post.wall())
        session.commit()
