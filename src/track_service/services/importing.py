"""Import: a CSV file of parcels, taken as a whole or not at all.

The rule: the whole file is read and checked before anything is written. If a line is
refused nothing is written, unless `skip_refused` is set: then all other parcels are.
A parcel is always wholly in or wholly out, with all of its lines.

Writing goes in transactions of a few hundred parcels. A crash in between leaves whole
parcels only, and the same file imported again goes on where it stopped: a parcel that
the brand has already is counted as known, and left as it is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.services import intake
from track_service.services.minting import Mint
from track_service.services.register import (
    AlreadyRegistered,
    NewShipment,
    Refused,
    register,
)
from track_service.services.sheet import Line, Parcel, parcels
from track_service.store import shipments
from track_service.store.db import Database

_BATCH = 500
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
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    skip_refused: bool = False,
    dry_run: bool = False,
) -> Report:
    """Import parcels for a brand, by the rule above.

    `lines` are a CSV file's, see `sheet` for its columns and `sheet.decoded` for a
    file opened as bytes. `progress` is told how many parcels are dealt with so far,
    and of how many, after each batch. Raises `BadFile` where the file as a whole cannot be read.
    """
    good, refused = _checked(lines, brand)
    if refused and not skip_refused:
        return Report(refused=refused, dry_run=dry_run)
    registered = done = 0
    for start in range(0, len(good), _BATCH):
        batch = good[start : start + _BATCH]
        if dry_run:
            registered += _count_new(database, brand, batch)
        else:
            registered += _write(database, brand, batch, now=now, mint=mint)
        done += len(batch)
        progress(done, len(good))
    return Report(registered, done - registered, refused, skip_refused, dry_run)


def _checked(
    lines: Iterable[str], brand: Brand
) -> tuple[list[NewShipment], tuple[Line, ...]]:
    good: list[NewShipment] = []
    wrong: list[Line] = []
    for parcel in parcels(lines):
        new = _read(parcel, brand)
        if new is None:
            wrong += parcel.refused()
        else:
            good.append(new)
    return good, tuple(sorted(wrong, key=lambda line: line.number))


def _read(parcel: Parcel, brand: Brand) -> NewShipment | None:
    try:
        new = intake.read(parcel.document(), brand=brand)
    except Refused as error:
        for path, messages in error.fields.items():
            parcel.refuse(path, messages)
        return None
    return None if parcel.is_refused else new


def _write(
    database: Database,
    brand: Brand,
    batch: Iterable[NewShipment],
    *,
    now: datetime,
    mint: Mint,
) -> int:
    with database.write() as session:
        new = sum(_register(session, brand, one, now=now, mint=mint) for one in batch)
        session.commit()
    return new


def _register(
    session: Session,
    brand: Brand,
    new: NewShipment,
    *,
    now: datetime,
    mint: Mint,
    last_try: bool = False,
) -> bool:
    try:
        register(session, brand, new, now=now, mint=mint)
    except AlreadyRegistered as error:
        if error.public_id is not None:
            return False
        if last_try:
            raise
        # Lost a race, perhaps only for the order: now the winner can be seen.
        return _register(session, brand, new, now=now, mint=mint, last_try=True)
    return True


def _count_new(database: Database, brand: Brand, batch: Iterable[NewShipment]) -> int:
    with database.read() as session:
        return sum(
            shipments.find(
                session, brand_id=brand.id, carrier=new.carrier, number=new.number
            )
            is None
            for new in batch
        )
