"""What a carrier tells of a parcel beside its scans: where it waits, the proof, its legs."""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class PickupPoint:
    """A shop, locker or office where a parcel waits: `lines` of address, `hours` as stated.

    It is no home of anybody: whoever holds the page's link may see it.
    """

    name: str | None = None
    lines: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything of it is known."""
        return bool(self.name or self.lines)


@dataclass(frozen=True, slots=True)
class Mile:
    """The first or last leg's carrier, in its teller's words, and the number there."""

    carrier: str | None = None
    number: str | None = None

    def __bool__(self) -> bool:
        """Whether anything of it is known."""
        return bool(self.carrier or self.number)


@dataclass(frozen=True, slots=True)
class Detail:
    """What is known; `collect_by` is the last day on which the pick-up point keeps it.

    `proof_url` is the https address of a photo or document that shows the delivery.
    """

    pickup: PickupPoint | None = None
    collect_by: date | None = None
    proof_url: str | None = field(default=None, repr=False)
    first_mile: Mile | None = None
    last_mile: Mile | None = None

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return any(getattr(self, one.name) for one in fields(self))

    def and_then(self, later: "Detail") -> "Detail":
        """Return what is known after a later answer, which need not repeat it all."""
        told = {one.name: getattr(later, one.name) for one in fields(later)}
        return replace(self, **{name: value for name, value in told.items() if value})


NOTHING = Detail()


def document(detail: Detail) -> dict[str, Any]:
    """Return its JSON values; what is not known is None."""
    point = detail.pickup
    return {
        "pickup_point": point
        and {
            "name": point.name,
            "address": list(point.lines),
            "opening_hours": list(point.hours),
        },
        "collect_by": detail.collect_by and detail.collect_by.isoformat(),
        "proof_url": detail.proof_url,
        "first_mile": _mile(detail.first_mile),
        "last_mile": _mile(detail.last_mile),
    }


def read(values: dict[str, Any]) -> Detail:
    """Return the detail of its JSON values."""
    point, by = values["pickup_point"], values["collect_by"]
    return Detail(
        pickup=point
        and PickupPoint(
            point["name"], tuple(point["address"]), tuple(point["opening_hours"])
        ),
        collect_by=date.fromisoformat(by) if by else None,
        proof_url=values["proof_url"],
        first_mile=values["first_mile"] and Mile(**values["first_mile"]),
        last_mile=values["last_mile"] and Mile(**values["last_mile"]),
    )


def _mile(mile: Mile | None) -> dict[str, Any] | None:
    return {"carrier": mile.carrier, "number": mile.number} if mile else None
