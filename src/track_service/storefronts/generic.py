"""Any other shop system: a webhook whose fields the brand maps to ours itself.

The mapping is a setting of the connection, a JSON object of our field and its path in the
payload (docs/integrating.md). `items` and `parcels` are lists, their fields' paths begin
with the list's; without a list they are one. A value "=VND" is the same for all orders;
`path=word|word` is true where one of the words stands there.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from track_service.core.field_map import (
    CUSTOMER,
    LISTS,
    ORDER,
    STAGES,
    Source,
    WrongMap,
    read_map,
)
from track_service.core.handover import Buyer, Handover, Line, Parcel
from track_service.core.json_path import put, read_path, values
from track_service.storefronts.base import (
    BadPayload,
    Hook,
    Kind,
    Proven,
    Sampled,
    Storefront,
    WrongSettings,
)
from track_service.storefronts.proof import is_fresh, signed_in_hex
from track_service.storefronts.reading import (
    amount,
    ident,
    json_body,
    link,
    mac,
    quantity,
    reader_with_settings,
    signed,
    stamp,
    text,
    whose,
)

PROOFS = ("hmac-hex", "hmac-base64", "bearer")


class Generic(Storefront):
    """A shop system of one's own: orders as its mapping tells them."""

    code: ClassVar[str] = "generic"
    label: ClassVar[str] = "Generic webhook"
    settings: ClassVar[tuple[str, ...]] = ("secret", "mapping")
    optional: ClassVar[tuple[str, ...]] = ("proof", "proof_header", "time_header")
    topics: ClassVar[Mapping[str, Kind]] = {"order": Kind.ORDER}

    @staticmethod
    def check(settings: Mapping[str, str]) -> None:
        """Refuse a mapping or a proof that cannot be. Raises `WrongSettings`."""
        _map(settings)
        if settings.get("proof", PROOFS[0]) not in PROOFS:
            raise WrongSettings(f"proof: is none of {', '.join(PROOFS)}")

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return the one topic that there is: all that is sent here is an order."""
        return "order"

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Compare the body's HMAC-SHA256, or the secret itself where it is a bearer.

        The time is told beside the body, not signed: it stops late repeats, no thief.
        """
        if _is_proven(hook, settings) is Proven.REFUSED:
            return Proven.REFUSED
        header = settings.get("time_header")
        if not header:
            return Proven.SIGNED
        fresh = is_fresh(hook.headers.get(header.lower(), ""), now)
        return Proven.SIGNED if fresh else Proven.STALE

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook:
        """Return a made-up order in the shape that the mapping tells, proven."""
        body = json.dumps(_sample(json.loads(settings["mapping"]), order)).encode()
        secret, proof = settings["secret"], settings.get("proof", PROOFS[0])
        proofs = {
            "hmac-hex": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
            "hmac-base64": mac(secret, body),
            "bearer": f"Bearer {secret}",
        }
        headers = {_proof_header(settings): proofs[proof]}
        if settings.get("time_header"):
            headers[settings["time_header"].lower()] = order.now.isoformat()
        return Hook(body, headers)

    @staticmethod
    @reader_with_settings
    def parse(
        body: bytes, topic: str | None, settings: Mapping[str, str]
    ) -> list[Handover]:
        """Read the one order of a payload, by the connection's mapping."""
        if "mapping" not in settings:
            raise BadPayload("mapping: wanted, to know which field is where")
        try:
            sources = _map(settings)
        except WrongSettings as error:
            raise BadPayload(str(error)) from error
        return [_order(json_body(body), sources, settings["mapping"])]


STOREFRONT: type[Storefront] = Generic


def _map(settings: Mapping[str, str]) -> Mapping[str, Source]:
    try:
        return read_map(settings["mapping"])
    except WrongMap as error:
        raise WrongSettings(f"mapping: {error}") from error


def _is_proven(hook: Hook, settings: Mapping[str, str]) -> Proven:
    secret, proof = settings["secret"], settings.get("proof", PROOFS[0])
    given = hook.headers.get(_proof_header(settings), "")
    if proof == "bearer":
        told = given.removeprefix("Bearer ").encode(errors="replace")
        same = hmac.compare_digest(told, secret.encode())
        return Proven.SIGNED if same else Proven.REFUSED
    mac = given.removeprefix("sha256=")
    if proof == "hmac-base64":
        return signed(secret, hook.body, mac)
    return signed_in_hex(secret, hook.body, mac)


