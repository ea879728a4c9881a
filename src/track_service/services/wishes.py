"""Wishes of shoppers: read for their parcels, changed by a sealed link or an unsubscribe.

A link holds the brand and keyed hashes of who it is for, sealed; it tells nobody's name
and stays good (RFC 8058 wants that of a link to unsubscribe). There is a hash of the mail
address and one of the telephone number. A mail's link holds that of its address alone, the
page after the second factor links with both.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.channels import channels
from track_service.core.parcel import Brand, Customer, Shipment
from track_service.core.wishes import LANGUAGE, NO, YES, Purpose, Wishes
from track_service.core.wishes import channel_subject as of_channel
from track_service.services.goods.shoppers import digests
from track_service.store import brands, choices, shoppers, ways
from track_service.store.types import KEYS, LostKey

ONE_CLICK, PAGE = "one click", "preferences"


@dataclass(frozen=True, slots=True)
class Link:
    """Whose wishes a link opens; `purpose` is what one click unsubscribes from.

    One that went `by_mail` speaks of mails alone.
    """

    brand: Brand
    names: tuple[str, ...]
    purpose: Purpose = Purpose.UPDATES
    by_mail: bool = False


def of_customer(session: Session, brand: Brand, customer: Customer) -> Wishes:
    """Return what a customer chose; without an address they are nobody."""
    key = shoppers.known_key(session, brand.id)
    if not key:
        return Wishes()
    names = digests(key, email=customer.email, phone=customer.phone)
    return Wishes.of(names, choices.current(session, brand.id, names))


def of_parcels(session: Session, parcels: Iterable[Shipment]) -> dict[int, Wishes]:
    """Return what the shoppers of parcels chose, by the parcel's id."""
    return {
        one.id: of_customer(session, one.brand, one.order.customer) for one in parcels
    }


def token(
    brand: Brand,
    names: Sequence[str],
    purpose: Purpose = Purpose.UPDATES,
    *,
    by_mail: bool = False,
) -> str:
    """Return what a link ends with."""
    told = [brand.id, " ".join(names), purpose, by_mail]
    return KEYS.seal(json.dumps(told).encode()).decode()


def opened(session: Session, given: str) -> Link | None:
    """Return whose wishes a link opens, None where it is not ours."""
    try:
        brand_id, names, purpose, *mail = json.loads(KEYS.open(given.encode()))
        brand = brands.by_id(session, brand_id)
        if brand is None:
            return None
        return Link(brand, tuple(str(names).split()), Purpose(purpose), mail == [True])
    except (LostKey, ValueError, TypeError):
        return None


def wishes_of(session: Session, link: Link) -> Wishes:
    """Return what the shopper of a link chose."""
    return Wishes.of(link.names, choices.current(session, link.brand.id, link.names))


def unsubscribe(session: Session, link: Link, *, now: datetime) -> None:
    """Write to a shopper no more for the purpose of a link."""
    _note(session, link, {link.purpose.value: NO}, source=ONE_CLICK, now=now)


def channels_of(session: Session, link: Link) -> tuple[str, ...]:
    """Return the channels of a link's brand that it speaks of, in their order."""
    mine = [way.channel for way in ways.of_brand(session, link.brand.id)]
    if link.by_mail:
        mine = [code for code in mine if is_mail(code)]
    return tuple(mine) or ("email",)


def for_channel(theirs: Wishes, code: str) -> Wishes:
    """Return of what a shopper chose that which holds for messages by a channel."""
    return theirs.by_mail if is_mail(code) else theirs


def is_mail(code: str) -> bool:
    """Tell whether a channel writes to mail addresses; one that is gone does not."""
    channel = channels().get(code)
    return channel is not None and channel.address == "email"


def choose(
    session: Session,
    link: Link,
    *,
    purposes: Collection[str],
    channels: Collection[str],
    language: str | None,
    now: datetime,
) -> None:
    """Take a filled-in preferences page: what is not among the given is refused."""
    chosen = {p.value: YES if p in purposes else NO for p in Purpose}
    for code in channels_of(session, link):
        chosen[of_channel(code)] = YES if code in channels else NO
    if language in link.brand.languages:
        chosen[LANGUAGE] = language
    _note(session, link, chosen, source=PAGE, now=now)


def _note(
    session: Session,
    link: Link,
    chosen: Mapping[str, str],
    *,
    source: str,
    now: datetime,
) -> None:
    for name in link.names:
        choices.note(session, link.brand.id, name, chosen, source=source, now=now)


def links(base_url: str, brand: Brand, wishes: Wishes) -> Mapping[str, str]:
    """Return where a mail's reader unsubscribes (`one_click`) and chooses (`page`).

    They speak for the address that the mail goes to alone: a telephone number that is
    told with an order may be another's.
    """
    if not wishes.names:
        return {}
    sealed = token(brand, wishes.by_mail.names, by_mail=True)
    return {
        "one_click": f"{base_url}/unsubscribe/{sealed}",
        "page": f"{base_url}/preferences/{sealed}",
    }


def page_url(
    session: Session, brand: Brand, customer: Customer, *, base_url: str, language: str
) -> str | None:
    """Return where a customer who gave the second factor chooses, for mail and phone.

    None where nobody could be told anything yet.
    """
    names = of_customer(session, brand, customer).names
    if not names:
        return None
    return f"{base_url}/preferences/{token(brand, names)}?lang={language}"
