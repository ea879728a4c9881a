"""From a notice that is owed to the message that a channel sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from track_service.channels import channels
from track_service.channels.base import Form, Message
from track_service.core.delay import ConcernKind
from track_service.core.notices import CLEARED
from track_service.core.order_events import OrderEvent
from track_service.core.ordered import Ordered
from track_service.core.parcel import Brand, Shipment
from track_service.core.routing import address
from track_service.core.wishes import Wishes
from track_service.services import alarms, texting
from track_service.services.alert import alert
from track_service.services.case_words import alert_words, case_data
from track_service.services.mail import MailContext, Told, kind_of, notice_mail
from track_service.services.naming import carrier_label
from track_service.services.order_mail import order_mail
from track_service.services.wishes import links
from track_service.store.cases import Case
from track_service.store.notices import Owed
from track_service.templating.render import render_alert, render_mail

NOT_SHIPPED = "not_shipped"


def page_url(base_url: str, shipment: Shipment) -> str:
    """Return the shopper's link: our own address, never one taken from a request."""
    return f"{shipment.brand.home(base_url)}/t/{shipment.token}"


def order_url(base_url: str, token: str | None) -> str | None:
    """Return the link of an order's page, None where it has none."""
    return None if token is None else f"{base_url}/t/{token}"


def of_shipment(
    owed: Owed, shipment: Shipment, *, base_url: str, now: datetime, wall: datetime
) -> Message | None:
    """Return the message to ops about a parcel, None where there is nobody to tell."""
    return _alert(owed, shipment, base_url, now, wall)


def to_shopper(
    owed: Owed,
    shipment: Shipment,
    settings: Mapping[str, str],
    wishes: Wishes,
    others: Sequence[tuple[Owed, Shipment]] = (),
    *,
    voucher: str | None = None,
    base_url: str,
    now: datetime,
    wall: datetime,
) -> Message | None:
    """Return the message by `owed.channel`, None where it cannot reach this shopper.

    It tells of the `others` as well: what is owed of more parcels of the order. The
    `voucher` is the order's; news that all is well do without.
    """
    told = [(kind_of(one.kind), one.detail, parcel) for one, parcel in others]
    if channels()[owed.channel].form == Form.LETTER:
        return _mail(owed, shipment, wishes, told, voucher, base_url, now, wall)
    link = page_url(base_url, shipment)
    return texting.message(
        owed,
        shipment,
        settings,
        link=link,
        language=wishes.language,
        others=told,
        voucher=voucher,
        now=now,
        wall=wall,
    )


def _mail(
    owed: Owed,
    shipment: Shipment,
    wishes: Wishes,
    others: Sequence[Told],
    voucher: str | None,
    base_url: str,
    now: datetime,
    wall: datetime,
) -> Message | None:
    chosen_at = links(base_url, shipment.brand, wishes)
    mail = notice_mail(
        shipment,
        kind_of(owed.kind),
        owed.detail,
        page_url=page_url(base_url, shipment),
        now=now,
        carrier_label=carrier_label(shipment),
        language=wishes.language,
        preferences_url=chosen_at.get("page"),
        others=others,
        voucher=voucher,
    )
    return _as_letter(owed, shipment, mail, chosen_at, wall)


def order_to_shopper(
    owed: Owed,
    order: Ordered,
    settings: Mapping[str, str],
    wishes: Wishes,
    *,
    base_url: str,
    now: datetime,
    wall: datetime,
) -> Message | None:
    """Return the message about an order by `owed.channel`, None as `to_shopper` does."""
    link = order_url(order.brand.home(base_url), order.token)
    if link is None:
        return None
    chosen_at = links(base_url, order.brand, wishes)
    mail = order_mail(
        order,
        OrderEvent(owed.kind),
        page_url=link,
        now=now,
        language=wishes.language,
        preferences_url=chosen_at.get("page"),
    )
    if channels()[owed.channel].form == Form.LETTER:
        return _as_letter(owed, order, mail, chosen_at, wall)
    return texting.short(owed, order, mail, settings, link=link, wall=wall)


def _as_letter(
    owed: Owed,
    about: Shipment | Ordered,
    mail: MailContext,
    chosen_at: Mapping[str, str],
    wall: datetime,
) -> Message | None:
    brand, email = about.brand, about.order.customer.email
    if not email:
        return None
    letter = render_mail(mail)
    return Message(
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        sender=f"{brand.name} <{brand.mail_from}>" if brand.mail_from else None,
        reply_to=brand.support_email,
        language=mail.language,
        unsubscribe=chosen_at.get("one_click"),
        key=owed.key,
        sent_at=wall,
    )


def _alert(
    owed: Owed, shipment: Shipment, base_url: str, now: datetime, wall: datetime
) -> Message | None:
    brand = shipment.brand
    to = _target(owed, brand, brand.ops_urls)
    if to is None:
        return None
    title, body = _alert_words(owed, shipment, base_url, now)
    return Message(
        to=to,
        subject=title,
        text=body,
        payload={
            "type": f"shipment.{owed.kind}",
            "timestamp": owed.owed_at.isoformat(),
            "data": _data(owed, shipment, base_url),
        },
        secret=brand.webhook_secret,
        key=owed.key,
        sent_at=wall,
    )


