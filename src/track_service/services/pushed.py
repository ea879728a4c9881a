"""What a carrier sends us: verified, kept, then read; nothing is lost in between."""

import hashlib
from datetime import timedelta

from track_service.carriers import carriers
from track_service.carriers.base import Carrier, Push, Trust, read
from track_service.core.tracking import Tracking
from track_service.http import Answer
from track_service.services import look
from track_service.services.ask import plain
from track_service.services.poll import Desk, count_scans
from track_service.store import brands, history, polling, raw, shipments
from track_service.store.raw import Raw

_LEFT_UNREAD = timedelta(minutes=1)


class PushRefused(Exception):
    """The push does not prove where it comes from."""


class NoSuchHook(Exception):
    """No hook has this carrier and secret."""


def digest(secret: str) -> str:
    """Return what is stored of a secret in a URL, or of an API key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def receive(desk: Desk, code: str, secret: str, push: Push) -> tuple[int, Trust]:
    """Take one body in; return the id under which it is kept, and what it proved.

    Raises `NoSuchHook` and `PushRefused`; nothing of a refused body is kept.
    """
    carrier = carriers().get(code)
    with desk.database.read() as session:
        brand = brands.by_hook_secret(session, digest(secret))
    if carrier is None or not carrier.push or brand is None:
        raise NoSuchHook(code)
    trust = carrier.verify(push, desk.accounts.get(code, {}))
    if trust is Trust.REFUSED:
        desk.meters.pushed(code, "refused")
        raise PushRefused(code)
    answer = Answer(push.body, None, push.headers)
    with desk.database.write() as session:
        (raw_id,) = raw.keep(
            session,
            code,
            [(answer, ())],
            push=True,
            now=desk.now(),
            retention=desk.retention,
        )
        session.commit()
    return raw_id, trust


def digest_push(desk: Desk, raw_id: int, *, trust: Trust) -> int:
    """Read a kept body and record what it tells; return how many parcels it moved.

    What only knew our URL is believed of a carrier that cannot be polled; of any other
    it merely brings the next poll forward.
    """
    with desk.database.read() as session:
        kept = raw.get(session, raw_id)
    if kept is None:
        return 0
    carrier = carriers()[kept.carrier]
    readings = [r for r in read(carrier, kept.answer, push=True) if look.is_answer(r)]
    moved = sum(_take(desk, carrier, kept, reading, trust) for reading in readings)
    with desk.database.write() as session:
        raw.mark_read(session, raw_id, now=desk.now())
        session.commit()
    desk.meters.pushed(kept.carrier, "read" if readings else "bad_answer")
    return moved


def _take(
    desk: Desk, carrier: type[Carrier], kept: Raw, reading: Tracking, trust: Trust
) -> int:
    eye, code = desk.eye(), carrier.code
    with desk.database.write() as session:
        ids = shipments.by_numbers(session, code, _spellings(reading.number))
        raw.link(session, [(kept.id, shipment_id) for shipment_id in ids])
        if trust is Trust.URL_ONLY and carrier.pull and code in desk.carriers:
            for shipment_id in ids:
                polling.ask_by(session, shipment_id, at=eye.now)
            session.commit()
            return 0
        outcomes = [
            look.answered(held, reading, eye, source=f"push:{code}")
            for held in shipments.load(session, ids)
        ]
        history.write(session, outcomes, now=eye.now, wall=desk.wall())
        session.commit()
    count_scans(desk.meters, code, outcomes)
    return len(outcomes)


def _spellings(number: str | None) -> list[str]:
    return sorted({number or "", plain(number)} - {""})


def read_left_over(desk: Desk, *, limit: int = 50) -> int:
    """Read bodies whose reading was cut short by a crash; return how many."""
    with desk.database.read() as session:
        left = raw.unread_pushes(session, before=desk.now() - _LEFT_UNREAD, limit=limit)
    for raw_id in left:  # what it proved is not kept: take the careful reading
        digest_push(desk, raw_id, trust=Trust.URL_ONLY)
    return len(left)
