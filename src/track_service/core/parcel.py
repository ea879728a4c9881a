"""What we know of a shipment and whom it is for: Brand, Order, Shipment.

No `repr` shows a secret or a person: it ends up in logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from track_service.core.detail import NOTHING, Detail
from track_service.core.outlook import Outlook
from track_service.core.routing import Route
from track_service.core.rules import DEFAULT, Rules
from track_service.core.status import UNKNOWN, Meaning
from track_service.core.tracking import Event, Stamp, Window


@dataclass(frozen=True, slots=True)
class Brand:
    """A shop: its look (`theme`), its languages, zone and help, and whether it sends.

    `theme` is the document that docs/templates.md describes. `sending` is False while
    the brand is in shadow mode. `zone` is an IANA name. `ops_urls` are apprise URLs,
    told of what none of the `routes` is for; `webhook_url` takes signed webhooks;
    `rules` say what shoppers hear of. `host` is its own, proven by the DNS.
    """

    id: int
    code: str
    name: str
    locale: str = "en"
    languages: tuple[str, ...] = ("en", "vi")
    zone: str = "UTC"
    theme: Mapping[str, Any] = field(default_factory=dict)
    support_url: str | None = None
    support_email: str | None = None
    support_phone: str | None = None
    mail_from: str | None = None
    sending: bool = False
    webhook_url: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    ops_urls: tuple[str, ...] = field(default=(), repr=False)
    routes: tuple[Route, ...] = field(default=(), repr=False)
    rules: Rules = field(default=DEFAULT, repr=False)
    host: str | None = None

    def home(self, base_url: str) -> str:
        """Return where links to its pages begin: on its proven host, else at ours."""
        return f"https://{self.host}" if self.host else base_url


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an order; `price` is for one piece, in the order's currency."""

    title: str
    quantity: int = 1
    sku: str | None = None
    variant: str | None = None
    price: Decimal | None = None
    image_url: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom a parcel is for; every field is personal and is blanked on erasure."""

    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order is delivered; `street` may hold several lines, joined by commas.

    `country` is ISO 3166, two letters. All of it is personal.
    """

    street: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)
    region: str | None = field(default=None, repr=False)
    postal: str | None = field(default=None, repr=False)
    country: str | None = None

    def __bool__(self) -> bool:
        """Whether anything of it is known."""
        return any((self.street, self.city, self.region, self.postal))


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought; `cod_amount` is what the courier collects, None if prepaid.

    Of a gift no page shows what is in it: `shown` are the items that one may.
    """

    number: str
    items: tuple[Item, ...] = ()
    customer: Customer = field(default_factory=Customer)
    cod_amount: Decimal | None = None
    currency: str | None = None
    placed_at: datetime | None = None
    address: Address = field(default_factory=Address)
    is_gift: bool = False

    @property
    def shown(self) -> tuple[Item, ...]:
        """Return the items that a page may show."""
        return () if self.is_gift else self.items


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel with its history, as store returns it. Datetimes are aware UTC.

    `events` are the scans that stand (withdrawn ones left out), oldest first.
    `asked_at` is our last question to the carrier, `seen_at` the last that it answered
    (or pushed, at `pushed_at`); `blind` are the stretches (start, end) without a good
    answer since its last news, oldest first; `trouble` is why the last question failed (a word of
    `Trouble`), None if it did not; `viewed_at` is when a shopper last had the page open.
    `version` grows with every change that the page shows. `carrier_stated` is what the
    shop wrote for the carrier, None if nothing; `carrier_before` is the carrier with
    which it was registered, None unless another turned out to have it; `carrier_named`
    is whom an aggregator names: our code, or its own words. `asked_of` is the aggregator
    that is asked in the carrier's place, None if none is, and `own_after` when the
    carrier itself is tried again. `detail` is told beside the scans. A `quiet` one is
    of a past order that was imported: nobody is ever told of it. An `inward` one is on
    its way from the shopper to the shop. `outlook` is what we foresee, None of one at its end.
    `service` is which of its carrier's was bought, in the shop's words.
    """

    id: int
    public_id: str
    token: str = field(repr=False)
    brand: Brand
    order: Order
    carrier: str
    number: str
    created_at: datetime
    promised_on: date | None = None
    shipped_on: date | None = None
    postal: str | None = field(default=None, repr=False)
    meaning: Meaning = UNKNOWN
    window: Window | None = None
    delivered_at: Stamp | None = None
    signed_by: str | None = field(default=None, repr=False)
    promise_state: str = "no_promise"
    motion_state: str = "moving"
    events: tuple[Event, ...] = ()
    asked_at: datetime | None = None
    seen_at: datetime | None = None
    blind: tuple[tuple[datetime, datetime], ...] = ()
    trouble: str | None = None
    failures: int = 0
    viewed_at: datetime | None = None
    pushed_at: datetime | None = None
    paused_at: datetime | None = None
    version: int = 1
    erased_at: datetime | None = None
    carrier_stated: str | None = None
    carrier_before: str | None = None
    carrier_named: str | None = None
    asked_of: str | None = None
    own_after: datetime | None = None
    quiet: bool = False
    inward: bool = False
    service: str | None = None
    outlook: Outlook | None = None
    detail: Detail = NOTHING
