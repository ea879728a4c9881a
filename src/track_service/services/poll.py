"""Ask carriers for the parcels that are due, and record what they say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from track_service.carriers.base import Carrier, Wanted
from track_service.core.tracking import Trouble
from track_service.services import look
from track_service.services.ask import Reply, ask
from track_service.services.meters import Meters
from track_service.store import accounts, history, polling, raw, shipments
from track_service.store.db import Database
from track_service.store.history import Outcome
from track_service.store.shipments import Held

_CLAIM = 20  # parcels a transaction: few enough for a lease, enough to share its cost
_REFUSED_PAUSE = timedelta(minutes=15)
_THROTTLED_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Desk:
    """What looking after parcels takes: carriers by code, database, clocks, chance.

    `accounts` are the settings of each carrier's account, by which pushes are verified;
    `per_day` the calls a day of those that have a budget.
    """

    carriers: Mapping[str, Carrier]
    accounts: Mapping[str, Mapping[str, str]]
    per_day: Mapping[str, int]
    database: Database
    now: Callable[[], datetime]
    wall: Callable[[], datetime]
    jitter: Callable[[], float]
    name: Callable[[], str]
    meters: Meters
    retention: timedelta = timedelta(days=30)

    def eye(self) -> look.Eye:
        """Return what a look needs, at this moment."""
        return look.Eye(self.now(), self.jitter, self.name)


def poll_due(desk: Desk, code: str) -> int:
    """Claim, ask and record some of a carrier's due parcels; return how many.

    0 means that nothing is due, or that the account is not to be asked now.
    """
    carrier = desk.carriers[code]
    ids = _claim(desk, carrier)
    if not ids:
        return 0
    replies: list[Reply] = []
    parcels = _parcels(desk, ids)
    for batch in _batches(parcels, carrier.batch_size):
        replies.append(ask(carrier, batch, wall=desk.wall()))
        if replies[-1].stop:
            break
    record(desk, carrier.code, ids, replies)
    return 0 if any(reply.stop for reply in replies) else len(ids)


def poll_one(desk: Desk, shipment_id: int) -> Outcome | None:
    """Ask for one parcel now, due or not; None where it cannot be asked for."""
    with desk.database.read() as session:
        held = shipments.load(session, [shipment_id], full=False)
    carrier = desk.carriers.get(held[0].shipment.carrier) if held else None
    if carrier is None or not carrier.pull or held[0].shipment.erased_at is not None:
        return None
    reply = ask(carrier, {shipment_id: wanted(held[0])}, wall=desk.wall())
    outcomes = record(desk, carrier.code, [shipment_id], [reply])
    return outcomes[0] if outcomes else None


def _claim(desk: Desk, carrier: Carrier) -> list[int]:
    wall, limit, oldest_first = desk.wall(), max(_CLAIM, carrier.batch_size), False
    with desk.database.write() as session:
        if accounts.is_open(session, carrier.code, wall=wall):
            return []
        per_day = desk.per_day.get(carrier.code)
        if per_day is not None:
            calls, oldest_first = accounts.pace(
                session, carrier.code, per_day=per_day, wall=wall, want=1
            )
            limit = calls * carrier.batch_size
        ids = polling.claim_due(
            session,
            carrier.code,
            now=desk.now(),
            wall=wall,
            limit=limit,
            oldest_first=oldest_first,
        )
        if ids:  # else the call that was reserved is given back with the rollback
            session.commit()
        return ids


def _parcels(desk: Desk, ids: Sequence[int]) -> dict[int, Wanted]:
    with desk.database.read() as session:
        held = shipments.load(session, ids, full=False)
    return {h.shipment.id: wanted(h) for h in held if h.shipment.erased_at is None}


def wanted(held: Held) -> Wanted:
    """Return what a carrier is told of a parcel when it is asked for."""
    of = held.shipment
    return Wanted(of.number, postal=of.postal, shipped_on=of.shipped_on)


def _batches(parcels: Mapping[int, Wanted], size: int) -> Iterator[dict[int, Wanted]]:
    entries = list(parcels.items())
    return (dict(entries[i : i + size]) for i in range(0, len(entries), size))


def record(
    desk: Desk, code: str, ids: Sequence[int], replies: Sequence[Reply]
) -> list[Outcome]:
    """Write what calls said of parcels in one transaction; the unasked are released."""
    eye, wall = desk.eye(), desk.wall()
    with desk.database.write() as session:
        held = {
            h.shipment.id: h
            for h in shipments.load(session, ids)
            if h.shipment.erased_at is None
        }
        outcomes = [o for reply in replies for o in _outcomes(reply, held, eye, code)]
        history.write(session, outcomes, now=eye.now, wall=wall)
        _keep(session, desk, code, replies, eye.now)
        for reply in replies:
            _note_account(session, code, reply, wall=wall)
        polling.release(session, set(ids) - {o.shipment.id for o in outcomes})
        session.commit()
    _count(desk.meters, code, replies, outcomes)
    return outcomes


def _outcomes(
    reply: Reply, held: Mapping[int, Held], eye: look.Eye, code: str
) -> Iterator[Outcome]:
    for parcel_id, seen in reply.seen.items():
        if parcel_id in held:
            yield look.answered(held[parcel_id], seen, eye, source=f"pull:{code}")
    for parcel_id, trouble in reply.missed.items():
        if parcel_id in held:
            yield look.failed(held[parcel_id], trouble, eye, retry_after=reply.back_in)


def _keep(
    session: Session, desk: Desk, code: str, replies: Sequence[Reply], now: datetime
) -> None:
    answers = [
        (reply.answer, [*reply.seen, *reply.missed])
        for reply in replies
        if reply.answer is not None and reply.answer.body
    ]
    raw.keep(session, code, answers, push=False, now=now, retention=desk.retention)


def _note_account(session: Session, code: str, reply: Reply, *, wall: datetime) -> None:
    """Note what a reply tells of the account: refused, sent away for a while, fine."""
    troubles = set(reply.missed.values())
    if Trouble.AUTH in troubles:
        accounts.refused(session, code, wall=wall)
        accounts.pause(session, code, until=wall + _REFUSED_PAUSE)
    elif Trouble.THROTTLED in troubles:
        pause = reply.back_in or _THROTTLED_PAUSE
        accounts.pause(session, code, until=wall + pause)
    elif reply.seen:
        accounts.accepted(session, code)


def _count(
    meters: Meters, code: str, replies: Sequence[Reply], outcomes: Sequence[Outcome]
) -> None:
    for reply in replies:
        meters.polled(code, "ok", len(reply.seen))
        for trouble in reply.missed.values():
            meters.polled(code, str(trouble))
    count_scans(meters, code, outcomes)


def count_scans(meters: Meters, code: str, outcomes: Sequence[Outcome]) -> None:
    """Count new scans by status, so that unknown codes show."""
    for outcome in outcomes:
        for event in outcome.change.added:
            meters.scanned(code, event.meaning.status)
