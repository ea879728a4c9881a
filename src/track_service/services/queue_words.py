"""What ops are told of the work queue: of a group of parcels, and in a digest."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.carriers import carriers
from track_service.core.alerts import ALERTS
from track_service.core.judgement import ConcernKind
from track_service.core.parcel import Brand
from track_service.services.queue_upkeep import MASS, MASS_OVER
from track_service.store import brands, queue, queue_digest
from track_service.store.notices import Owed
from track_service.store.queue import Entry
from track_service.store.queue_digest import DIGEST

KINDS = (MASS, MASS_OVER, DIGEST)
_SHOWN = 20  # entries that a digest names
_LABELS = {alert.kind: alert.label for alert in ALERTS} | {
    "held": "Messages held",
    "webhook_off": "Webhook switched off",
    "undeliverable": "Undeliverable message",
    "blind": "Carrier cannot be asked",
}
# How many parcels at once are spoken of, where the label would not do.
_MANY = {
    ConcernKind.EXCEPTION: "with a problem",
    ConcernKind.ATTEMPT_FAILED: "not delivered at an attempt",
    ConcernKind.PICKUP_WAITING: "waiting to be collected",
    ConcernKind.NOT_COLLECTED: "not picked up",
    ConcernKind.AT_RISK: "at risk of being late",
}


def words(
    session: Session,
    claimed: Sequence[Owed],
    *,
    base_url: str,
    now: datetime,
) -> dict[int, tuple[str, str]]:
    """Return subject and text of each such notice that still has something to tell."""
    found: dict[int, tuple[str, str]] = {}
    for owed in claimed:
        brand = _brand(session, owed) if owed.kind in KINDS else None
        if brand is None:
            continue
        told = (
            _digest(session, owed, brand, base_url)
            if owed.kind == DIGEST
            else _mass(session, owed, brand, base_url, now)
        )
        if told is not None:
            found[owed.id] = told
    return found


def _brand(session: Session, owed: Owed) -> Brand | None:
    return None if owed.brand_id is None else brands.by_id(session, owed.brand_id)


def what(entry: Entry) -> str:
    """Return a kind in words, as the table of alerts has them."""
    return _LABELS.get(entry.kind) or entry.kind.replace("_", " ").capitalize()


def where(entry: Entry) -> str:
    """Return carrier and hub of an entry, as people call them; may be empty."""
    known = carriers().get(entry.carrier or "")
    named = known.label if known else entry.carrier
    return ", ".join(filter(None, (named, entry.hub)))


def _mass(
    session: Session, owed: Owed, brand: Brand, base_url: str, now: datetime
) -> tuple[str, str] | None:
    found = queue.load(session, [int(owed.concern)])
    if not found or (owed.kind == MASS and found[0].cleared_at is not None):
        return None
    entry = found[0]
    are = _MANY.get(ConcernKind(entry.kind), what(entry).lower())
    about = f"{where(entry)}: {entry.size} parcels {are}"
    link = f"{base_url}/console/queue/{entry.id}"
    if owed.kind == MASS_OVER:
        return f"Over: {about}", f"Few of them are left in trouble.\n{link}"
    since = _clock(entry.since, now, brand)
    before = int(owed.detail or 0)
    grown = f" They were {before} when you were told last." if before else ""
    return (
        f"{about} since {since}",
        f"{brand.name}: one trouble at one place; no parcel of it is told on its own."
        f"{grown}\n{link}",
    )


def _clock(at: datetime, now: datetime, brand: Brand) -> str:
    """Return a time of day where the shop is, with the date unless it is today's."""
    local, today = (t.astimezone(ZoneInfo(brand.zone)) for t in (at, now))
    same = local.date() == today.date()
    return f"{local:%H:%M}" if same else f"{local:%Y-%m-%d %H:%M}"


def _digest(
    session: Session, owed: Owed, brand: Brand, base_url: str
) -> tuple[str, str] | None:
    route = next((r for r in brand.routes if str(r.number) == owed.concern), None)
    if route is None or owed.detail is None:
        return None
    after, until = queue_digest.read_span(owed.detail)
    entries, count = queue_digest.opened(
        session, brand.id, route, after=after, until=until, limit=_SHOWN
    )
    if not entries:
        return None
    lines = [_line(entry) for entry in entries]
    if count > len(entries):
        lines.append(f"… and {count - len(entries)} more")
    return (
        f"{brand.name}: {count} new in the work queue",
        "\n".join([*lines, f"{base_url}/console/"]),
    )


def _line(entry: Entry) -> str:
    order = f"order {entry.order_number}" if entry.order_number else ""
    number = f"{entry.size} parcels" if entry.is_group else entry.number
    about = " · ".join(filter(None, (order, where(entry), number)))
    return f"{entry.severity.name.lower()}: {what(entry)} · {about}"
