"""What a carrier sends us: verified, kept, then read; nothing is lost in between."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from track_service.carriers import carriers
from track_service.carriers.base import Carrier, Push, Trust, read
from track_service.core.tidying import clean
from track_service.core.tracking import Tracking
from track_service.http import Answer
from track_service.services import look
from track_service.services.ask import plain
from track_service.services.desk import Desk
from track_service.services.recording import count_scans
from track_service.store import brands, history, limits, polling, raw, shipments
from track_service.store.history import Outcome
from track_service.store.raw import Raw
from track_service.store.shipments import Held

log = structlog.get_logger("track_service.pushed")

_LEFT_UNREAD = timedelta(minutes=1)
_NUMBER = 80  # characters, of a parcel's number
_TOGETHER = 50  # readings of one body that are written at once
# Kilobytes a day that a brand's hook keeps of a carrier, a tenth of it at once: who
# learns a URL must not fill the disk, and a carrier gone mad neither.
_ROOM = {Trust.SIGNED: 2_000_000, Trust.URL_ONLY: 200_000}


class PushRefused(Exception):
    """The push does not prove where it comes from."""


class TooMuch(Exception):
    """The hook took in as much as it may for now; the carrier may send it later."""


class NoSuchHook(Exception):
    """No hook has this carrier and secret."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Who may send to an address, and whose parcels it tells of."""

    carrier: type[Carrier]
    brand_id: int


@dataclass(frozen=True, slots=True)
class Received:
    """A body that was kept: what it proved, and whose secret its URL held.

    `brand_id` is None where that is not known.
    """

    raw_id: int
    trust: Trust
    brand_id: int | None = None


def digest(secret: str) -> str:
    """Return what is stored of a secret in a URL, or of an API key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_hook(desk: Desk, code: str, secret: str) -> Hook:
    """Return the hook of a carrier with this secret. Raises `NoSuchHook`."""
    carrier = carriers().get(code)
    with desk.database.read() as session:
        brand = brands.by_hook_secret(session, digest(secret))
    if carrier is None or not carrier.push or brand is None:
        raise NoSuchHook(code)
    return Hook(carrier, brand.id)


def receive(desk: Desk, hook: Hook, push: Push) -> Received:
    """Take one body in, and keep it. Raises `PushRefused` and `TooMuch`.

    Nothing of a body that is not taken is kept.
    """
    code = hook.carrier.code
    trust = _weigh(desk, hook.carrier, push)
    if trust is Trust.REFUSED:
        desk.meters.pushed(code, "refused")
        raise PushRefused(code)
    answer = Answer(push.body, None, push.headers)
    with desk.database.write() as session:
        if not _has_room(session, hook, push, trust, wall=desk.wall()):
            desk.meters.pushed(code, "too_much")
            raise TooMuch(code)
        (raw_id,) = raw.keep(
            session,
            code,
            [(answer, ())],
            push=True,
            now=desk.now(),
            retention=desk.retention,
            trust=trust,
            brand_id=hook.brand_id,
        )
        session.commit()
    return Received(raw_id, trust, hook.brand_id)


def _has_room(
    session: Session, hook: Hook, push: Push, trust: Trust, *, wall: datetime
) -> bool:
    """Take a body's size off what the hook may keep; tell whether there was enough."""
    size = 1 + len(push.body) // 1024
    taken, _ = limits.pace(
        session,
        f"push:{hook.carrier.code}:{hook.brand_id}",
        per_day=_ROOM[trust],
        wall=wall,
        want=size,
    )
    return taken == size


def _weigh(desk: Desk, carrier: type[Carrier], push: Push) -> Trust:
    """Return what a push proves, by a key that is fetched first where one is wanted."""
    push = replace(push, at=desk.wall())
    key_id = push.headers.get(carrier.key_header or "")
    asked = desk.carriers.get(carrier.code)
    if key_id and asked is not None:
        keys = desk.keyring.keys(
            carrier.code, key_id, asked.fetch_keys, wall=desk.wall()
        )
        push = replace(push, keys=keys)
    return carrier.verify(push, desk.accounts.get(carrier.code, {}))


def digest_push(desk: Desk, received: Received) -> int:
    """Read a kept body and record what it tells; return how many parcels it moved.

    A body that nobody can read is kept until it expires; one that tells of nobody's
    parcel is forgotten: it may name a person who asked to be.
    """
    with desk.database.read() as session:
        kept = raw.get(session, received.raw_id)
    carrier = carriers().get(kept.carrier) if kept is not None else None
    if kept is None or carrier is None:
        return 0
    readings = [r for r in read(carrier, kept.answer, push=True) if look.is_answer(r)]
    found, outcomes = _record(desk, carrier, kept, received, readings)
    result = "bad_answer" if not readings else "read" if found else "nobodys"
    desk.meters.pushed(kept.carrier, result)
    count_scans(desk.meters, kept.carrier, outcomes)
    return len(outcomes)


