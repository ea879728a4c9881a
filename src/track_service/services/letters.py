"""Letters: a claimed notice, judged again, and the message that it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import structlog

from track_service.channels.base import DeliveryError, Message
from track_service.core.delay import judge
from track_service.core.judgement import Judgement
from track_service.core.news import still_news
from track_service.core.notices import Audience, still_true
from track_service.core.parcel import Brand, Shipment
from track_service.core.reviews import KIND as REVIEW
from track_service.core.severity import CASE
from track_service.core.steps import Step
from track_service.services import compose, pushing, queue_words
from track_service.services.known import Known, look_up
from track_service.services.link_mail import link_message
from track_service.services.order_letters import OrderNews, is_about_order
from track_service.services.post import Post
from track_service.services.review_mail import review_message
from track_service.services.routes import About
from track_service.store import notices, subscriptions
from track_service.store.notices import Owed

log = structlog.get_logger("track_service.notices")


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed notice and what it became: a message, or a state without one.

    `error` is why it could not be written this time; then it is neither. `about` is
    what a message to a shopper is about, `left_out` the notices that were to be told with
    it and hold no more.
    """

    owed: Owed
    brand: Brand | None = None
    message: Message | None = None
    state: str | None = None
    reason: str | None = None
    error: DeliveryError | None = None
    about: About | None = None
    left_out: tuple[int, ...] = ()


def write(post: Post, claimed: Sequence[Owed]) -> list[Letter]:
    """Return a letter for each notice, in their order; nothing is written or sent."""
    with post.database.read() as session:
        known = look_up(post, session, claimed)
    written = [_letter(post, owed, known) for owed in claimed]
    return [
        replace(letter, state=notices.SENT)  # only its receipt is missing
        if letter.state is not None and letter.owed.id in known.out
        else letter
        for letter in written
    ]


def _letter(post: Post, owed: Owed, known: Known) -> Letter:
    try:
        if is_about_order(owed):
            return _of_order(post, owed, known.orders.get(owed.id), known)
        if owed.shipment_id is None:
            return _general(post, owed, known)
        return _of_parcel(post, owed, known, owed.shipment_id)
    except Exception as error:
        # One brand's broken template or record must not hold up everybody's letters.
        log.exception("notice not written", notice=owed.id, kind=owed.kind)
        failure = DeliveryError(f"cannot be written: {type(error).__name__}")
        return Letter(owed, error=failure)


def _of_parcel(post: Post, owed: Owed, known: Known, parcel_id: int) -> Letter:
    """Judge a parcel's notice again, just before it is sent."""
    shipment = known.parcels[parcel_id].shipment
    brand = shipment.brand
    if shipment.erased_at is not None:
        return _withdrawn(owed, "the parcel is gone")
    if not brand.sending:
        return Letter(owed, state=notices.SHADOW)
    if owed.channel == subscriptions.CHANNEL:
        return _pushed(post, owed, shipment, known.followers.get(owed.id))
    verdict = _judged(post, shipment)
    replayed = owed.released and owed.channel == "webhook"  # machines want what was
    if not replayed and not _holds(owed, shipment, verdict, known):
        return _withdrawn(owed, notices.NOT_TRUE)
    if (brand.id, owed.kind) in known.masses and not owed.released:
        return Letter(owed, brand, state=notices.HELD, reason="many alike at once")
    if owed.audience == Audience.SHOPPER:
        return _to_shopper(post, owed, shipment, known)
    message = compose.of_shipment(
        owed, shipment, base_url=post.base_url, now=post.now(), wall=post.wall()
    )
    return _told(owed, message)


def _of_order(post: Post, owed: Owed, of: OrderNews | None, known: Known) -> Letter:
    """Write of an order before its parcel, by the first way that is open."""
    if of is None:
        return _withdrawn(owed, notices.NOT_TRUE)
    brand = of.order.brand
    if not brand.sending:
        return Letter(owed, state=notices.SHADOW)
    if of.is_mass and not owed.released:
        return Letter(owed, brand, state=notices.HELD, reason="many alike at once")
    for way in known.ways.get(owed.id, ()):
        routed = replace(owed, channel=way.channel)
        message = compose.order_to_shopper(
            routed,
            of.order,
            way.settings,
            of.wishes,
            base_url=post.base_url,
            now=post.now(),
            wall=post.wall(),
        )
        if message is not None:
            return Letter(routed, message=message, about=of.order)
    return Letter(owed, state=notices.SUPPRESSED, reason="no way to them is open")


