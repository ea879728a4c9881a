"""Import: a CSV file of parcels, taken as a whole or not at all.

The rule: the whole file is read and checked before anything is written. If a line is
refused nothing is written, unless `skip_refused` is set: then all other parcels are.
A parcel is always wholly in or wholly out, with all of its lines.

All is written in one transaction, so that a crash leaves nothing half-imported: a few
hundred parcels at a time, a hundred thousand in half a minute of CPU. Meanwhile others
wait to write on SQLite, and on PostgreSQL another import of the same brand. A parcel
that the brand has already is counted as known, and left as it is.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from track_service.core.parcel import Brand
from track_service.services import intake
from track_service.services.minting import Mint
from track_service.services.register import (
    NewShipment,
    Refused,
    register_all,
    unregistered,
)
from track_service.services.sheet import Line, Parcel, parcels
from track_service.store import idempotency
from track_service.store.db import Database

_BATCH = 500
_LOCK = " import"  # no client's key: those have no blanks around them
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import; `str()` of it is for people.

    `registered` and `known` count parcels, `refused` are lines. After a `dry_run`
    they tell what an import would come to.
    """

    registered: int = 0
    known: int = 0
    refused: tuple[Line, ...] = ()
    skipped: bool = False
    dry_run: bool = False

    @property
    def is_done(self) -> bool:
        """Whether nothing stood in the way of the import."""
        return self.skipped or not self.refused

    def __str__(self) -> str:
        """Return the report in a few lines of text, without any personal value."""
        would = "would be " if self.dry_run else ""
        told = [
            f"{self.registered} parcels {would}registered, {self.known} known already,"
            f" {len(self.refused)} lines refused."
        ]
        if not self.is_done:
            told.append("Nothing was imported.")
        for line in self.refused[:_SHOWN]:
            told.append(f"line {line.number}: {'; '.join(line.reasons)}")
        if len(self.refused) > _SHOWN:
            told.append(f"… and {len(self.refused) - _SHOWN} more lines.")
        return "\n".join(told)


def import_csv(
    lines: Iterable[str],
    *,
    brand: Brand,
    database: Database,
    now: datetime,
    mint: Mint,
    reachable: Collection[str] = (),
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    skip_refused: bool = False,
    dry_run: bool = False,
) -> Report:
    """Import parcels for a brand, by the rule above.

    `lines` are a CSV file's, see `sheet` for its columns and `sheet.decoded` for a
    file opened as bytes, and `intake.read` for `reachable`. `progress` is told how many
    parcels are dealt with so far, and of how many, after each batch. Raises `BadFile`
    where the file as a whole cannot be read.
    """
    good, refused = _checked(lines, brand, reachable)
    if refused and not skip_refused:
        return Report(refused=refused, dry_run=dry_run)
    registered = 0
    with database.read() if dry_run else database.write() as session:
        if not dry_run:
            idempotency.hold(session, brand.id, _LOCK)
        for start in range(0, len(good), _BATCH):
            batch = good[start : start + _BATCH]
            new = unregistered(session, brand, batch)
            if dry_run:
                registered += len(new)
            else:
                registered += len(register_all(session, brand, new, now=now, mint=mint))
            progress(start + len(batch), len(good))
        session.commit()
    known = len(good) - registered
    return Report(registered, known, refused, skip_refused, dry_run)


def _checked(
    lines: Iterable[str], brand: Brand, reachable: Collection[str]
) -> tuple[list[NewShipment], tuple[Line, ...]]:
    good: dict[tuple[str, str], tuple[NewShipment, int]] = {}
    wrong: list[Line] = []
    for parcel in parcels(lines):
        new = _read(parcel, brand, reachable)
        if new is not None:
            own = (new, parcel.first_line)
            _, line = good.setdefault((new.carrier, new.number), own)
            if line == parcel.first_line:
                continue
            parcel.blame_last(f"carrier: write it as in line {line}.")
        wrong += parcel.refused()
    told = sorted(wrong, key=lambda line: line.number)
    return [new for new, _ in good.values()], tuple(told)


def _read(
    parcel: Parcel, brand: Brand, reachable: Collection[str]
) -> NewShipment | None:
    try:
        new = intake.read(parcel.document(), brand=brand, reachable=reachable)
    except Refused as error:
        for path, messages in error.fields.items():
            parcel.refuse(path, messages)
        return None
    return None if parcel.is_refused else new
