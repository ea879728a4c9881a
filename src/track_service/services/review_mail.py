"""What asks for reviews, or whether what went wrong was put right: a mail, as a rule.

Where the brand has Zalo's rating template it asks for the delivery's stars first.

Its stars are links to a page on which they are chosen; nothing is sent before a button
is pressed there. Who refused such mails, or mails at all, gets none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from track_service.channels.base import Message
from track_service.core.parcel import Shipment
from track_service.core.reviews import KIND, STARS, Question
from track_service.core.wishes import Purpose, Wishes
from track_service.services import review_zalo, wishes
from track_service.services.page import page_language
from track_service.services.post import Post
from track_service.services.rating import asked_of
from track_service.services.review_link import invite
from track_service.services.review_zalo import Rating
from track_service.services.reviewing import Line, lines
from track_service.store import reviews, shipments, suppressions
from track_service.store.notices import Owed
from track_service.templating.look import Look, look
from track_service.templating.render import render_mail
from track_service.templating.voice import Voice

_MOST = 5  # products in a mail; the page has all


@dataclass(frozen=True, slots=True)
class Starred:
    """A product and the address that each of its stars leads to."""

    title: str
    stars: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ReviewMail:
    """The contract of the mail that asks; it names nobody."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    brand: Look = field(metadata={"help": "Shop: name, initial, palette, support, …"})
    order: str = field(metadata={"help": "The shop's order number."})
    is_recovery: bool = field(
        metadata={"help": "Whether it asks if what went wrong was put right."}
    )
    products: tuple[Starred, ...] = field(
        metadata={"help": "What was bought: title, stars (number, address)."}
    )
    link: str = field(metadata={"help": "Absolute address of the page that asks."})
    preferences_url: str | None = field(
        metadata={"help": "Where to choose what to be told, if that is known."}
    )


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a shopper may be asked right now, by which channels, and what they wish."""

    shipment: Shipment
    question: Question
    left: Sequence[Line]
    wishes: Wishes
    zalo: Rating | None = None
    by_mail: bool = True

    def channel(self, asked: int) -> str:
        """Return by what to ask, after it was asked so often: the reminder is a mail."""
        is_mail = self.zalo is None or (asked > 0 and self.by_mail)
        return "email" if is_mail else review_zalo.CHANNEL

    def takes(self, channel: str) -> bool:
        """Tell whether this may be asked by a channel."""
        return self.by_mail if channel == "email" else self.zalo is not None


def invitations(
    session: Session, claimed: Sequence[Owed], *, now: datetime
) -> dict[int, Invitation]:
    """Return whom to ask, by the notice that asks; judged anew right before it goes."""
    asking = [owed for owed in claimed if owed.kind == KIND]
    if not asking:
        return {}
    ids = sorted({int(owed.concern) for owed in asking})
    found = {h.shipment.id: h.shipment for h in shipments.load(session, ids)}
    told = (
        (owed, invitation(session, found[int(owed.concern)], now=now))
        for owed in asking
        if int(owed.concern) in found
    )
    return {
        o.id: one
        for o, one in told
        if one and one.question == o.detail and one.takes(o.channel)
    }


def invitation(
    session: Session, shipment: Shipment, *, now: datetime
) -> Invitation | None:
    """Return what to ask a parcel's shopper, None for nothing."""
    question = asked_of(session, shipment, now=now)
    theirs = wishes.of_customer(session, shipment.brand, shipment.order.customer)
    if question is None:
        return None
    mail = theirs.by_mail
    is_wanted = mail.allow(Purpose.REVIEW) and mail.take("email")
    by_mail = is_wanted and _is_reached(session, shipment)
    zalo = None
    if question is Question.REVIEW and theirs.allow(Purpose.REVIEW):
        zalo = review_zalo.rating(session, shipment, theirs, kind=KIND)
    if not by_mail and zalo is None:
        return None
    done = reviews.of_order(session, shipment.id)
    left = [line for line in lines(session, shipment) if line.product not in done]
    if question is Question.REVIEW and not left:
        return None
    return Invitation(shipment, question, left, theirs, zalo, by_mail)


def _is_reached(session: Session, shipment: Shipment) -> bool:
    email = shipment.order.customer.email
    return bool(email) and not suppressions.reason(
        session, shipment.brand.id, "email", email or ""
    )


def review_message(post: Post, owed: Owed, to: Invitation) -> Message:
    """Return what asks, by the channel of its notice."""
    if to.zalo is not None and owed.channel == review_zalo.CHANNEL:
        return review_zalo.message(post, owed, to.shipment, to.zalo)
    shipment, brand = to.shipment, to.shipment.brand
    language = page_language(shipment, to.wishes.language)
    chosen_at = _choices(post.base_url, to)
    mail = _mail(post, to, language, chosen_at.get("page"))
    letter = render_mail(mail, "mail/review")
    return Message(
        to=shipment.order.customer.email or "",
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        sender=f"{brand.name} <{brand.mail_from}>" if brand.mail_from else None,
        reply_to=brand.support_email,
        language=language,
        key=owed.key,
        sent_at=post.wall(),
        unsubscribe=chosen_at.get("one_click"),
    )


def _mail(
    post: Post, to: Invitation, language: str, preferences_url: str | None
) -> ReviewMail:
    shipment, brand = to.shipment, to.shipment.brand
    here, tongue = (
        f"{brand.home(post.base_url)}/t/{shipment.token}",
        f"?lang={language}",
    )
    is_recovery = to.question is Question.RECOVERY
    proof = invite(brand, shipment.order.number, wall=post.wall())
    page = f"{here}/review/{proof}{tongue}"
    return ReviewMail(
        language=language,
        brand=look(brand, Voice(language)),
        order=shipment.order.number,
        is_recovery=is_recovery,
        products=()
        if is_recovery
        else tuple(_starred(p, page) for p in to.left[:_MOST]),
        link=f"{here}{tongue}#rate" if is_recovery else page,
        preferences_url=preferences_url,
    )


def _starred(line: Line, page: str) -> Starred:
    return Starred(
        line.title,
        tuple(
            (n, f"{page}&{urlencode({'product': line.product, 'stars': n})}")
            for n in STARS
        ),
    )


def _choices(base_url: str, to: Invitation) -> Mapping[str, str]:
    """Return where they choose; one click refuses such mails alone."""
    brand, names = to.shipment.brand, to.wishes.by_mail.names
    found = dict(wishes.links(base_url, brand, to.wishes))
    if names:
        sealed = wishes.token(brand, names, Purpose.REVIEW, by_mail=True)
        found["one_click"] = f"{base_url}/unsubscribe/{sealed}"
    return found
