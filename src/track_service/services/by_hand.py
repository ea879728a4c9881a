"""Ask for one parcel by hand: under its lease and within its account's budget."""

from datetime import datetime

from sqlalchemy.orm import Session

from track_service.services.desk import Desk
from track_service.services.poll import poll_one
from track_service.store import accounts, limits, polling, shipments
from track_service.store.history import Outcome


class NotAsked(Exception):
    """A parcel cannot be asked for now; the message says why."""


def poll_now(desk: Desk, shipment_id: int) -> Outcome:
    """Ask for a parcel, be it due, given up or neither. Raises `NotAsked`."""
    with desk.database.write() as session:
        code = _take(session, desk, shipment_id)
        session.commit()
    outcome = poll_one(desk, shipment_id)
    if outcome is None:
        with desk.database.write() as session:
            reason = _give_back(session, desk, code, shipment_id)
            session.commit()
        raise NotAsked(reason)
    return outcome


def _take(session: Session, desk: Desk, shipment_id: int) -> str:
    """Lease the parcel and count the call; return the account to be asked."""
    wall = desk.wall()
    code = polling.claim_one(session, shipment_id, wall=wall)
    if code is None:
        raise NotAsked("it is being asked for right now")
    carrier = desk.carriers.get(code)
    if carrier is None:
        raise NotAsked(f"no account of {code} is set up")
    if not carrier.pull:
        raise NotAsked(f"{code} cannot be asked, it only pushes")
    if shut := _shut(session, code, wall):
        raise NotAsked(shut)
    per_day = desk.per_day.get(code)
    if per_day is not None:
        calls, _ = limits.pace(session, code, per_day=per_day, wall=wall, want=1)
        if not calls:
            raise NotAsked(
                f"{code}'s budget of {per_day} calls a day has none left now"
            )
    return code


def _give_back(session: Session, desk: Desk, code: str, shipment_id: int) -> str:
    """Undo `_take` where nothing was asked; return why it was not."""
    polling.release(session, [shipment_id])
    (held,) = shipments.load(session, [shipment_id], full=False)
    if held.shipment.erased_at is not None:
        return "it has been erased"
    per_day = desk.per_day.get(code)
    if per_day is not None:
        limits.give_back(session, code, per_day=per_day, calls=1)
    shut = _shut(session, code, desk.wall())
    return shut or f"{code}'s rate limit leaves no call now"


def _shut(session: Session, code: str, wall: datetime) -> str | None:
    shut = accounts.shut(session, code, wall=wall)
    if shut is None:
        return None
    why = "is failing" if shut.tripped else "asked for a pause, or refused us"
    until = shut.until.isoformat(timespec="seconds")
    return f"{code} {why}: it is left alone until {until}"
