"""What people do to entries of the work queue: assign, note, mute, say how far it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from track_service.core.staff import Role, User
from track_service.store import audit, queue
from track_service.store.audit import Actor
from track_service.store.queue import Entry

MOST = 200  # entries that are changed at once
LONGEST_NOTE = 2000


class Status(StrEnum):
    """How far an entry is."""

    OPEN = "open"
    IN_WORK = "in_work"
    WAITING = "waiting"
    DONE = "done"


class WrongChange(Exception):
    """An entry cannot be changed like this; the message tells why."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to change; None leaves it as it is.

    `assign` tells that `owner` (None: nobody) is to be the owner, `mute` that it is to
    be muted until then (None: heard again).
    """

    status: Status | None = None
    assign: bool = False
    owner: User | None = None
    mute: bool = False
    muted_until: datetime | None = None
    words: str | None = None


def change(
    session: Session,
    ids: Collection[int],
    wanted: Change,
    *,
    brand_ids: Collection[int],
    actor: Actor,
    now: datetime,
    wall: datetime,
) -> list[Entry]:
    """Change entries of these brands, log each, and return them as they are now.

    What is asked of a group is done to all of it. Ids that are no entry of theirs
    change nothing and are left out. Raises `WrongChange`, and then changes nothing.
    """
    _check(wanted)
    entries = queue.lock(session, ids, brand_ids)
    if wanted.owner is not None:
        for entry in entries:
            if not wanted.owner.may(Role.AGENT, entry.brand_id):
                raise WrongChange("owner: does not work for this brand")
    for entry in entries:
        _change(session, entry, wanted, actor=actor, now=now, wall=wall)
    return queue.load(session, [entry.id for entry in entries])


def _check(wanted: Change) -> None:
    if wanted.words is not None and not 0 < len(wanted.words.strip()) <= LONGEST_NOTE:
        raise WrongChange(f"note: 1 to {LONGEST_NOTE} letters")
    if wanted.words is not None and "\0" in wanted.words:
        raise WrongChange("note: holds what is no text")


def _change(
    session: Session,
    entry: Entry,
    wanted: Change,
    *,
    actor: Actor,
    now: datetime,
    wall: datetime,
) -> None:
    if wanted.status is not None and entry.cleared_at is not None:
        raise WrongChange("status: the entry's cause has ended")
    values = _values(entry, wanted, now)
    if values:
        queue.change(session, entry.id, values)
        _log(session, entry, values, actor=actor, now=now, wall=wall)
    if values and entry.is_group:
        # A group that is done is over; its parcels' causes are not.
        kept = {name: v for name, v in values.items() if name != "cleared_at"}
        queue.change_members(session, entry.id, kept)
    if wanted.words is not None:
        words = wanted.words.strip()
        queue.note(session, entry.id, actor, "note", now=now, words=words)
        _audit(session, entry, "queue.note", actor=actor, wall=wall)


def _values(entry: Entry, wanted: Change, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.status is not None and wanted.status != entry.status:
        is_done = wanted.status is Status.DONE
        values["status"] = wanted.status.value
        values["closed_at"] = now if is_done else None
        if is_done and entry.is_group:
            values["cleared_at"] = now
    if wanted.assign:
        owner_id = wanted.owner.id if wanted.owner else None
        if owner_id != entry.owner_id:
            values["owner_id"] = owner_id
    if wanted.mute and wanted.muted_until != entry.muted_until:
        values["muted_until"] = wanted.muted_until
    return values


_TOLD = {
    "status": "queue.status",
    "owner_id": "queue.assign",
    "muted_until": "queue.mute",
}


def _log(
    session: Session,
    entry: Entry,
    values: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
    wall: datetime,
) -> None:
    for name, action in _TOLD.items():
        if name not in values:
            continue
        before, after = _plain(getattr(entry, name)), _plain(values[name])
        _audit(
            session,
            entry,
            action,
            actor=actor,
            wall=wall,
            before={name: before},
            after={name: after},
        )
        queue.note(
            session,
            entry.id,
            actor,
            action.partition(".")[2],
            now=now,
            detail=None if after is None else str(after),
        )


def _audit(
    session: Session,
    entry: Entry,
    action: str,
    *,
    actor: Actor,
    wall: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        session,
        actor,
        action,
        f"entry:{entry.id}",
        wall=wall,
        brand_id=entry.brand_id,
        before=before,
        after=after,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
