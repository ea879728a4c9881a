"""Short messages to shoppers: a line with a link, or what fills a template."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from track_service.channels import channels
from track_service.channels.base import Form, Message
from track_service.core import zns
from track_service.core.ordered import Ordered
from track_service.core.parcel import Shipment
from track_service.services.mail import MailContext, Told, kind_of, notice_mail
from track_service.services.naming import carrier_label
from track_service.store.notices import Owed
from track_service.templating.voice import N_, Voice

log = structlog.get_logger("track_service.texting")


def message(
    owed: Owed,
    shipment: Shipment,
    settings: Mapping[str, str],
    *,
    link: str,
    language: str | None = None,
    others: Sequence[Told] = (),
    voucher: str | None = None,
    now: datetime,
    wall: datetime,
) -> Message | None:
    """Return the message by `owed.channel`; None without a number or a template."""
    told = notice_mail(
        shipment,
        kind_of(owed.kind),
        owed.detail,
        page_url=link,
        now=now,
        carrier_label=carrier_label(shipment),
        language=language,
        others=others,
        voucher=voucher,
    )
    return short(owed, shipment, told, settings, link=link, wall=wall)


def short(
    owed: Owed,
    about: Shipment | Ordered,
    told: MailContext,
    settings: Mapping[str, str],
    *,
    link: str,
    wall: datetime,
) -> Message | None:
    """Return what a mail tells as the message by `owed.channel`; None as `message`."""
    to = about.order.customer.phone
    if not to:
        return None
    payload = None
    if channels()[owed.channel].form == Form.TEMPLATE:
        payload = _filled(owed, about, settings, told)
        if payload is None:
            return None
    return Message(
        to=to,
        subject=told.subject,
        text=line(about, told, link),
        language=told.language,
        payload=payload,
        settings=settings,
        key=owed.key,
        sent_at=wall,
    )


def _filled(
    owed: Owed,
    about: Shipment | Ordered,
    settings: Mapping[str, str],
    told: MailContext,
) -> dict[str, object] | None:
    template = json.loads(settings["templates"]).get(owed.kind)
    if template is None:
        return None
    try:
        data = zns.fill(template, facts(about, told))
    except zns.Unfillable as error:
        log.info("template not filled", notice=owed.id, reason=str(error))
        return None
    return {"template_id": str(template["template_id"]), "template_data": data}


def line(about: Shipment | Ordered, told: MailContext, link: str) -> str:
    """Return a text message: the shop, the news, and where to read more."""
    said = [told.short]
    if told.voucher:
        sorry = N_("With our apologies, a voucher for you: {code}")
        said.append(Voice(told.language).say(sorry, code=told.voucher))
    return f"{about.brand.name}: {' '.join(said)} {link}"


def facts(about: Shipment | Ordered, told: MailContext) -> dict[str, str | None]:
    """Return what can fill a template, by the names that its parameters ask for."""
    return {
        "arrival": told.arrival,
        "brand": about.brand.name,
        "carrier": told.carrier or None,
        "customer": told.customer,
        "headline": told.short,
        "number": told.number or None,
        "order": told.order,
        "page_path": f"t/{about.token}",
        "promised": told.promised,
    }
