"""Preview: what a shopper would be sent of a made-up parcel, by every channel."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from track_service.core.ahead import Ahead
from track_service.core.delay import ConcernKind
from track_service.core.order_events import OrderEvent
from track_service.core.ordered import Ordered
from track_service.core.parcel import Brand, Customer, Item, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.core.steps import Step
from track_service.core.tracking import Stamp, Window
from track_service.services.mail import kind_of, notice_mail
from track_service.services.order_mail import order_mail
from track_service.services.texting import facts, line
from track_service.templating.render import render_mail

_MEANINGS: Mapping[str, Meaning] = {
    Step.OUT_FOR_DELIVERY: Meaning(Status.OUT_FOR_DELIVERY),
    Step.AVAILABLE_FOR_PICKUP: Meaning(Status.AVAILABLE_FOR_PICKUP),
    Step.DELIVERED: Meaning(Status.DELIVERED),
    Step.RETURNED: Meaning(Status.RETURNED),
    Step.RETURN_RECEIVED: Meaning(Status.RETURNED),
    ConcernKind.ATTEMPT_FAILED: Meaning(Status.ATTEMPT_FAILED),
    ConcernKind.EXCEPTION: Meaning(Status.EXCEPTION, "damaged"),
    ConcernKind.ON_HOLD: Meaning(Status.EXCEPTION, "held"),
    ConcernKind.RETURNING: Meaning(Status.RETURNING),
    ConcernKind.PICKUP_WAITING: Meaning(Status.AVAILABLE_FOR_PICKUP),
}

_TOKEN = "example"  # noqa: S105 - opens nothing
_BOUGHT = Order("1001", (Item("Lotus tea", 2),), Customer("Mai"))


def preview(
    brand: Brand, kind: str, *, language: str | None, base_url: str, now: datetime
) -> Mapping[str, str]:
    """Return what each file of a preview holds, by its name.

    Subject, HTML and text of the mail, the text message, and what fills a Zalo
    template.
    """
    link, chosen_at = f"{base_url}/t/{_TOKEN}", f"{base_url}/preferences/example"
    about: Shipment | Ordered
    if kind in set(OrderEvent):
        about = _order(brand, now)
        told = order_mail(
            about,
            OrderEvent(kind),
            page_url=link,
            now=now,
            language=language,
            preferences_url=chosen_at,
        )
    else:
        about = _parcel(brand, kind, now)
        told = notice_mail(
            about,
            kind_of(kind),
            page_url=link,
            now=now,
            carrier_label="GHN",
            language=language,
            preferences_url=chosen_at,
        )
    letter = render_mail(told)
    return {
        "subject.txt": f"{letter.subject}\n",
        "mail.html": letter.html,
        "mail.txt": letter.text,
        "sms.txt": f"{line(about, told, link)}\n",
        "zns.json": json.dumps(facts(about, told), ensure_ascii=False, indent=2),
    }


def _order(brand: Brand, now: datetime) -> Ordered:
    """Return an order that was promised for yesterday and is expected in two days."""
    today = now.astimezone(ZoneInfo(brand.zone)).date()
    come = today + timedelta(days=2)
    return Ordered(
        id=0,
        brand=brand,
        order=_BOUGHT,
        created_at=now - timedelta(days=4),
        token=_TOKEN,
        promised_on=today - timedelta(days=1),
        outlook=Ahead(come, come, come, 1, 1),
    )


def _parcel(brand: Brand, kind: str, now: datetime) -> Shipment:
    """Return a parcel that was promised for yesterday and comes in two days."""
    today = now.astimezone(ZoneInfo(brand.zone)).date()
    come = Stamp.day(today + timedelta(days=2))
    return Shipment(
        id=0,
        public_id="example",
        token=_TOKEN,
        brand=brand,
        order=_BOUGHT,
        carrier="ghn",
        number="EXAMPLE123",
        created_at=now - timedelta(days=4),
        promised_on=today - timedelta(days=1),
        meaning=_MEANINGS.get(kind, Meaning(Status.IN_TRANSIT)),
        window=Window(come, come),
        seen_at=now,
    )