def _alert_words(
    owed: Owed, shipment: Shipment, base_url: str, now: datetime
) -> tuple[str, str]:
    if owed.kind == CLEARED:  # for machines: the webhook's payload says it all
        return f"{shipment.order.number}: {owed.concern} is over", ""
    return render_alert(
        alert(
            shipment,
            ConcernKind(owed.kind),
            owed.detail,
            now=now,
            carrier_label=carrier_label(shipment),
            link=page_url(base_url, shipment),
        )
    )


def _data(owed: Owed, shipment: Shipment, base_url: str) -> dict[str, Any]:
    promised = shipment.promised_on
    window = shipment.window
    return {
        "brand": shipment.brand.code,
        "shipment": shipment.public_id,
        "order_number": shipment.order.number,
        "carrier": shipment.carrier,
        "tracking_number": shipment.number,
        "status": shipment.meaning.status,
        "sub_status": shipment.meaning.sub,
        "cause": shipment.meaning.cause,
        "concern": owed.concern.partition(":")[0]
        if owed.kind == CLEARED
        else owed.kind,
        "detail": owed.detail,
        "promised_on": promised.isoformat() if promised else None,
        "promise_state": shipment.promise_state,
        "estimated_delivery": {"from": window.start.text, "until": window.until.text}
        if window
        else None,
        "page_url": page_url(base_url, shipment),
    }


def of_order(
    owed: Owed, order: Ordered, *, base_url: str, wall: datetime
) -> Message | None:
    """Return the word to ops that an order is not shipped, None if nobody is told."""
    brand, number = order.brand, order.order.number
    to = _target(owed, brand, brand.ops_urls)
    if to is None:
        return None
    link = order_url(order.brand.home(base_url), order.token)
    return Message(
        to=to,
        subject=f"{brand.name}: order {number} is not shipped",
        text=f"It waits for longer than the shop's orders usually do.\n{link}",
        payload={
            "type": f"order.{owed.kind}",
            "timestamp": owed.owed_at.isoformat(),
            "data": {
                "brand": brand.code,
                "order_number": number,
                "stage": order.stage,
                "confirmed_at": order.confirmed_at and order.confirmed_at.isoformat(),
                "late_since": owed.detail,
                "page_url": link,
            },
        },
        secret=brand.webhook_secret,
        key=owed.key,
        sent_at=wall,
    )


def of_case(owed: Owed, case: Case, brand: Brand, *, wall: datetime) -> Message | None:
    """Return the word to ops that a shopper reported something, None if nobody is told."""
    to = _target(owed, brand, brand.ops_urls)
    if to is None:
        return None
    subject, text = alert_words(case, brand=brand.name)
    return Message(
        to=to,
        subject=subject,
        text=text,
        payload={
            "type": "case.opened",
            "timestamp": owed.owed_at.isoformat(),
            "data": case_data(case),
        },
        secret=brand.webhook_secret,
        key=owed.key,
        sent_at=wall,
    )


def general(
    owed: Owed,
    brand: Brand | None,
    urls: Sequence[str],
    *,
    wall: datetime,
    words: tuple[str, str] | None = None,
) -> Message | None:
    """Return the message to ops about a brand or a carrier account as a whole."""
    to = _target(owed, brand, urls)
    if to is None:
        return None
    subject, text = words or _general_words(owed, brand)
    return Message(
        to=to,
        subject=subject,
        text=text,
        payload={
            "type": f"service.{owed.kind}",
            "timestamp": owed.owed_at.isoformat(),
            "data": {
                "brand": brand.code if brand else None,
                "about": owed.concern,
                "detail": owed.detail,
            },
        },
        secret=brand.webhook_secret if brand else None,
        key=owed.key,
        sent_at=wall,
    )


def _general_words(owed: Owed, brand: Brand | None) -> tuple[str, str]:
    if owed.kind in alarms.KINDS:
        return alarms.words(owed.kind, owed.concern, owed.detail)
    if owed.kind == "hold":
        name = brand.name if brand else ""
        return (
            f"{name}: many “{owed.concern}” notices at once are held",
            "An unusual share of parcels calls for the same notice within an hour. "
            "Look at `track-service notices list --state held`, then release or drop "
            "them with `track-service notices release` or `notices drop`.",
        )
    if owed.kind == "seeing":
        return (
            f"{owed.concern} answers again",
            f"The carrier account {owed.concern} can be asked again.",
        )
    return (
        f"{owed.concern} cannot be asked",
        f"Nothing was learnt from the carrier account {owed.concern} since "
        f"{owed.detail}. Stall clocks stand still; the pages say when we last looked.",
    )


def _target(owed: Owed, brand: Brand | None, urls: Sequence[str]) -> str | None:
    if owed.channel == "webhook":
        return brand.webhook_url if brand else None
    return address(urls, brand.routes if brand else (), owed.target)
