"""Which notices a judgement calls for, for whom, and each one's identity."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from track_service.core.alerts import rank
from track_service.core.concerns import beyond
from track_service.core.delay import Concern, ConcernKind, Judgement
from track_service.core.parcel import Shipment
from track_service.core.routing import targets
from track_service.core.steps import News

CLEARED = "cleared"
_ANEW = ":anew"  # ends the cause of what is told once more


class Audience(StrEnum):
    """Who is told."""

    SHOPPER = "shopper"
    OPS = "ops"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message owed: `cause` is unique within the shipment, audience and channel.

    `concern` is what is told of: a trouble, or good news. `target` numbers the brand's address where a channel has several (apprise URLs);
    `is_over` tells that the concern has ended.
    """

    concern: Concern | News
    audience: Audience
    channel: str  # email | webhook | apprise
    cause: str
    target: int = 0
    is_over: bool = False

    @property
    def kind(self) -> str:
        """The concern's kind, or `cleared` where its end is told."""
        return CLEARED if self.is_over else self.concern.kind

    @property
    def about(self) -> str:
        """The concern's cause; where its end is told, with its kind before it."""
        return cause_of(self.concern) if self.is_over else self.concern.cause


_MASS = 10  # parcels: in a small shop two late ones are no mass
_UNUSUAL = 5  # one parcel in so many


def owed(
    shipment: Shipment,
    judgement: Judgement,
    *,
    told: Collection[str],
    shopper_told: Collection[str] | None = None,
    already: Collection[tuple[str, str]] = (),
) -> list[Notice]:
    """Return the notices that are due and whose cause is not in `told` yet.

    Nobody is told of what began before the shipment was given to us, beyond doubt: a
    trouble that lasts and is dated with the day of that alone is told. Where a carrier
    states no time, what is in `already` counts as begun before. Ops hear of every
    other concern once, on each of their channels. The shopper hears by email of the
    most urgent open concern alone of those that the brand's rules let them hear of (in
    the order of `core.alerts`), and never that the
    promise passed once told that the carrier's date lies beyond it.

    `shopper_told` are the causes that the shopper was told of, where the caller knows
    them apart; else `told` stands for both. `already` are the (kind, cause) of what was
    wrong before this look, or may have been, as nobody had looked. Of a past order's
    parcel nobody is told anything.
    """
    if shipment.quiet:
        return []
    wrong = fresh(shipment, judgement, already)
    heard = told if shopper_told is None else shopper_told
    return [
        *_for_shopper(shipment, wrong, heard),
        *(
            notice
            for concern in wrong
            if cause_of(concern) not in told
            for notice in _for_ops(shipment, concern)
        ),
    ]


def fresh(
    shipment: Shipment,
    judgement: Judgement,
    already: Collection[tuple[str, str]] = (),
) -> list[Concern]:
    """Return what is wrong that did not begin before the shipment was given to us.

    `already` is as in `owed`.
    """
    return [
        concern
        for concern in judgement.concerns
        if not before_import(concern, shipment.created_at)
        and (concern.is_dated or (concern.kind, concern.cause) not in already)
    ]


def first_told(shipment: Shipment, wrong: Collection[Concern]) -> Concern | None:
    """Return the most urgent trouble that a shopper may hear of, None for none."""
    customer, tells = shipment.order.customer, shipment.brand.rules.tells
    for_them = [concern for concern in wrong if tells(concern.kind)]
    if not (customer.email or customer.phone):
        return None
    return min(for_them, key=lambda concern: rank(concern.kind), default=None)


def cause_of(concern: Concern | News) -> str:
    """Return what names a concern among a shipment's notices."""
    return f"{concern.kind}:{concern.cause}"


def anew(cause: str) -> str:
    """Return the cause of a notice that tells of a concern for a second time."""
    return f"{cause}{_ANEW}"


def cleared(
    shipment: Shipment, ended: Collection[Concern], *, told: Collection[str]
) -> list[Notice]:
    """Return the word to ops' webhook that concerns which it was told of have ended.

    People are spared: a machine that opened a ticket can close it, a chat need not.
    """
    if not shipment.brand.webhook_url:
        return []
    return [
        Notice(concern, Audience.OPS, "webhook", f"{CLEARED}:{cause}", is_over=True)
        for concern in ended
        if (cause := cause_of(concern)) in told and f"{CLEARED}:{cause}" not in told
    ]


def still_true(notice_kind: str, cause: str, judgement: Judgement) -> bool:
    """Tell, just before sending, whether the cause of a notice holds.

    `cause` is the concern's, with its kind before it (as in `Notice.cause`) or without.
    That a concern is over is true as long as it is not open again.
    """
    cause = cause.removesuffix(_ANEW)
    if notice_kind == CLEARED:
        return all(cause_of(concern) != cause for concern in judgement.concerns)
    return any(
        concern.kind == notice_kind and cause in {concern.cause, cause_of(concern)}
        for concern in judgement.concerns
    )


def is_mass(alike: int, active: int) -> bool:
    """Tell whether an unusual share of a brand's parcels calls for the same notice.

    `alike` parcels called for it within an hour, of `active` ones on their way: ten or
    more that are a fifth of all. Then an outage or a faulty reading is likelier than
    so much bad luck.
    """
    return alike >= _MASS and alike * _UNUSUAL >= active


def before_import(concern: Concern, created_at: datetime) -> bool:
    """Tell whether a concern began, beyond doubt, before the shipment was given to us."""
    return concern.since < created_at


def _for_shopper(
    shipment: Shipment, concerns: Collection[Concern], heard: Collection[str]
) -> list[Notice]:
    first = first_told(shipment, concerns)
    if first is None or cause_of(first) in heard:
        return []
    if _is_no_news(shipment, first, heard):
        return []
    return [Notice(first, Audience.SHOPPER, "email", cause_of(first))]


def _is_no_news(shipment: Shipment, concern: Concern, heard: Collection[str]) -> bool:
    """Late after "your parcel will come after the promised day" says nothing new."""
    promised = shipment.promised_on
    if concern.kind is not ConcernKind.LATE or promised is None:
        return False
    return f"{ConcernKind.DELAYED}:{beyond(promised)}" in heard


def _for_ops(shipment: Shipment, concern: Concern) -> list[Notice]:
    brand, cause = shipment.brand, cause_of(concern)
    hooks = (
        [Notice(concern, Audience.OPS, "webhook", cause)] if brand.webhook_url else []
    )
    alerts = [
        Notice(concern, Audience.OPS, "apprise", cause, target)
        for target in targets(
            brand.ops_urls, brand.routes, kind=concern.kind, carrier=shipment.carrier
        )
    ]
    return hooks + alerts
