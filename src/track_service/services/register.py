"""A shop hands over a parcel: checked, stored, and due at once."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from track_service.carriers import carriers
from track_service.core import cadence
from track_service.core.parcel import Brand, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.services.minting import Mint
from track_service.store import adding, idempotency, shipments

_NO_INFO = Meaning(Status.PENDING, "no_info")


class Refused(Exception):
    """What was handed over cannot be taken. `fields` tells what is wrong, by field.

    `candidates` are the carriers whose the number may be, where one is to be named.
    """

    def __init__(
        self, fields: dict[str, list[str]], *, candidates: tuple[str, ...] = ()
    ) -> None:
        super().__init__("; ".join(f"{k}: {', '.join(v)}" for k, v in fields.items()))
        self.fields = fields
        self.candidates = candidates


class AlreadyRegistered(Exception):
    """The brand has this carrier and number already.

    `public_id` tells which shipment it is, None where it was stored this very moment.
    """

    def __init__(self, public_id: str | None) -> None:
        super().__init__(f"already registered as {public_id}")
        self.public_id = public_id


class KeyReused(Exception):
    """An `Idempotency-Key` came again with another body."""


@dataclass(frozen=True, slots=True)
class NewShipment:
    """What a shop tells of a parcel; `postal` is for carriers that ask for it.

    `carrier` is a code, `carrier_stated` what the shop wrote, None if it left it to us.
    A `quiet` one is of a past order; `status` is what the shop knows of such a one. An
    `inward` one is a return, on its way to the shop. `service` is as in `Shipment`.
    """

    order: Order
    carrier: str
    number: str
    promised_on: date | None = None
    shipped_on: date | None = None
    postal: str | None = field(default=None, repr=False)
    carrier_stated: str | None = None
    quiet: bool = False
    inward: bool = False
    service: str | None = None
    status: Status | None = None


def register(
    session: Session, brand: Brand, new: NewShipment, *, now: datetime, mint: Mint
) -> Shipment:
    """Store a parcel and let it come due. Raises `Refused`, `AlreadyRegistered`."""
    if new.carrier not in carriers():
        raise Refused({"carrier": [f"no carrier has the code {new.carrier!r}"]})
    known = _find(session, brand, new)
    if known is not None:
        raise AlreadyRegistered(known)
    made = register_all(session, brand, [new], now=now, mint=mint)
    if not made:
        raise AlreadyRegistered(_find(session, brand, new))
    return made[0]


def register_all(
    session: Session,
    brand: Brand,
    news: Sequence[NewShipment],
    *,
    now: datetime,
    mint: Mint,
) -> list[Shipment]:
    """Store parcels with a statement a table and let them come due.

    Returns those stored: not those that somebody else stored in the same moment.
    """
    made = [_shipment(brand, new, now=now, mint=mint) for new in news]
    ids = adding.add(session, [(one, _first_poll(one, now)) for one in made])
    return [replace(m, id=ids[m.public_id]) for m in made if m.public_id in ids]


def unregistered(
    session: Session, brand: Brand, news: Sequence[NewShipment]
) -> list[NewShipment]:
    """Return those parcels that the brand does not have yet."""
    known = shipments.known(session, brand.id, [new.number for new in news])
    return [new for new in news if (new.carrier, new.number) not in known]


def _first_poll(shipment: Shipment, now: datetime) -> datetime | None:
    pulled = carriers()[shipment.carrier].pull
    return cadence.first_poll(shipment, now=now) if pulled else None


def _shipment(brand: Brand, new: NewShipment, *, now: datetime, mint: Mint) -> Shipment:
    return Shipment(
        id=0,
        public_id=f"shp_{mint.secret()}",
        token=mint.secret(),
        brand=brand,
        order=new.order,
        carrier=new.carrier,
        number=new.number,
        created_at=now,
        promised_on=new.promised_on,
        shipped_on=new.shipped_on,
        postal=new.postal,
        meaning=Meaning(new.status) if new.status else _NO_INFO,
        carrier_stated=new.carrier_stated,
        quiet=new.quiet,
        inward=new.inward,
        service=new.service,
    )


def register_once(
    session: Session,
    brand: Brand,
    new: NewShipment,
    *,
    key: str | None,
    body: Any,
    now: datetime,
    mint: Mint,
) -> tuple[Shipment, bool]:
    """Register under an idempotency key; return the shipment and whether it is new.

    The same key with the same body gives the first shipment again. Raises `KeyReused`
    for the same key with another body, and what `register` raises.
    """
    if key is None:
        return register(session, brand, new, now=now, mint=mint), True
    digest = _digest(body)
    used = idempotency.find(session, brand.id, key)
    if used is not None:
        if not hmac.compare_digest(used.digest, digest):
            raise KeyReused(key)
        before = shipments.by_public_id(session, brand.id, used.public_id)
        if before is not None:
            return before, False
    shipment = register(session, brand, new, now=now, mint=mint)
    idempotency.keep(
        session, brand.id, key, digest=digest, public_id=shipment.public_id, now=now
    )
    return shipment, True


def _find(session: Session, brand: Brand, new: NewShipment) -> str | None:
    return shipments.find(
        session, brand_id=brand.id, carrier=new.carrier, number=new.number
    )


def _digest(body: Any) -> str:
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(plain.encode()).hexdigest()