def _proof_header(settings: Mapping[str, str]) -> str:
    usual = "authorization" if settings.get("proof") == "bearer" else "x-signature"
    return settings.get("proof_header", usual).lower()


def _order(told: Any, sources: Mapping[str, Source], written: str) -> Handover:
    of = {name: sources[name].read(told) for name in ORDER if name in sources}
    if text(of["number"]) is None:
        path = json.loads(written)["number"]
        raise BadPayload(f"number: there is none at {path}")
    stages = [
        stage
        for name, stage in STAGES.items()
        if name in sources and sources[name].is_true(told)
    ]
    return Handover(
        number=text(of["number"]),
        external_id=ident(of.get("external_id")) or text(of["number"]),
        placed_at=stamp(of.get("placed_at")),
        updated_at=stamp(of.get("updated_at")),
        currency=text(of.get("currency")),
        total=amount(of.get("total")),
        cod_amount=amount(of.get("cod_amount")),
        promised=stamp(of.get("promised")),
        service=text(of.get("service")),
        buyer=_buyer(told, sources),
        lines=_lines(told, sources),
        parcels=_parcels(told, sources),
        stage=stages[-1] if stages else None,
        fulfilment_stated=text(of.get("fulfilment_status")),
        cancelled=sources["cancelled"].is_true(told)
        if "cancelled" in sources
        else None,
    )


def _buyer(told: Any, sources: Mapping[str, Source]) -> Buyer:
    known = {name: sources.get(f"customer.{name}") for name in CUSTOMER}
    return Buyer(**{name: text(one.read(told)) for name, one in known.items() if one})


def _entries(
    told: Any, sources: Mapping[str, Source], prefix: str
) -> Iterator[dict[str, Any]]:
    """Yield what each entry of a list tells; without a list the document is the one."""
    known = {
        name: sources[f"{prefix}.{name}"]
        for name in LISTS[prefix]
        if f"{prefix}.{name}" in sources
    }
    if known:
        path = sources[prefix].path if prefix in sources else ()
        for there in values(told, path):
            for entry in there if isinstance(there, list) else [there]:
                yield {name: one.read(entry) for name, one in known.items()}


def _sample(mapping: Mapping[str, str], order: Sampled) -> Any:
    """Return a payload in which every field that says something is where it is looked for.

    A list's fields are where their own paths lead, which begin with the list's.
    """
    told: dict[str, Any] = {
        "number": order.number,
        "external_id": order.external_id,
        "placed_at": order.now.isoformat(),
        "updated_at": order.now.isoformat(),
        "customer.name": "Test Order",
        "items.title": "A test item",
        "items.quantity": 1,
        "items.sku": "TEST",
        "parcels.carrier": "UPS",
        "parcels.number": order.ups_number,
    }
    document: Any = {}
    for field, what in told.items():
        path = mapping.get(field, "=")
        if not path.startswith("="):
            document = put(document, read_path(path), what)
    return document


def _lines(told: Any, sources: Mapping[str, Source]) -> tuple[Line, ...] | None:
    found = tuple(
        Line(
            title=text(of.get("title")),
            quantity=quantity(of.get("quantity")),
            sku=text(of.get("sku")),
            variant=text(of.get("variant")),
            price=amount(of.get("price")),
            product_id=ident(of.get("product_id")),
            image_url=link(of.get("image_url")),
            url=link(of.get("url")),
        )
        for of in _entries(told, sources, "items")
    )
    return found or None


def _parcels(told: Any, sources: Mapping[str, Source]) -> tuple[Parcel, ...]:
    return tuple(
        Parcel(
            text(of.get("number")),
            whose(text(of.get("carrier")), link(of.get("url"))),
            text(of.get("carrier")),
            link(of.get("url")),
            external_id=ident(of.get("external_id")),
            shipped_at=stamp(of.get("shipped_at")),
        )
        for of in _entries(told, sources, "parcels")
        if text(of.get("number")) or link(of.get("url"))
    )