def _record(
    desk: Desk,
    carrier: type[Carrier],
    kept: Raw,
    received: Received,
    readings: list[Tracking],
) -> tuple[int, list[Outcome]]:
    """Write all that one body tells; return how many parcels it tells of, and what.

    A long list is written in pieces, so that it keeps nobody else from writing; cut
    short by a crash it is read again from its beginning, which changes nothing.
    """
    found, outcomes = 0, []
    eye = desk.eye()
    for start in range(0, max(len(readings), 1), _TOGETHER):
        with desk.database.write() as session:
            for reading in readings[start : start + _TOGETHER]:
                held = _parcels(session, desk, carrier, reading, received)
                found += len(held)
                raw.link(session, [(kept.id, h.shipment.id) for h in held])
                outcomes += _take(
                    session, desk, eye, carrier, reading, held, received.trust
                )
            if start + _TOGETHER >= len(readings):
                _close(
                    session, kept, nobodys=bool(readings) and not found, at=desk.now()
                )
            session.commit()
    return found, outcomes


def _close(session: Session, kept: Raw, *, nobodys: bool, at: datetime) -> None:
    if nobodys and not kept.shipment_ids:
        raw.forget(session, kept.id)
    else:
        raw.mark_read(session, kept.id, now=at)


def _parcels(
    session: Session,
    desk: Desk,
    carrier: type[Carrier],
    reading: Tracking,
    received: Received,
) -> list[Held]:
    """Return the parcels that a push may be about, those fallen back to its sender too.

    Who only knows a brand's URL, and is believed, is believed of that brand's alone.
    """
    alone = received.trust is Trust.URL_ONLY and not _is_asked(desk, carrier)
    if alone and received.brand_id is None:
        return []
    ids = shipments.by_numbers(
        session,
        carrier.code,
        _spellings(reading.number),
        stands_in_for=desk.fallback.in_place_of(carrier.code),
        brand_id=received.brand_id if alone else None,
    )
    held = shipments.load(session, ids, lock=True)
    return [h for h in held if h.shipment.erased_at is None]


def _take(
    session: Session,
    desk: Desk,
    eye: look.Eye,
    carrier: type[Carrier],
    reading: Tracking,
    held: list[Held],
    trust: Trust,
) -> list[Outcome]:
    """Record what a push tells.

    What only knew our URL is believed of a carrier that cannot be asked; of any other
    it merely brings the next question forward.
    """
    if not _is_believed(desk, carrier, trust):
        polling.ask_again(session, [h.shipment.id for h in held], at=eye.now)
        return []
    source = f"push:{carrier.code}"
    outcomes = [look.answered(h, reading, eye, source=source) for h in held]
    history.write(session, outcomes, now=eye.now, wall=desk.wall())
    return outcomes


def believed(desk: Desk, kept: Raw, held: Iterable[Held]) -> list[Held]:
    """Return the parcels of which a kept push is believed, by what it proved then."""
    trust = Trust(kept.trust or Trust.URL_ONLY)
    if not _is_believed(desk, carriers()[kept.carrier], trust):
        return []
    signed = trust is Trust.SIGNED
    return [h for h in held if signed or h.shipment.brand.id == kept.brand_id]


def _is_believed(desk: Desk, carrier: type[Carrier], trust: Trust) -> bool:
    return trust is Trust.SIGNED or not _is_asked(desk, carrier)


def _is_asked(desk: Desk, carrier: type[Carrier]) -> bool:
    return carrier.pull and carrier.code in desk.carriers


def _spellings(number: str | None) -> list[str]:
    stated = clean(number, _NUMBER) or ""
    return sorted({stated, plain(stated)} - {""})


def read_left_over(desk: Desk, *, limit: int = 50) -> int:
    """Read bodies whose reading was cut short by a crash; return how many."""
    with desk.database.read() as session:
        ids = raw.unread_pushes(session, before=desk.now() - _LEFT_UNREAD, limit=limit)
        left = [kept for i in ids if (kept := raw.get(session, i)) is not None]
    for kept in left:
        trust = Trust(kept.trust or Trust.URL_ONLY)
        try:
            digest_push(desk, Received(kept.id, trust, kept.brand_id))
        except Exception:
            # `replay` may read it some day; those behind it are read now.
            log.exception("push not read", carrier=kept.carrier)
            with desk.database.write() as session:
                raw.mark_read(session, kept.id, now=desk.now())
                session.commit()
    return len(left)
