"""The staff's alert: one parcel's trouble in a few lines, without personal words."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from track_service.core.delay import ConcernKind
from track_service.core.parcel import Shipment
from track_service.services.checks import checks
from track_service.services.mail import notice_mail
from track_service.services.wording_alerts import LABELS
from track_service.templating.catalog import choose_language
from track_service.templating.look import Look, look
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class AlertContext:
    """The alert template's contract."""

    language: str = field(metadata={"help": "Code of the brand's language."})
    brand: Look = field(metadata={"help": "Shop: name, code, …"})
    kind: str = field(metadata={"help": "A kind of docs/alerts.md: late, on_hold, …"})
    kind_label: str = field(metadata={"help": "The same in words."})
    detail: str | None = field(metadata={"help": "The concern's detail as it stands."})
    headline: str = field(metadata={"help": "What the shopper is told."})
    order: str = field(metadata={"help": "The shop's order number."})
    number: str = field(metadata={"help": "The carrier's number."})
    carrier: str = field(metadata={"help": "The carrier's name."})
    promised: str | None = field(metadata={"help": "The promised day."})
    arrival: str | None = field(metadata={"help": "When it is expected now."})
    last_scan: str | None = field(metadata={"help": "Newest scan: when and where."})
    link: str | None = field(metadata={"help": "Where staff can act, if anywhere."})


def alert(
    shipment: Shipment,
    kind: ConcernKind,
    detail: str | None = None,
    *,
    now: datetime,
    carrier_label: str,
    link: str | None = None,
) -> AlertContext:
    """Return an alert's content, in the brand's own language."""
    brand = shipment.brand
    language = choose_language(brand.locale, offered=(brand.locale,))
    voice = Voice(language)
    told = notice_mail(
        shipment,
        kind,
        detail,
        page_url="",
        now=now,
        carrier_label=carrier_label,
        language=language,
    )
    known = checks(
        shipment,
        voice,
        now=now,
        zone=ZoneInfo(brand.zone),
        carrier_label=carrier_label,
        blind=False,
    )
    return AlertContext(
        language=language,
        brand=look(brand, voice),
        kind=kind,
        kind_label=voice.say(LABELS[kind]),
        detail=detail,
        headline=told.headline,
        order=told.order,
        number=told.number,
        carrier=carrier_label,
        promised=told.promised,
        arrival=told.arrival,
        last_scan=known.last_scan,
        link=link,
    )
