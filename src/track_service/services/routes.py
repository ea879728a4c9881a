"""Routes: by which channels a shopper may still be told, the first to be tried first."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from track_service.channels import channels
from track_service.core.notices import Audience
from track_service.core.ordered import Ordered
from track_service.core.parcel import Customer, Shipment
from track_service.core.sms import msisdn
from track_service.core.wishes import Purpose, Wishes
from track_service.services.wishes import for_channel
from track_service.store import deliveries, suppressions, ways
from track_service.store.notices import Owed
from track_service.store.ways import Way

# A brand that has set nothing writes mails.
_USUAL = (Way("email"),)
_VIETNAM = "84"
About = Shipment | Ordered  # what a shopper is told of


def open_ways(
    session: Session,
    claimed: Sequence[Owed],
    about: Mapping[int, tuple[About, Wishes]],
) -> dict[int, list[Way]]:
    """Return the ways that are left for each notice to a shopper.

    `about` holds what each is about, and what its shopper wishes, by the notice's id.

    Left out are those from which it was passed on, those without an address, those
    whose address is suppressed, and those that the brand's rules or the shopper will not
    have.
    """
    routes = ways.by_brand(session)
    told = [owed for owed in claimed if owed.audience == Audience.SHOPPER]
    passed = deliveries.passed(session, [owed.id for owed in told])
    keyed = suppressions.keyed(session)
    found: dict[int, list[Way]] = {}
    for owed in told:
        if owed.id not in about or owed.brand_id is None:
            continue
        of, theirs = about[owed.id]
        customer = of.order.customer
        found[owed.id] = [
            way
            for way in routes.get(owed.brand_id, _USUAL)
            if way.channel in channels()
            and of.brand.rules.allows(owed.kind, way.channel)
            and _is_wanted(theirs, way.channel)
            and way.channel not in passed.get(owed.id, ())
            and getattr(customer, channels()[way.channel].address)
            and not (
                owed.brand_id in keyed
                and _is_suppressed(session, owed.brand_id, way, customer)
            )
        ]
    return found


def _is_wanted(theirs: Wishes, channel: str) -> bool:
    mine = for_channel(theirs, channel)
    return mine.allow(Purpose.UPDATES) and mine.take(channel)


def _is_suppressed(
    session: Session, brand_id: int, way: Way, customer: Customer
) -> bool:
    address = getattr(customer, channels()[way.channel].address)
    same = canonical(way.channel, address, way.settings)
    return suppressions.reason(session, brand_id, way.channel, same) is not None


def canonical(channel: str, address: str, settings: Mapping[str, str]) -> str:
    """Return an address as suppressions know it, however the shop wrote it."""
    if channels()[channel].address != "phone":
        return address
    return msisdn(address, country=settings.get("country", _VIETNAM)) or address