def _judged(post: Post, shipment: Shipment) -> Judgement:
    return judge(shipment, now=post.now(), zone=ZoneInfo(shipment.brand.zone))


def _holds(owed: Owed, shipment: Shipment, verdict: Judgement, known: Known) -> bool:
    if owed.kind not in set(Step):
        return still_true(owed.kind, owed.concern, verdict)
    told = owed.kind != Step.MOVING_AGAIN or owed.id in known.after_all
    return told and still_news(owed.kind, shipment, verdict)


def _to_shopper(post: Post, owed: Owed, shipment: Shipment, known: Known) -> Letter:
    """Write by the first way that is open and has what it wants."""
    parts = known.parts.get(owed.id, ())
    others = [
        (part, parcel)
        for part in parts
        if (parcel := known.parcels[part.shipment_id or 0].shipment).erased_at is None
        and _holds(part, parcel, _judged(post, parcel), known)
    ]
    told = {part.id for part, _ in others}
    if owed.id in known.out:  # what is over by now was true when it was told
        told |= {part.id for part in parts}
    left_out = tuple(part.id for part in parts if part.id not in told)
    for way in known.ways.get(owed.id, ()):
        routed = replace(owed, channel=way.channel)
        message = compose.to_shopper(
            routed,
            shipment,
            way.settings,
            known.wishes[shipment.id],
            others,
            voucher=known.vouchers.get(shipment.id),
            base_url=post.base_url,
            now=post.now(),
            wall=post.wall(),
        )
        if message is not None:
            return Letter(routed, message=message, about=shipment, left_out=left_out)
    return Letter(owed, state=notices.SUPPRESSED, reason="no way to them is open")


def _pushed(
    post: Post, owed: Owed, shipment: Shipment, follower: pushing.Follower | None
) -> Letter:
    """Tell a browser how the parcel stands now: that is true whatever came between."""
    if follower is None:
        return _withdrawn(owed, "the browser has left")
    message = pushing.message(
        owed,
        shipment,
        follower,
        subject=post.base_url,
        now=post.now(),
        wall=post.wall(),
    )
    return Letter(owed, message=message, about=shipment)


def _general(post: Post, owed: Owed, known: Known) -> Letter:
    late, case = known.late.get(owed.id), known.cases.get(owed.id)
    link = known.links.get(owed.id)
    words = known.words.get(owed.id)
    wanted: dict[str, object] = {compose.NOT_SHIPPED: late, CASE: case}
    invited = known.invited.get(owed.id)
    wanted |= {notices.LINK: link, REVIEW: invited}
    wanted |= dict.fromkeys(queue_words.KINDS, words)
    if owed.id in known.void or wanted.get(owed.kind, owed) is None:
        return _withdrawn(owed, notices.NOT_TRUE)
    brand = known.brands[owed.brand_id] if owed.brand_id is not None else None
    if brand is not None and not brand.sending:
        return Letter(owed, state=notices.SHADOW)
    if late is not None:
        message = compose.of_order(owed, late, base_url=post.base_url, wall=post.wall())
        return _told(owed, message)
    if case is not None and brand is not None:
        return _told(owed, compose.of_case(owed, case, brand, wall=post.wall()))
    if link is not None:
        return _told(owed, link_message(post, owed, link))
    if invited is not None:
        message = review_message(post, owed, invited)
        return Letter(owed, message=message, about=invited.shipment)
    urls = brand.ops_urls if brand is not None else post.ops_urls
    told = compose.general(owed, brand, urls, words=words, wall=post.wall())
    return _told(owed, told)


def _told(owed: Owed, message: Message | None) -> Letter:
    if message is None:
        return _withdrawn(owed, "nobody to tell")
    return Letter(owed, message=message)


def _withdrawn(owed: Owed, reason: str) -> Letter:
    return Letter(owed, state=notices.WITHDRAWN, reason=reason)
