"""What a poll or push changed, written for many parcels at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from track_service.core.cadence import Urgency
from track_service.core.delay import Concern
from track_service.core.detail import Detail
from track_service.core.heads import told_by
from track_service.core.notices import Audience, Notice
from track_service.core.outlook import Outlook
from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.timeline import Change
from track_service.core.tracking import Event, Money, Window
from track_service.store import details, outlooks, subscriptions, vouchers, words
from track_service.store.db import Base, insert_for
from track_service.store.models import (
    ConcernRow,
    EventRow,
    MoneyRow,
    NoticeRow,
    PollRow,
    PromiseRow,
    ShipmentRow,
)
from track_service.store.notices import WITHDRAWN


@dataclass(frozen=True, slots=True)
class Promised:
    """A date that is shown from now on: who stated it, and why it changed."""

    window: Window
    source: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one look at a parcel comes to; everything in it is written together.

    `shipment` is the parcel as it is now. `notices` come with the key under which
    their receiver knows a repeat; the `apology` is owed if a voucher is left for its
    order, and may be one of them. `asked` is False for a judgement by time alone.
    `money` is what was told of it, known or not. `news` is what its shop is to be told.
    `foreseen` is its outlook and `detail` what is told of it, where that has changed.
    """

    shipment: Shipment
    source: str
    change: Change = field(default_factory=Change)
    poll_after: datetime | None = None
    urgency: Urgency = Urgency.SOON
    judge_after: datetime | None = None
    opened: tuple[Concern, ...] = ()
    cleared: tuple[tuple[str, str], ...] = ()
    notices: tuple[tuple[str, Notice], ...] = ()
    apology: tuple[str, Notice] | None = None
    promised: tuple[Promised, ...] = ()
    asked: bool = True
    money: tuple[Money, ...] = ()
    news: Status | None = None
    foreseen: Outlook | None = None
    detail: Detail | None = None
    collect_told: bool = False  # its last day of collection is another than before


def write(
    session: Session, outcomes: Sequence[Outcome], *, now: datetime, wall: datetime
) -> None:
    """Write outcomes in the caller's transaction: one statement a table, not a row."""
    _add(session, EventRow, [row for o in outcomes for row in _events(o, now)])
    _mark_scans(session, outcomes, now)
    _add(session, MoneyRow, [row for o in outcomes for row in _money(o, now)])
    _update(session, ShipmentRow, "id", [_shipment(o) for o in outcomes])
    _update(session, PollRow, "shipment_id", [_poll(o) for o in outcomes if o.asked])
    _open(session, [row for o in outcomes for row in _concerns(o, now)])
    _clear(session, outcomes, now)
    owed = [(o, *keyed) for o in outcomes for keyed in o.notices]
    _owe(session, [_notice(*one, now, wall) for one in owed])
    _apologise(session, outcomes, now, wall)
    outlooks.keep(
        session, [(o.shipment.id, o.foreseen) for o in outcomes if o.foreseen]
    )
    details.keep(
        session,
        [
            (o.shipment.id, o.detail, now if o.collect_told else None)
            for o in outcomes
            if o.detail
        ],
    )
    _add(session, PromiseRow, [row for o in outcomes for row in _promises(o, now)])
    words.owe(session, [(o.shipment, o.news) for o in outcomes if o.news], wall=wall)
    moved = [o.shipment for o in outcomes if _concerns_shopper(o)]
    subscriptions.owe(session, moved, now=now, wall=wall)


def _concerns_shopper(outcome: Outcome) -> bool:
    """Tell whether whoever waits for a parcel would want to hear of this look."""
    to = {notice.audience for _, notice in outcome.notices}
    return outcome.news is not None or Audience.SHOPPER in to


def promises(session: Session, shipment_id: int) -> tuple[Promised, ...]:
    """Return every date ever shown for a parcel, oldest first."""
    columns = (PromiseRow.start, PromiseRow.until, PromiseRow.source, PromiseRow.reason)
    query = (
        select(*columns)
        .where(PromiseRow.shipment_id == shipment_id)
        .order_by(PromiseRow.id)
    )
    return tuple(
        Promised(Window(start, until), source, reason)
        for start, until, source, reason in session.execute(query)
    )


