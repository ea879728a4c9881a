"""A shop hands over a parcel: checked, stored, and due at once."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from track_service.carriers import carriers
from track_service.core.parcel import Brand, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.services.minting import Mint
from track_service.store import idempotency, shipments


class Refused(Exception):
    """What was handed over cannot be taken. `fields` tells what is wrong, by field."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{k}: {', '.join(v)}" for k, v in fields.items()))
        self.fields = fields


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
    """What a shop tells of a parcel; `postal` is for carriers that ask for it."""

    order: Order
    carrier: str
    number: str
    promised_on: date | None = None
    shipped_on: date | None = None
    postal: str | None = field(default=None, repr=False)


def register(
    session: Session, brand: Brand, new: NewShipment, *, now: datetime, mint: Mint
) -> Shipment:
    """Store a parcel and let it come due. Raises `Refused`, `AlreadyRegistered`."""
    carrier = carriers().get(new.carrier)
    if carrier is None:
        raise Refused({"carrier": [f"no carrier has the code {new.carrier!r}"]})
    known = _find(session, brand, new)
    if known is not None:
        raise AlreadyRegistered(known)
    shipment = Shipment(
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
        meaning=Meaning(Status.PENDING, "no_info"),
    )
    poll_after = now if carrier.pull else None
    try:
        shipment_id = shipments.add(session, shipment, poll_after=poll_after)
    except shipments.Taken as error:
        raise AlreadyRegistered(_find(session, brand, new)) from error
    return replace(shipment, id=shipment_id)


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
