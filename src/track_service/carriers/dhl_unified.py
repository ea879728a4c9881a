"""DHL Shipment Tracking, Unified: https://developer.dhl.com/api-reference/shipment-tracking.

One number, several shipments: every DHL division answers in one shape. `statusCode`
knows five states; out for delivery, ready for pick-up and returns stand in the
division's own code in `status`, whose table (`<service>/<code>`) DHL publishes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from track_service.carriers.base import (
    BadAnswer,
    Carrier,
    Rate,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    credible,
    error_body,
    http_problem,
    iso_stamp,
    json_body,
    oldest_first,
    reader,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer, Http

URL = "https://api-eu.dhl.com"

STATUSES = StatusMap(
    {
        "pre-transit": Meaning(Status.INFO_RECEIVED, "received"),
        "transit": Status.IN_TRANSIT,
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "failure": Meaning(Status.EXCEPTION, "generic"),
    }
)
DIVISIONS = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# Some divisions send no code but a fixed sentence of their own.
PHRASES = StatusMap(
    {
        "express: shipment is out with courier for delivery": DIVISIONS["express/WC"],
        "express: with delivery courier": DIVISIONS["express/WC"],
        "express: delivery attempted; recipient not home": DIVISIONS["express/NH"],
        "express: recipient refused delivery": DIVISIONS["express/RD"],
        "express: awaiting collection by recipient as requested": DIVISIONS[
            "express/CC"
        ],
        "express: shipment is on hold": DIVISIONS["express/OH"],
        "express: returned to shipper": DIVISIONS["express/RT"],
        "parcel-de: in zustellung": DIVISIONS["parcel-de/PO"],
        "parcel-de: die sendung wurde in das zustellfahrzeug geladen": DIVISIONS[
            "parcel-de/PO"
        ],
        "parcel-de: the shipment has been loaded onto the delivery vehicle": DIVISIONS[
            "parcel-de/PO"
        ],
    }
)
# `returnFlag` tells that the shipment now goes back: what its newest scan then means.
_RETURNING: Mapping[Status, Meaning] = {
    Status.DELIVERED: Meaning(Status.RETURNED, "to_sender"),
    Status.IN_TRANSIT: Meaning(Status.RETURNING, "in_transit"),
    Status.OUT_FOR_DELIVERY: Meaning(Status.RETURNING, "out_for_return"),
    Status.EXCEPTION: Meaning(Status.RETURNING, "to_sender"),
    Status.ATTEMPT_FAILED: Meaning(Status.RETURNING, "attempt_failed"),
}
_SIGNED_BY = re.compile(r"\bsigned (?:for )?by\s*:?\s+(\S[^.;|]*)$", re.IGNORECASE)
_TROUBLES: Mapping[int, Trouble] = {
    400: Trouble.INVALID_NUMBER,
    404: Trouble.NOT_FOUND,
}


class DhlUnified(Carrier):
    """One number a call; a new app may ask 250 times a day, once in five seconds."""

    code = "dhl_unified"
    label = "DHL"
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    rate = Rate(per_second=0.2, per_day=250)
    page_url = "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the app's key."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/track/shipments"
        self._key = settings["api_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one number; some divisions tell more to who knows the postcode."""
        params = {"trackingNumber": wanted[0].number, "language": "en"}
        if wanted[0].postal:
            params["recipientPostalCode"] = wanted[0].postal
        return self._http.get(
            self._url, params=params, headers={"DHL-API-Key": self._key}
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the shipments of a number, or problem details (RFC 9457)."""
        body = error_body(answer)
        shipments = body.get("shipments")
        if isinstance(shipments, list) and shipments:
            return [_shipment(one) for one in shipments]
        if isinstance(shipments, list):
            return [failed(Trouble.NOT_FOUND, "no shipment", _asked(body))]
        status = body.get("status") if "title" in body else answer.status
        told = replace(answer, status=status if isinstance(status, int) else None)
        said = text(body.get("detail")) or text(body.get("title"))
        if (
            problem := http_problem(told, said) or http_problem(answer, said)
        ) is not None:
            return [Tracking(None, problem=problem, complete=False)]
        if (trouble := _TROUBLES.get(told.status or 0)) is not None and body:
            return [failed(trouble, said)]
        json_body(answer)
        raise BadAnswer("no `shipments`")


CARRIER: type[Carrier] = DhlUnified


def _asked(body: Mapping[str, Any]) -> str | None:
    """Return the number that was asked for, out of the links of an empty answer."""
    links = [body.get("url"), *(body.get("possibleAdditionalShipmentsUrl") or [])]
    for link in filter(None, map(text, links)):
        if number := parse_qs(urlsplit(link).query).get("trackingNumber"):
            return number[0].partition("?")[0]
    return None


def _shipment(shipment: Mapping[str, Any]) -> Tracking:
    number = text(shipment["id"])
    if number is None:
        raise BadAnswer("no `id`")
    service = text(shipment.get("service")) or ""
    state = shipment.get("status") or {}
    told = shipment.get("events") or ([state] if "timestamp" in state else [])
    events = oldest_first([_event(service, one) for one in told])
    if shipment.get("returnFlag") is True and events:
        events = (*events[:-1], _going_back(events[-1]))
    result = Tracking(
        number,
        events,
        stated=_meaning(service, state),
        window=_window(shipment),
        complete=bool(shipment.get("events")),
    )
    now = current(events)
    if (now if now != UNKNOWN else result.stated).status is not Status.DELIVERED:
        return result
    return _delivered(result, shipment)


def _delivered(result: Tracking, shipment: Mapping[str, Any]) -> Tracking:
    proof = (shipment.get("details") or {}).get("proofOfDelivery") or {}
    told = [e for e in result.events if e.meaning.status is Status.DELIVERED]
    texts = [e.description for e in reversed(told)]
    stamp = told[-1].stamp if told else None
    return replace(
        result,
        delivered_at=stamp or credible(iso_stamp(proof.get("timestamp"))),
        signed_by=_name(proof.get("signed") or {}) or _signer(texts),
    )


def _name(person: Mapping[str, Any]) -> str | None:
    given, family = text(person.get("givenName")), text(person.get("familyName"))
    if given and family:
        return f"{given} {family}"
    names = [person.get("name"), given, family, person.get("organizationName")]
    return next(filter(None, map(text, names)), None)


def _signer(descriptions: Sequence[str | None]) -> str | None:
    for description in descriptions:
        if (found := _SIGNED_BY.search(description or "")) is not None:
            return text(found[1])
    return None


def _event(service: str, event: Mapping[str, Any]) -> Event:
    """Read one scan; its code is `statusCode`, with the division's own where known."""
    address = (event.get("location") or {}).get("address") or {}
    general, own = text(event.get("statusCode")), _own_code(service, event)
    return Event(
        credible(iso_stamp(event.get("timestamp"))),
        _meaning(service, event),
        f"{general}/{own}" if general and own else own or general,
        text(event.get("description")) or text(event.get("status")),
        Place(
            city=text(address.get("addressLocality")),
            region=text(address.get("addressRegion")),
            country=text(address.get("countryCode")),
            postal=text(address.get("postalCode")),
        ),
    )


def _own_code(service: str, event: Mapping[str, Any]) -> str | None:
    own = text(event.get("status"))
    return own if f"{service}/{own}" in DIVISIONS else None


def _meaning(service: str, event: Mapping[str, Any]) -> Meaning:
    """Return what the division's code means, else DHL's five states say.

    A sentence may only refine what `statusCode` leaves open; it is matched whole.
    """
    if (own := _own_code(service, event)) is not None:
        return DIVISIONS[f"{service}/{own}"]
    general = (text(event.get("statusCode")) or "").lower()
    if general in {"transit", "failure"}:
        for key in ("status", "description"):
            sentence = (text(event.get(key)) or "").split(". ")[0].rstrip(".").lower()
            if (phrase := f"{service}: {sentence}") in PHRASES:
                return PHRASES[phrase]
    return STATUSES.read(general)


def _going_back(event: Event) -> Event:
    return replace(event, meaning=_RETURNING.get(event.meaning.status, event.meaning))


def _window(shipment: Mapping[str, Any]) -> Window | None:
    """Return the time frame, else the estimate; midnight is how DHL writes a day."""
    frame = shipment.get("estimatedDeliveryTimeFrame") or {}
    start = credible(iso_stamp(frame.get("estimatedFrom")))
    until = credible(iso_stamp(frame.get("estimatedThrough")))
    if start is not None and until is not None:
        return Window(start, until)
    estimate = credible(iso_stamp(shipment.get("estimatedTimeOfDelivery")))
    if estimate is not None and f"{estimate.local:%H:%M:%S}" == "00:00:00":
        estimate = Stamp.day(estimate.local.date())
    only = estimate or until or start
    if only is not None and only.precision is not Precision.DAY and estimate is None:
        only = Stamp.day(only.local.date())
    return Window(only, only) if only is not None else None
