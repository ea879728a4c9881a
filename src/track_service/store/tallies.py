"""Tallies of brands' days, and what became of their parcels on each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, select, type_coerce
from sqlalchemy.orm import Session

from track_service.core.calendar import local_day, start_of
from track_service.core.status import Status
from track_service.core.tally import Tally
from track_service.core.tracking import Precision, offset_text
from track_service.store.db import insert_for
from track_service.store.figures import TEST_CARRIER
from track_service.store.models import ShipmentRow
from track_service.store.tally_models import TallyRow

Of = tuple[int, date, Tally]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Registered:
    """What was registered on a day: parcels, and the orders that they are of."""

    orders: int = 0
    parcels: int = 0


def add(session: Session, times: Mapping[Of, int]) -> None:
    """Add to the tallies of brands, days and kinds; one of them is one row."""
    adding = insert_for(session)(TallyRow)
    session.execute(
        adding.on_conflict_do_update(
            index_elements=["brand_id", "on", "kind"],
            set_={"times": TallyRow.times + adding.excluded.times},
        ),
        [  # in one order everywhere, so that two writers wait for none the other has
            {"brand_id": brand_id, "on": on, "kind": kind, "times": count}
            for (brand_id, on, kind), count in sorted(times.items())
        ],
    )


def of_brand(
    session: Session, brand_id: int, *, since: date, until: date
) -> Mapping[date, Counter[Tally]]:
    """Return a brand's tallies by day, from `since` on and before `until`."""
    rows = session.execute(
        select(TallyRow.on, TallyRow.kind, TallyRow.times).where(
            TallyRow.brand_id == brand_id, TallyRow.on >= since, TallyRow.on < until
        )
    )
    found: dict[date, Counter[Tally]] = {}
    for on, kind, times in rows:
        found.setdefault(on, Counter())[Tally(kind)] = times
    return found


def registered(
    session: Session, brand_id: int, *, starts: Sequence[datetime]
) -> Mapping[int, Registered]:
    """Return what was registered in each of the spans that begin at `starts`, by place.

    The last one is where the last span ends.
    """
    span = case(
        *((ShipmentRow.created_at < end, at) for at, end in enumerate(starts[1:]))
    )
    parcels = (
        select(span.label("span"), ShipmentRow.order_id)
        .where(
            ShipmentRow.brand_id == brand_id,
            ShipmentRow.created_at >= starts[0],
            ShipmentRow.created_at < starts[-1],
            *_followed(),
        )
        .subquery()
    )
    orders = func.count(parcels.c.order_id.distinct())
    rows = session.execute(
        select(parcels.c.span, orders, func.count()).group_by(parcels.c.span)
    )
    return {at: Registered(orders, parcels) for at, orders, parcels in rows}


def delivered(
    session: Session, brand_id: int, zone: tzinfo, *, since: date, until: date
) -> Mapping[date, Counter[str]]:
    """Return how many parcels were delivered on each day, by the state of their promise.

    The day is the shop's; parcels of which no time is known are left out.
    """
    stated = type_coerce(ShipmentRow.delivered_at, String)  # as the carrier's clock
    alike = _alike(stated, _offset(zone, since - _DAY, until + _DAY))
    rows = session.execute(
        select(
            func.min(ShipmentRow.delivered_at), ShipmentRow.promise_state, func.count()
        )
        .where(
            ShipmentRow.brand_id == brand_id,
            ShipmentRow.status == Status.DELIVERED,
            stated >= (since - _DAY).isoformat(),
            stated < (until + _DAY).isoformat(),
            *_followed(),
        )
        .group_by(*alike, ShipmentRow.promise_state)
    )
    found: dict[date, Counter[str]] = {}
    for stamp, promise, parcels in rows:
        on = local_day(stamp, zone)
        if since <= on < until:
            found.setdefault(on, Counter())[promise] += parcels
    return found


def _offset(zone: tzinfo, since: date, until: date) -> str:
    """Return a zone's offset from UTC, "" where it changes in the days."""
    days = (since + n * _DAY for n in range((until - since).days + 1))
    found = {start_of(day, zone).astimezone(zone).utcoffset() for day in days}
    only = found.pop() if len(found) == 1 else None
    return offset_text(only) if only is not None else ""


def _alike(stated: ColumnElement[str], own: str) -> tuple[ColumnElement[Any], ...]:
    """Return what only stamps of one day share; `own` is the shop's offset, if one.

    A stamp is `2026-03-03T10:20:00+07:00/second`. One without offset, or with the shop's
    own, names the day; of others those of a quarter of an hour are one day's, as zones
    differ by whole quarters. So the database counts, though it may know no zones.
    """
    end, minute = func.substr(stated, 20), func.substr(stated, 15, 2)
    local = [f"{offset}/{exact}" for offset in ("", own) for exact in Precision]
    is_local = end.in_(["", *local])
    hour = case((is_local, ""), else_=func.substr(stated, 12, 2))
    quarter = case(
        (is_local, 0),
        (minute < "15", 1),
        (minute < "30", 2),
        (minute < "45", 3),
        else_=4,
    )
    return func.substr(stated, 1, 10), end, hour, quarter


def _followed() -> tuple[ColumnElement[bool], ...]:
    """Leave out test pages, returns, and parcels of past orders that were imported."""
    return (
        ShipmentRow.quiet.is_(False),
        ShipmentRow.inward.is_(False),
        ShipmentRow.carrier != TEST_CARRIER,
    )
