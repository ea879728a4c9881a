"""An order as its shop holds it: before it is in any parcel, and beside its parcels."""

from dataclasses import dataclass, field
from datetime import date, datetime

from track_service.core.ahead import Ahead
from track_service.core.handover import Stage
from track_service.core.parcel import Brand, Order


@dataclass(frozen=True, slots=True)
class Untracked:
    """A parcel that nobody can be asked for; each as its shop wrote it, or None."""

    carrier: str | None = None
    number: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order with all that was ordered. Datetimes are aware UTC.

    `token` opens its page, None where no storefront told of it. `confirmed_at` is since
    when its shop could pack it, `staged_at` when it came to its present stage,
    `late_since` since when that takes longer than usual. `service` is what was bought to
    have it delivered, in the shop's words. `outlook` is what we foresee.
    """

    id: int
    brand: Brand
    order: Order
    created_at: datetime
    token: str | None = field(default=None, repr=False)
    stage: Stage | None = None
    staged_at: datetime | None = None
    confirmed_at: datetime | None = None
    promised_on: date | None = None
    cancelled_at: datetime | None = None
    late_since: datetime | None = None
    service: str | None = None
    untracked: tuple[Untracked, ...] = ()
    outlook: Ahead | None = None
