"""What a back-test of notices shows: what would have gone out beside what did."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.calendar import today
from track_service.core.parcel import Brand
from track_service.services.backtests.kept import Kept, read
from track_service.services.backtests.notices import To, Told, replayed
from track_service.services.backtests.tried_rules import TriedRules
from track_service.store import past


@dataclass(frozen=True, slots=True)
class Line:
    """A notice or alert of one parcel: the day under the tried rules, and as it was.

    None where it would not have gone out, or did not.
    """

    brand: str
    parcel: str
    to: To
    kind: str
    would: date | None
    did: date | None


def tried_notices(
    session: Session, rules: TriedRules, *, start: datetime, until: datetime
) -> list[Line]:
    """Return all that would have gone out or did, from `start` to before `until`."""
    parcels = read(session, before=until)
    would = replayed(parcels, rules, start=start, until=until)
    did = [
        Told(at, parcel, kind, to)
        for to, found in ((To.OPS, past.alerts), (To.SHOPPER, past.notices))
        for parcel, kind, at in found(session, start=start, until=until)
    ]
    return list(_lines(parcels, would, did))


def table(lines: Sequence[Line]) -> Iterator[str]:
    """Yield how many would have gone out and did: by whom and kind, and by day."""
    yield f"{'to':8} {'kind':22} {'would':>6} {'did':>6} {'only would':>11} {'only did':>9}"
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.to, line.kind].append(line)
    for (to, kind), alike in sorted(groups.items()):
        would, did = (
            sum(day is not None for day in days)
            for days in ([x.would for x in alike], [x.did for x in alike])
        )
        both = sum(x.would is not None and x.did is not None for x in alike)
        yield f"{to:8} {kind:22} {would:6} {did:6} {would - both:11} {did - both:9}"
    yield ""
    yield f"{'day':10} {'would':>6} {'did':>6}"
    would_on, did_on = _by_day(x.would for x in lines), _by_day(x.did for x in lines)
    for day in sorted(would_on | did_on):
        yield f"{day} {would_on[day]:6} {did_on[day]:6}"


def document(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return the lines as JSON can hold them."""
    return [
        {
            "brand": line.brand,
            "shipment": line.parcel,
            "to": line.to,
            "kind": line.kind,
            "would": line.would and line.would.isoformat(),
            "did": line.did and line.did.isoformat(),
        }
        for line in lines
    ]


def _by_day(days: Iterable[date | None]) -> Counter[date]:
    return Counter(day for day in days if day is not None)


def _lines(
    parcels: Iterable[Kept], would: Iterable[Told], did: Iterable[Told]
) -> Iterator[Line]:
    """Pair the first with the first of each kind of a parcel, and so on."""
    known = {kept.held.shipment.id: kept.held.shipment for kept in parcels}
    theirs, ours = _grouped(would), _grouped(did)
    for key in sorted(theirs.keys() | ours.keys()):
        parcel, to, kind = key
        if parcel not in known:  # erased since, or a past order's
            continue
        of = known[parcel]
        days = (_days(told.get(key, ()), of.brand) for told in (theirs, ours))
        for one, other in zip_longest(*days):
            yield Line(of.brand.code, of.public_id, To(to), kind, one, other)


def _grouped(told: Iterable[Told]) -> Mapping[tuple[int, str, str], list[datetime]]:
    found: dict[tuple[int, str, str], list[datetime]] = defaultdict(list)
    for one in sorted(told):
        found[one.parcel, one.to, one.kind].append(one.at)
    return found


def _days(instants: Iterable[datetime], brand: Brand) -> list[date]:
    zone: tzinfo = ZoneInfo(brand.zone)
    return [today(at, zone) for at in instants]
