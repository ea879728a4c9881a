"""What is known, right before they are sent, of what claimed notices are about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from track_service.core.notices import CLEARED, Audience, is_mass
from track_service.core.ordered import Ordered
from track_service.core.parcel import Brand
from track_service.core.severity import CASE
from track_service.core.steps import Step
from track_service.core.wishes import Wishes
from track_service.services import (
    compose,
    order_letters,
    pushing,
    queue_words,
    wishes,
)
from track_service.services.order_letters import OrderNews
from track_service.services.post import Post
from track_service.services.review_mail import (
    Invitation,
    invitations,
)
from track_service.services.routes import About, open_ways
from track_service.services.watch import is_blind_since
from track_service.store import (
    brands,
    cases,
    deliveries,
    joining,
    notices,
    ordered,
    shipments,
    suppressions,
    vouchers,
)
from track_service.store.cases import Case
from track_service.store.notices import Owed
from track_service.store.shipments import Held
from track_service.store.ways import Way

_MASS_WITHIN = timedelta(hours=1)
_GOOD: frozenset[str] = frozenset({CLEARED, *Step} - {Step.RETURNED})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known now of what the notices are about."""

    parcels: Mapping[int, Held]
    wishes: Mapping[int, Wishes]
    parts: Mapping[int, Sequence[Owed]]
    brands: Mapping[int, Brand]
    masses: Collection[tuple[int, str]]
    void: Collection[int]
    late: Mapping[int, Ordered]
    ways: Mapping[int, Sequence[Way]]
    cases: Mapping[int, Case]
    links: Mapping[int, Ordered]
    followers: Mapping[int, pushing.Follower]
    words: Mapping[int, tuple[str, str]]
    invited: Mapping[int, Invitation]
    vouchers: Mapping[int, str]  # of the parcels' orders
    orders: Mapping[int, OrderNews]
    after_all: Collection[int]  # those whose shopper was told that it stood still
    out: Collection[int]  # those that went out before, by this channel or another


def look_up(post: Post, session: Session, claimed: Sequence[Owed]) -> Known:
    """Return what letters of these notices are written from; nothing is written."""
    joined = joining.parts(session, [owed.id for owed in claimed])
    parts = notices.by_ids(session, [i for ids in joined.values() for i in ids])
    every = [*claimed, *parts.values()]
    ids = {owed.shipment_id for owed in every if owed.shipment_id is not None}
    parcels = {h.shipment.id: h for h in shipments.load(session, sorted(ids))}
    told = {o.shipment_id for o in claimed if o.audience == Audience.SHOPPER}
    theirs = wishes.of_parcels(
        session, [h.shipment for i, h in parcels.items() if i in told]
    )
    orders = order_letters.news(session, claimed, now=post.now(), within=_MASS_WITHIN)
    about: dict[int, tuple[About, Wishes]] = {
        o.id: (parcels[o.shipment_id].shipment, theirs[o.shipment_id])
        for o in claimed
        if o.audience == Audience.SHOPPER and o.shipment_id is not None
    }
    about |= {i: (of.order, of.wishes) for i, of in orders.items()}
    return Known(
        parcels=parcels,
        wishes=theirs,
        parts={head: [parts[i] for i in ids] for head, ids in joined.items()},
        brands={brand.id: brand for brand in brands.all_brands(session)},
        masses=_masses(post, session, claimed),
        void={owed.id for owed in claimed if _is_void(session, owed)},
        late=_late_orders(session, claimed),
        ways=open_ways(session, claimed, about),
        orders=orders,
        cases=_open_cases(session, claimed),
        links=_linked_orders(session, claimed),
        followers=pushing.followers(session, claimed),
        words=queue_words.words(
            session, claimed, base_url=post.base_url, now=post.now()
        ),
        invited=invitations(session, claimed, now=post.now()),
        vouchers=vouchers.told(session, [i for i in told if i is not None]),
        after_all={
            owed.id
            for owed in every
            if owed.kind == Step.MOVING_AGAIN
            and notices.was_told(session, owed.shipment_id, owed.concern)
        },
        out=deliveries.went_out(session, [owed.id for owed in claimed]),
    )


def _masses(
    post: Post, session: Session, claimed: Sequence[Owed]
) -> set[tuple[int, str]]:
    """Return (brand, kind) of which an unusual share of parcels calls for a notice."""
    since = post.now() - _MASS_WITHIN
    pairs = {
        (owed.brand_id, owed.kind)
        for owed in claimed
        if owed.brand_id is not None
        and owed.shipment_id is not None
        and owed.kind not in _GOOD  # that much goes well is no reason to wait
    }
    return {
        (brand_id, kind)
        for brand_id, kind in pairs
        if is_mass(
            notices.alike(session, brand_id, kind, since=since),
            notices.active_parcels(session, brand_id),
        )
    }


def _late_orders(session: Session, claimed: Sequence[Owed]) -> dict[int, Ordered]:
    """Return the orders that are still not shipped, by the notice that says so."""
    late = (
        (owed.id, ordered.late(session, int(owed.concern)))
        for owed in claimed
        if owed.kind == compose.NOT_SHIPPED and owed.audience == Audience.OPS
    )
    return {notice_id: order for notice_id, order in late if order is not None}


def _open_cases(session: Session, claimed: Sequence[Owed]) -> dict[int, Case]:
    """Return the cases that are still open, by the notice that says so."""
    told = (
        (owed.id, cases.by_id(session, int(owed.concern)))
        for owed in claimed
        if owed.kind == CASE
    )
    return {i: case for i, case in told if case and case.settled_at is None}


def _linked_orders(session: Session, claimed: Sequence[Owed]) -> dict[int, Ordered]:
    """Return the orders whose link was asked for, by the notice that sends it."""
    told = (
        (owed.id, ordered.by_id(session, int(owed.concern)))
        for owed in claimed
        if owed.kind == notices.LINK
    )
    return {i: _shown(session, order) for i, order in told if order}


def _shown(session: Session, order: Ordered) -> Ordered:
    """Return an order with a page's token: one that no storefront told has a parcel's.

    It has none where no mail reaches its buyer: then there is nobody to send it to.
    """
    email = order.order.customer.email
    if email and suppressions.reason(session, order.brand.id, "email", email):
        return replace(order, token=None)
    if order.token:
        return order
    tokens = [parcel.token for parcel in ordered.parcels(session, order.id)]
    return replace(order, token=tokens[0] if tokens else None)


def _is_void(session: Session, owed: Owed) -> bool:
    """Tell whether an alert about an account has been overtaken by its recovery."""
    return owed.kind == "blind" and not is_blind_since(
        session, owed.concern, owed.detail
    )
