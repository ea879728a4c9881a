"""What a parcel's page offers beyond its state: help, what was reported, who it is for.

Names and contacts are told only to who gave the order's second factor, and until sixty
days after the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from track_service.core import masking
from track_service.core.calendar import today
from track_service.core.cases import CaseKind, is_closed, may_redeliver, offered
from track_service.core.parcel import Shipment
from track_service.core.promise import promise_state
from track_service.core.status import Status
from track_service.services.case_wording import (
    BY,
    ENDS,
    LABELS,
    NEXT,
    NOT_RECEIVED_THOUGH_DELIVERED,
    OVERDUE,
)
from track_service.store.cases import Case
from track_service.templating.links import web_link
from track_service.templating.voice import Voice

_SHOWN_FOR = timedelta(days=30)  # a case, after it was settled


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that only the buyer is told; contact and street are masked."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the shopper reported: in a word, and what comes or came of it."""

    what: str
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Care:
    """Addresses are paths of ours, None where there is nothing to do there.

    `is_open` tells that the reader gave the second factor: nobody may keep such a page.
    Only then `proof` is the carrier's photo of the delivery; `has_proof` if it has one.
    """

    facts: tuple[Fact, ...] = ()
    told: tuple[Told, ...] = ()
    is_open: bool = False
    confirm: str | None = None
    report: str | None = None
    redeliver: str | None = None
    proof: str | None = None
    has_proof: bool = False


def care(
    shipment: Shipment,
    voice: Voice,
    *,
    cases: Sequence[Case] = (),
    carrier_label: str,
    proven: bool = False,
    voucher: str | None = None,
    now: datetime,
) -> Care:
    """Return what to offer, and to who has `proven` that the order is theirs, to show.

    Nothing of a return: it is for the shop.
    """
    zone = ZoneInfo(shipment.brand.zone)
    if shipment.inward or is_closed(shipment, now=now, zone=zone):
        return Care(is_open=proven)
    here, ask = f"/t/{shipment.token}", f"?lang={voice.language}"
    newest = {case.kind: case for case in reversed(cases)}
    waiting = {case.kind for case in newest.values() if case.settled_at is None}
    left = set(choices(shipment, now=now)) - waiting
    photo = _photo(shipment)
    wishes = may_redeliver(shipment) and CaseKind.REDELIVER not in waiting
    return Care(
        facts=tuple(_facts(shipment, voice, cases, voucher)) if proven else (),
        told=tuple(
            told(case, shipment, voice, carrier_label=carrier_label, now=now)
            for case in newest.values()
            if case.kind is not CaseKind.UNHAPPY  # a rating, answered by a thank-you
            if case.settled_at is None or case.settled_at + _SHOWN_FOR > now
        ),
        is_open=proven,
        confirm=None if proven else f"{here}/confirm{ask}",
        report=f"{here}/problem{ask}" if left else None,
        redeliver=f"{here}/delivery{ask}" if wishes else None,
        proof=photo if proven else None,
        has_proof=photo is not None,
    )


def choices(shipment: Shipment, *, now: datetime) -> tuple[CaseKind, ...]:
    """Return what a shopper may report of a parcel at present."""
    zone = ZoneInfo(shipment.brand.zone)
    promise = promise_state(shipment, now=now, zone=zone)
    return offered(shipment, promise, now=now, zone=zone)


def label(kind: CaseKind, shipment: Shipment) -> str:
    """Return the message that names a case."""
    is_delivered = shipment.meaning.status is Status.DELIVERED
    if kind is CaseKind.NOT_RECEIVED and is_delivered:
        return NOT_RECEIVED_THOUGH_DELIVERED
    return LABELS[kind]


def told(
    case: Case, shipment: Shipment, voice: Voice, *, carrier_label: str, now: datetime
) -> Told:
    """Return a case as its shopper reads it: what happens next and by when, or its end."""
    names = {"brand": shipment.brand.name, "carrier": carrier_label}
    zone = ZoneInfo(shipment.brand.zone)
    if case.outcome is not None:
        text = voice.say(ENDS[case.outcome], **names)
    else:
        due, here = today(case.due_at, zone), today(now, zone)
        by = OVERDUE if due < here else BY  # a day is told, so it is over with the day
        by = voice.say(by, day=voice.full_date(due, here), **names)
        text = f"{voice.say(NEXT[case.kind], **names)} {by}"
    return Told(voice.say(label(case.kind, shipment)), text, case.outcome is None)


def _photo(shipment: Shipment) -> str | None:
    """Return where the carrier shows the delivery, once there was one."""
    is_there = shipment.meaning.status is Status.DELIVERED
    return web_link(shipment.detail.proof_url) if is_there else None


def _facts(
    shipment: Shipment, voice: Voice, cases: Sequence[Case], voucher: str | None
) -> Iterator[Fact]:
    order = shipment.order
    customer, address = order.customer, order.address
    wish = next((case for case in cases if case.kind is CaseKind.REDELIVER), None)
    known = (
        (voice.say("Name"), customer.name),
        (voice.say("Address"), masking.address(address) if address else None),
        (voice.say("Email"), customer.email and masking.email(customer.email)),
        (voice.say("Phone"), customer.phone and masking.phone(customer.phone)),
        (voice.say("Signed for by"), shipment.signed_by),
        (voice.say("Your note to the courier"), wish and wish.text),
        (voice.say("Your voucher"), voucher),
    )
    return (Fact(name, value) for name, value in known if value)
