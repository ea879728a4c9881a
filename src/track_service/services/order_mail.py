"""The mail about an order that is in no parcel yet: confirmed, not shipped, cancelled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from track_service.core.expected import Expected, Source, order_expected
from track_service.core.order_events import OrderEvent
from track_service.core.ordered import Ordered
from track_service.services.mail import MailContext
from track_service.services.order_state import CANCELLED, SLOW
from track_service.services.tone import CARE, MOVE, Wording
from track_service.services.windows import window_text
from track_service.templating.catalog import choose_language
from track_service.templating.look import look
from track_service.templating.voice import N_, Voice

_WORDED: Mapping[OrderEvent, Wording] = {
    OrderEvent.CONFIRMED: Wording(
        MOVE,
        N_("Your order is confirmed."),
        N_(
            "Next, {brand} packs it and hands it to a carrier. From then on you can"
            " follow it on its page."
        ),
    ),
    OrderEvent.NOT_SHIPPED: Wording(
        CARE, N_("We have not handed your order to a carrier yet."), SLOW
    ),
    OrderEvent.CANCELLED: CANCELLED,
}
_SUBJECTS: Mapping[OrderEvent, str] = {
    OrderEvent.CONFIRMED: N_("Your order {order} is confirmed"),
    OrderEvent.NOT_SHIPPED: N_("Your order {order} is not on its way yet"),
    OrderEvent.CANCELLED: N_("Your order {order} is cancelled"),
}
_BESIDE: Mapping[OrderEvent, str] = {
    OrderEvent.CONFIRMED: N_("Thank you for your order."),
    OrderEvent.NOT_SHIPPED: N_("We are sorry that you have to wait."),
    OrderEvent.CANCELLED: N_("No parcel will come for it."),
}
_STATUS: Mapping[OrderEvent, str] = {
    OrderEvent.CONFIRMED: "OrderProcessing",
    OrderEvent.NOT_SHIPPED: "OrderProcessing",
    OrderEvent.CANCELLED: "OrderCancelled",
}


def order_mail(
    order: Ordered,
    event: OrderEvent,
    *,
    page_url: str,
    now: datetime,
    language: str | None = None,
    preferences_url: str | None = None,
) -> MailContext:
    """Return a mail's content, in the shape of those about parcels."""
    brand, customer = order.brand, order.order.customer
    spoken = choose_language(
        language, customer.locale, brand.locale, offered=brand.languages
    )
    voice, worded = Voice(spoken), _WORDED[event]
    today = now.astimezone(ZoneInfo(brand.zone)).date()
    is_awaited = event is not OrderEvent.CANCELLED
    expected = order_expected(order, today=today) if is_awaited else None
    promised = order.promised_on if is_awaited else None
    if expected is not None and expected.source is Source.MERCHANT:
        promised = None  # that is the day on which it is expected
    headline = voice.say(worded.headline, brand=brand.name)
    return MailContext(
        language=spoken,
        brand=look(brand, voice),
        kind=event,
        tone=worded.tone,
        subject=voice.say(_SUBJECTS[event], order=order.order.number),
        customer=customer.name,
        headline=headline,
        apology=voice.say(_BESIDE[event]),
        what_next=voice.say(worded.what_next, brand=brand.name),
        actions=(),
        arrival=_arrival(expected, order, voice, now),
        is_awaited=is_awaited,
        promised=voice.full_date(promised, today) if promised else None,
        order=order.order.number,
        number="",
        carrier="",
        page_url=page_url,
        others=(),
        short=headline,
        markup=_markup(order, event, page_url),
        preferences_url=preferences_url,
    )


def _arrival(
    expected: Expected | None, order: Ordered, voice: Voice, now: datetime
) -> str | None:
    if expected is None:
        return None
    zone = ZoneInfo(order.brand.zone)
    today = now.astimezone(zone).date()
    return window_text(expected.window, voice, zone=zone, today=today, near=False)


def _markup(order: Ordered, event: OrderEvent, page_url: str) -> Mapping[str, Any]:
    """Return the order as schema.org's Order; https://schema.org/Order."""
    return {
        "@context": "http://schema.org",
        "@type": "Order",
        "orderNumber": order.order.number,
        "orderStatus": f"http://schema.org/{_STATUS[event]}",
        "merchant": {"@type": "Organization", "name": order.brand.name},
        "url": page_url,
    }