def understand(session: Session, scans: Sequence[tuple[int, str, Event]]) -> int:
    """Give unknown scans (shipment id, their key) the meaning they have now.

    The scan stays the same one, told by the same source at the same time; where its new
    key is there already the unknown one is a repeat of it, and goes.
    """
    for shipment_id, key, event in scans:
        mine = (EventRow.shipment_id == shipment_id, EventRow.key == key)
        there = session.scalar(
            select(EventRow.id).where(
                EventRow.shipment_id == shipment_id, EventRow.key == event.key
            )
        )
        session.execute(
            delete(EventRow).where(*mine)
            if there
            else update(EventRow).where(*mine).values(_event(event))
        )
    return len(scans)


def _add(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert rows; one that is there already (its unique cause or key) is left alone."""
    if rows:
        insert = insert_for(session)
        session.execute(insert(_table(model)).on_conflict_do_nothing(), rows)


def _open(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert concerns; one that had been cleared and is true again opens anew."""
    if rows:
        insert = insert_for(session)
        session.execute(
            insert(_table(ConcernRow)).on_conflict_do_update(
                index_elements=["shipment_id", "kind", "cause"],
                set_={"cleared_at": None},
            ),
            rows,
        )


def _owe(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert notices; one that was withdrawn before it told anybody is owed again."""
    if rows:
        insert = insert_for(session)(_table(NoticeRow))
        anew = ("key", "detail", "state", "owed_at", "due_at", "attempts")
        session.execute(
            insert.on_conflict_do_update(
                index_elements=["cause"],
                set_={name: insert.excluded[name] for name in anew}
                | {"error": None, "settled_at": None, "released": False, "failures": 0},
                where=NoticeRow.state == WITHDRAWN,
            ),
            rows,
        )


def _update(
    session: Session, model: type[Base], key: str, rows: list[dict[str, Any]]
) -> None:
    if not rows:
        return
    table = _table(model)
    values: dict[str, Any] = {
        name: bindparam(f"v_{name}") for name in rows[0] if name != key
    }
    statement = table.update().where(table.c[key] == bindparam("v_key")).values(values)
    session.execute(
        statement,
        [
            {"v_key": row[key]} | {f"v_{n}": row[n] for n in row if n != key}
            for row in rows
        ],
    )


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101  narrows SQLAlchemy's declared type
    return table


def _events(outcome: Outcome, now: datetime) -> Iterable[dict[str, Any]]:
    for event in outcome.change.added:
        yield _event(event) | {
            "shipment_id": outcome.shipment.id,
            "source": told_by(outcome.source)
            if event.key == outcome.change.stated
            else outcome.source,
            "seen_at": now,
        }


def _event(event: Event) -> dict[str, Any]:
    place = event.place
    return {
        "key": event.key,
        "stamp": event.stamp,
        "at": event.stamp.at if event.stamp else None,
        "status": event.meaning.status,
        "sub_status": event.meaning.sub,
        "cause": event.meaning.cause,
        "code": event.code,
        "description": event.description,
        "city": place.city,
        "region": place.region,
        "country": place.country,
        "postal": place.postal,
    }


def _money(outcome: Outcome, now: datetime) -> Iterable[dict[str, Any]]:
    for fact in outcome.money:
        yield {
            "shipment_id": outcome.shipment.id,
            "key": fact.key,
            "kind": fact.kind,
            "stamp": fact.stamp,
            "amount": fact.amount,
            "currency": fact.currency,
            "source": outcome.source,
            "seen_at": now,
        }


def _mark_scans(session: Session, outcomes: Iterable[Outcome], now: datetime) -> None:
    for outcome in outcomes:  # rare: a carrier takes a scan back, or gives it again
        for keys, at in (
            (outcome.change.withdrawn, now),
            (outcome.change.restored, None),
        ):
            if keys:
                session.execute(
                    update(EventRow)
                    .where(
                        EventRow.shipment_id == outcome.shipment.id,
                        EventRow.key.in_(keys),
                    )
                    .values(withdrawn_at=at)
                )


def _shipment(outcome: Outcome) -> dict[str, Any]:
    of = outcome.shipment
    return {
        "id": of.id,
        "status": of.meaning.status,
        "sub_status": of.meaning.sub,
        "cause": of.meaning.cause,
        "window_start": of.window.start if of.window else None,
        "window_until": of.window.until if of.window else None,
        "delivered_at": of.delivered_at,
        "signed_by": of.signed_by,
        "carrier_named": of.carrier_named,
        "promise_state": of.promise_state,
        "motion_state": of.motion_state,
        "judge_after": outcome.judge_after,
        "version": of.version,
    }


def _poll(outcome: Outcome) -> dict[str, Any]:
    of = outcome.shipment
    return {
        "shipment_id": of.id,
        "carrier": of.asked_of or of.carrier,
        "own_after": of.own_after,
        "poll_after": outcome.poll_after,
        "urgency": int(outcome.urgency),
        "leased_until": None,
        "asked_at": of.asked_at,
        "seen_at": of.seen_at,
        "blind": of.blind,
        "pushed_at": of.pushed_at,
        "paused_at": of.paused_at,
        "failures": of.failures,
        "trouble": of.trouble,
    }


def _concerns(outcome: Outcome, now: datetime) -> Iterable[dict[str, Any]]:
    for concern in outcome.opened:
        yield {
            "shipment_id": outcome.shipment.id,
            "kind": concern.kind,
            "cause": concern.cause,
            "detail": concern.detail,
            "since": concern.since,
            "opened_at": now,
        }


def _clear(session: Session, outcomes: Iterable[Outcome], now: datetime) -> None:
    rows: list[Mapping[str, Any]] = [
        {"p_id": o.shipment.id, "p_kind": kind, "p_cause": cause, "p_at": now}
        for o in outcomes
        for kind, cause in o.cleared
    ]
    if rows:
        table = _table(ConcernRow)
        session.execute(
            table.update()
            .where(
                table.c.shipment_id == bindparam("p_id"),
                table.c.kind == bindparam("p_kind"),
                table.c.cause == bindparam("p_cause"),
            )
            .values(cleared_at=bindparam("p_at")),
            rows,
        )


def _apologise(
    session: Session, outcomes: Sequence[Outcome], now: datetime, wall: datetime
) -> None:
    """Give orders their vouchers, and owe the notices that bring them."""
    sorry = [(o, *o.apology) for o in outcomes if o.apology is not None]
    given = vouchers.give(session, [o.shipment for o, _, _ in sorry], now=now)
    rows = [_notice(*one, now, wall) for one in sorry]
    untold = vouchers.untold(session, [row["cause"] for row in rows])
    _owe(
        session,
        [r for r in rows if r["shipment_id"] in given or r["cause"] in untold],
    )


def _notice(
    outcome: Outcome, key: str, notice: Notice, now: datetime, wall: datetime
) -> dict[str, Any]:
    return {
        "key": key,
        "cause": f"{outcome.shipment.id}:{notice.audience}:{notice.channel}"
        f":{notice.target}:{notice.cause}",
        "brand_id": outcome.shipment.brand.id,
        "shipment_id": outcome.shipment.id,
        "kind": notice.kind,
        "concern": notice.about,
        "detail": notice.concern.detail,
        "audience": notice.audience,
        "channel": notice.channel,
        "target": notice.target,
        "state": "owed",
        "owed_at": now,
        "due_at": wall,
        "attempts": 0,
    }


def _promises(outcome: Outcome, now: datetime) -> Iterable[dict[str, Any]]:
    for promised in outcome.promised:
        yield {
            "shipment_id": outcome.shipment.id,
            "start": promised.window.start,
            "until": promised.window.until,
            "source": promised.source,
            "reason": promised.reason,
            "stated_at": now,
        }
