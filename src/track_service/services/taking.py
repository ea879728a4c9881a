"""What was kept of storefronts' hooks is taken in: as it came, or completed by asking."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import structlog

from track_service.core.handover import Handover
from track_service.http import Guarded, HttpError
from track_service.services.connecting import opened
from track_service.services.desk import Desk
from track_service.services.goods import arrivals
from track_service.services.handing import Handing, Unknown, take
from track_service.services.hooked import FIRST_TRY
from track_service.services.minting import Mint
from track_service.services.register import Refused
from track_service.store import brands, storefronts
from track_service.store.storefronts import Connection, Kept
from track_service.storefronts import storefronts as platforms
from track_service.storefronts.base import NONE, Kind

log = structlog.get_logger("track_service.taking")

# While so many bodies come within so long, the worker leaves processor and database to
# the web that answers for them; but what has waited for a minute is taken all the same.
BURST, _LULL = 20, timedelta(seconds=2)
_PATIENCE = timedelta(days=2)  # with a body that cannot be taken in


class Shops:
    """The shops that are asked in one round, for orders that hooks only named.

    What a round finds waiting came before it asks: so an order that many hooks name is
    asked for once. A shop that fails is left alone until the next round.
    """

    def __init__(self, client: Guarded) -> None:
        self._client = client
        self._told: dict[tuple[int, str | None], Handover | None] = {}
        self._silent: set[int] = set()

    def completed(
        self, connection: Connection, told: Iterable[Handover]
    ) -> list[Handover]:
        """Return what is told in full; what is no order (any more) is left out.

        Raises `HttpError`.
        """
        whole = (self._ask(connection, one) if one.thin else one for one in told)
        return [one for one in whole if one is not None]

    def _ask(self, connection: Connection, thin: Handover) -> Handover | None:
        shop = opened(connection, self._client)
        if shop is None:
            return thin
        if connection.id in self._silent:
            raise HttpError("the storefront failed a moment ago")
        name = (connection.id, thin.external_id)
        if name not in self._told:
            try:
                self._told[name] = shop.complete(thin)
            except HttpError as error:
                if error.retry:
                    self._silent.add(connection.id)
                raise
        return self._told[name]


def take_in(desk: Desk, hook_id: int, *, mint: Mint, shops: Shops | None = None) -> int:
    """Take the orders that a kept body tells of; return how many parcels are new.

    What it only names is asked for first, with no transaction open. Where we may not
    ask, a known order stays as it is. Raises `Unknown` where it names an order by an id
    that nobody told us yet, and `HttpError` where the platform was asked in vain.
    """
    with desk.database.read() as session:
        kept = storefronts.kept(session, hook_id)
        brand = kept and brands.by_id(session, kept.brand_id)
        found = kept and storefronts.connection(session, kept.brand_id, kept.platform)
    if not kept or not brand:
        return 0
    settings = found.settings if found else NONE
    if platforms()[kept.platform].topics.get(kept.topic or "") is Kind.PRODUCT:
        _take_products(desk, kept, settings)
        return 0
    told = platforms()[kept.platform].parse(kept.body, kept.topic, settings)
    handovers: list[Handover] = list(told)
    if found:
        handovers = (shops or Shops(desk.guarded)).completed(found, told)
    carriers, wall = tuple(desk.carriers), desk.wall()
    at = Handing(brand, kept.platform, desk.now(), mint, carriers, wall=wall)
    order_id, made, trouble = None, 0, None
    with desk.database.write() as session:
        for handover in handovers:
            try:
                order_id, news = take(session, at, handover)
            except Refused as error:
                trouble = str(error)
            else:
                made += len(news)
        storefronts.settle(
            session, hook_id, now=at.now, trouble=trouble, order_id=order_id
        )
        session.commit()
    return made


def _take_products(desk: Desk, kept: Kept, settings: Mapping[str, str]) -> None:
    now = desk.now()
    told = platforms()[kept.platform].products(kept.body, settings)
    with desk.database.write() as session:
        arrivals.note(session, kept.brand_id, told, now=now)
        storefronts.settle(session, kept.id, now=now)
        session.commit()


def take_left_over(desk: Desk, *, mint: Mint, limit: int = 50) -> int:
    """Take what was kept and not taken yet; return how many bodies were tried."""
    now = desk.now()
    with desk.database.read() as session:
        latest = storefronts.nth_newest(session, BURST)
    is_burst = latest is not None and now - latest < _LULL
    due_by = now - FIRST_TRY if is_burst else now
    with desk.database.write() as session:
        due = storefronts.claim_due(
            session, due_by=due_by, until=now + FIRST_TRY, limit=limit
        )
        session.commit()
    shops = Shops(desk.guarded)
    for hook_id, received_at in due:
        _try_again(desk, hook_id, mint, shops, age=now - received_at)
    return len(due)


def _try_again(
    desk: Desk, hook_id: int, mint: Mint, shops: Shops, *, age: timedelta
) -> None:
    """Take a body in; if that fails, let it come due again after its own age."""
    try:
        take_in(desk, hook_id, mint=mint, shops=shops)
    except Exception as error:
        trouble = f"{type(error).__name__}: {error}"
        if isinstance(error, HttpError):
            log.warning("storefront asked in vain", hook=hook_id, error=str(error))
        elif not isinstance(error, Unknown):
            log.exception("storefront hook not taken in", hook=hook_id)
        with desk.database.write() as session:
            if age < _PATIENCE:
                due_at = desk.now() + max(min(age, _PATIENCE - age), FIRST_TRY)
                storefronts.put_off(session, hook_id, due_at=due_at, trouble=trouble)
            else:
                storefronts.settle(session, hook_id, now=desk.now(), trouble=trouble)
            session.commit()
