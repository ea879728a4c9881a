"""Send what is owed: claimed, judged again, sent with nothing open, settled."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from track_service.channels.base import (
    Channel,
    DeliveryError,
    Message,
    UnknownOutcome,
)
from track_service.core.notices import Audience
from track_service.services import delivering, hook_health, letters, timing, unsent
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

log = structlog.get_logger("track_service.notices")


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
    unsent.settle(post, [letter for letter in written if letter.state is not None])
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
    late: list[Owed] = []
    with channel.session() as send:
        for letter in written:
            owed, message = letter.owed, letter.message
            if _is_off(post, owed):
                error = DeliveryError("the webhook is switched off", permanent=True)
                _fail(post, owed, error)
            elif message is None or post.wall() >= until:
                late.append(owed)
            else:
                _tell(post, letter, message, channel, send)
    return late


def _tell(
    post: Post,
    letter: Letter,
    message: Message,
    channel: Channel,
    send: delivering.Send,
) -> None:
    """Send what need not wait; whatever breaks off there holds up no other notice."""
    owed = letter.owed
    try:
        if not _waits(post, letter):
            _send(post, letter, message, channel, send)
    except Exception as error:
        log.exception("notice not sent", notice=owed.id, kind=owed.kind)
        broken = UnknownOutcome(f"broke off: {type(error).__name__}")
        _go_on(post, owed, message, broken)


def _waits(post: Post, letter: Letter) -> bool:
    """Put off what a shopper is not to be told yet."""
    if letter.about is None:
        return False
    until = timing.wait(post, letter.owed, letter.about)
    if until is None:
        return False
    with post.database.write() as session:
        at = post.wall() + (until - post.now())
        telling.defer(session, [letter.owed.id], until=at)
        session.commit()
    post.meters.noticed(letter.owed.channel, "put off")
    return True


def _is_off(post: Post, owed: Owed) -> bool:
    """Tell whether a notice goes to a webhook that is off, maybe since the last one."""
    if owed.channel != "webhook":
        return False
    with post.database.read() as session:
        return owed.brand_id in hook_state.off(session)


def _send(
    post: Post,
    letter: Letter,
    message: Message,
    channel: Channel,
    send: delivering.Send,
) -> None:
    owed = letter.owed
    try:
        provider_id = delivering.deliver(post, owed, message, channel, send)
    except DeliveryError as error:
        _go_on(post, owed, message, error)
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
        joining.leave_out(session, letter.left_out, now=post.now())
        if not channel.paid:
            delivering.note_free(session, owed, provider_id, wall=post.wall())
        if owed.channel == "webhook" and owed.brand_id is not None:
            hook_state.worked(session, owed.brand_id)
        session.commit()
    post.meters.noticed(owed.channel, notices.SENT)


def _go_on(post: Post, owed: Owed, message: Message, error: DeliveryError) -> None:
    """Let what did not go out go by the next way, if there is one, else by this later."""
    if delivering.failed(post, owed, message, error):
        post.meters.noticed(owed.channel, "passed on")
    else:
        hook_health.refused(post, owed, error)
        _fail(post, owed, error)


def _fail(post: Post, owed: Owed, error: DeliveryError) -> None:
    """Try again later, or put the notice on the dead-letter list.

    A browser that cannot be reached has left: that is nobody's to mend.
    """
    ended = notices.DEAD
    wait = None if error.permanent else wait_after(owed.failures + 1)
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
