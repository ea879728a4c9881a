"""Ask carriers for the parcels that are due, and record what they say."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from track_service.carriers.base import Carrier, Wanted
from track_service.services.ask import Reply, ask
from track_service.services.correct import correct
from track_service.services.desk import Desk as Desk
from track_service.services.recording import record
from track_service.store import accounts, limits, polling, shipments
from track_service.store.history import Outcome
from track_service.store.shipments import Held

_CLAIM = 20  # parcels a transaction: few enough for a lease, enough to share its cost
# A call takes up to a minute: the last one begun ends before the lease does.
_ASK_FOR = polling.LEASE - timedelta(minutes=2)


def poll_due(desk: Desk, code: str) -> int:
    """Claim, ask and record some of a carrier's due parcels; return how many.

    0 means that nothing is due, or that the account is not to be asked now.
    """
    carrier = desk.carriers[code]
    until = desk.wall() + _ASK_FOR
    ids = _claim(desk, carrier)
    if not ids:
        return 0
    replies: list[Reply] = []
    for batch in _batches(_parcels(desk, ids), carrier.batch_size):
        replies.append(ask(carrier, batch, now=desk.now(), wall=desk.wall()))
        if replies[-1].stop or desk.wall() >= until:
            break
    correct(desk, record(desk, carrier.code, replies, claimed=ids))
    return 0 if any(reply.stop for reply in replies) else len(ids)


def poll_one(desk: Desk, shipment_id: int) -> Outcome | None:
    """Ask for one parcel now, due or not; None where it cannot be asked for."""
    with desk.database.read() as session:
        held = shipments.load(session, [shipment_id], full=False)
    of = held[0].shipment if held else None
    carrier = desk.carriers.get(of.asked_of or of.carrier) if of else None
    if carrier is None or not carrier.pull or held[0].shipment.erased_at is not None:
        return None
    parcel = {shipment_id: wanted(held[0])}
    reply = ask(carrier, parcel, now=desk.now(), wall=desk.wall())
    outcomes = record(desk, carrier.code, [reply])
    return outcomes[0] if outcomes else None


def _claim(desk: Desk, carrier: Carrier) -> list[int]:
    wall, limit, oldest_first = desk.wall(), max(_CLAIM, carrier.batch_size), False
    with desk.database.write() as session:
        if accounts.is_open(session, carrier.code, wall=wall) or limits.is_far(
            session, carrier.code, wall=wall
        ):
            return []
        per_day = desk.per_day.get(carrier.code)
        if per_day is not None:
            calls, oldest_first = limits.pace(
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
    """Return what to ask for, in the order of the claim: the most urgent first."""
    with desk.database.read() as session:
        held = {h.shipment.id: h for h in shipments.load(session, ids, full=False)}
    return {i: wanted(held[i]) for i in ids if held[i].shipment.erased_at is None}


def wanted(held: Held) -> Wanted:
    """Return what a carrier is told of a parcel when it is asked for."""
    of = held.shipment
    return Wanted(
        of.number, postal=of.postal, shipped_on=of.shipped_on, carrier=of.carrier
    )


def _batches(parcels: Mapping[int, Wanted], size: int) -> Iterator[dict[int, Wanted]]:
    entries = list(parcels.items())
    return (dict(entries[i : i + size]) for i in range(0, len(entries), size))
