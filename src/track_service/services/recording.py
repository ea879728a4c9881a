"""Write down what calls to a carrier came to: parcels, raw answers, account, counts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from track_service.core.tracking import Tracking, Trouble
from track_service.services import look
from track_service.services.ask import Reply
from track_service.services.desk import Desk
from track_service.services.fallback import steered
from track_service.services.meters import Meters
from track_service.store import accounts, history, limits, polling, raw, shipments
from track_service.store.history import Outcome
from track_service.store.shipments import Held

log = structlog.get_logger("track_service.recording")

_REFUSED_PAUSE = timedelta(minutes=15)
_THROTTLED_PAUSE = timedelta(minutes=5)


def record(
    desk: Desk, code: str, replies: Sequence[Reply], *, claimed: Collection[int] = ()
) -> list[Outcome]:
    """Write replies in one transaction; those `claimed` and not asked are released.

    A parcel that was erased meanwhile is left alone, and no answer about it is kept.
    """
    eye, wall = desk.eye(), desk.wall()
    asked = {i for reply in replies for i in _spoken_of(reply)}
    with desk.database.write() as session:
        held = {
            h.shipment.id: h
            for h in shipments.load(session, asked, lock=True)
            if h.shipment.erased_at is None
        }
        outcomes = [o for reply in replies for o in _outcomes(reply, held, eye, code)]
        news = polling.unleased(session, claimed)
        outcomes = [
            steered(desk, o, held[o.shipment.id].shipment, asked=code, now=eye.now)
            for o in outcomes
        ]
        outcomes = [_asked_again(o, news, eye.now) for o in outcomes]
        history.write(session, outcomes, now=eye.now, wall=wall)
        _keep(session, desk, code, replies, held, eye.now)
        for reply in replies:
            _note_account(session, code, reply, wall=wall)
        _note_sight(session, code, replies, wall=wall)
        if claimed:
            _give_back(session, desk, code, replies)
        polling.release(session, set(claimed) - {o.shipment.id for o in outcomes})
        session.commit()
    _count(desk.meters, code, replies, outcomes)
    return outcomes


def _spoken_of(reply: Reply) -> set[int]:
    return {*reply.seen, *reply.missed}


def _outcomes(
    reply: Reply, held: Mapping[int, Held], eye: look.Eye, code: str
) -> Iterator[Outcome]:
    then = replace(eye, now=reply.at or eye.now)
    for parcel_id, seen in reply.seen.items():
        if parcel_id in held:
            yield _answered(held[parcel_id], seen, then, eye, code)
    for parcel_id, trouble in reply.missed.items():
        if parcel_id in held:
            yield look.failed(held[parcel_id], trouble, eye, retry_after=reply.back_in)


def _answered(
    held: Held, seen: Tracking, then: look.Eye, eye: look.Eye, code: str
) -> Outcome:
    try:
        return look.answered(held, seen, then, source=f"pull:{code}")
    except Exception:
        # One reading that the rules cannot digest must not undo the others' poll.
        log.exception("answer not judged", shipment=held.shipment.public_id)
        return look.failed(held, Trouble.BAD_ANSWER, eye)


def _asked_again(outcome: Outcome, news: Collection[int], now: datetime) -> Outcome:
    """A push came while the carrier was asked: its answer may be older than that."""
    if outcome.shipment.id not in news or outcome.shipment.failures:
        return outcome
    parcel = replace(outcome.shipment, paused_at=None)
    return replace(outcome, shipment=parcel, poll_after=now)


def _keep(
    session: Session,
    desk: Desk,
    code: str,
    replies: Sequence[Reply],
    held: Mapping[int, Held],
    now: datetime,
) -> None:
    answers = [
        (reply.answer, sorted(_spoken_of(reply)))
        for reply in replies
        if reply.answer is not None
        and reply.answer.body
        and held.keys() >= _spoken_of(reply)
    ]
    raw.keep(session, code, answers, push=False, now=now, retention=desk.retention)


def _note_account(session: Session, code: str, reply: Reply, *, wall: datetime) -> None:
    """Note where a reply sends the account away for a while."""
    troubles = set(reply.missed.values())
    if Trouble.AUTH in troubles:
        accounts.pause(session, code, until=wall + _REFUSED_PAUSE)
    elif Trouble.THROTTLED in troubles:
        pause = reply.back_in or _THROTTLED_PAUSE
        accounts.pause(session, code, until=wall + pause)


def _note_sight(
    session: Session, code: str, replies: Sequence[Reply], *, wall: datetime
) -> None:
    """Note whether we see the carrier: rubbish and refusals for all tell nothing."""
    if any(reply.seen for reply in replies):
        accounts.accepted(session, code)
    elif any(reply.missed for reply in replies):
        accounts.blinded(session, code, wall=wall)


def _give_back(
    session: Session, desk: Desk, code: str, replies: Sequence[Reply]
) -> None:
    """Return the calls that were reserved of a daily budget, and then not made."""
    per_day = desk.per_day.get(code)
    unmade = sum(not _spoken_of(reply) for reply in replies)
    if per_day is not None and unmade:
        limits.give_back(session, code, per_day=per_day, calls=unmade)


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
