"""Correct a wrong carrier: a parcel that its own does not know is another's, maybe.

With each answer "not found" after a day's patience one more carrier that the number
could belong to is asked, each once; the parcel goes to the one that has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.orm import Session

from track_service.carriers.base import Carrier, Wanted
from track_service.core.correction import is_the_parcel, is_unknown, next_to_ask
from track_service.core.numbers import spelled
from track_service.core.parcel import Shipment
from track_service.core.tracking import Tracking
from track_service.services import look
from track_service.services.ask import Reply, ask
from track_service.services.desk import Desk
from track_service.store import accounts, history, limits, opinions, raw, shipments
from track_service.store.history import Outcome
from track_service.store.shipments import Held

log = structlog.get_logger("track_service.correct")

_AT_ONCE = 3  # parcels, so that a heap of wrong ones takes no carrier's budget


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What another carrier answered for a parcel, under its spelling of the number."""

    shipment: Shipment
    carrier: str
    number: str
    seen: Tracking
    reply: Reply


def correct(desk: Desk, outcomes: Iterable[Outcome]) -> int:
    """Look for the carrier of parcels whose own has just told that it knows nothing.

    Returns how many were moved. Who cannot be asked now is asked another time.
    """
    now = desk.now()
    unknown = [o.shipment for o in outcomes if is_unknown(o.shipment, now=now)]
    if not unknown:
        return 0
    pulled = {code for code, carrier in desk.carriers.items() if carrier.pull}
    with desk.database.read() as session:
        asked = opinions.asked(session, [shipment.id for shipment in unknown])
    others = [
        (shipment, code)
        for shipment in unknown
        if (code := next_to_ask(shipment, among=pulled, asked=asked[shipment.id]))
    ]
    given = [_ask(desk, *other) for other in others[:_AT_ONCE]]
    return sum(_settle(desk, opinion) for opinion in given if opinion is not None)


def _ask(desk: Desk, shipment: Shipment, code: str) -> _Opinion | None:
    carrier, number = desk.carriers[code], spelled(shipment.number, code)
    if not _may_ask(desk, carrier):
        return None
    wanted = Wanted(number, postal=shipment.postal, shipped_on=shipment.shipped_on)
    reply = ask(carrier, {shipment.id: wanted}, now=desk.now(), wall=desk.wall())
    seen = reply.seen.get(shipment.id)
    return _Opinion(shipment, code, number, seen, reply) if seen else None


def _may_ask(desk: Desk, carrier: Carrier) -> bool:
    """Whether a call can be spared: it is taken from the account's daily budget."""
    wall, per_day = desk.wall(), desk.per_day.get(carrier.code)
    with desk.database.write() as session:
        if accounts.is_open(session, carrier.code, wall=wall):
            return False
        if per_day is None:
            return True
        calls, _ = limits.pace(
            session, carrier.code, per_day=per_day, wall=wall, want=1
        )
        session.commit()
    return calls > 0


def _settle(desk: Desk, opinion: _Opinion) -> bool:
    """Write what an opinion comes to; return whether the parcel was moved."""
    of, came_to, eye = opinion.shipment, "not_found", desk.eye()
    with desk.database.write() as session:
        (held,) = shipments.load(session, [of.id], lock=True)
        before = held.shipment
        if before.carrier != of.carrier or before.events or before.erased_at:
            return False  # news came meanwhile, or nobody wants it any more
        if is_the_parcel(before, opinion.seen):
            came_to = _move(session, desk, eye, held, opinion)
        elif opinion.seen.problem is None:
            came_to = "another_parcel"
        opinions.note(session, of.id, opinion.carrier, came_to=came_to, now=desk.now())
        session.commit()
    log.warning(
        "second opinion",
        shipment=of.public_id,
        carrier=of.carrier,
        asked=opinion.carrier,
        came_to=came_to,
    )
    return came_to == "moved"


def _move(
    session: Session, desk: Desk, eye: look.Eye, held: Held, opinion: _Opinion
) -> str:
    """Give a parcel to the carrier that has it, with the history that this one told.

    Returns "taken" where the brand registered it with the right carrier as well.
    """
    before, code = held.shipment, opinion.carrier
    try:
        opinions.move(
            session,
            before.id,
            carrier=code,
            number=opinion.number,
            before=before.carrier,
        )
    except opinions.Taken:
        return "taken"
    moved = replace(
        before, carrier=code, number=opinion.number, carrier_before=before.carrier
    )
    outcome = look.answered(
        replace(held, shipment=moved), opinion.seen, eye, source=f"pull:{code}"
    )
    history.write(session, [outcome], now=eye.now, wall=desk.wall())
    if opinion.reply.answer is not None:
        raw.keep(
            session,
            code,
            [(opinion.reply.answer, [before.id])],
            push=False,
            now=eye.now,
            retention=desk.retention,
        )
    return "moved"
