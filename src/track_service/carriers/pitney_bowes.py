"""Pitney Bowes (PB Delivery and PB Returns), tracking v1.

https://docs.shippingapi.pitneybowes.com/api/get-tracking.html, read after it and a
genuine answer; the parcel service ended in 2024. `packageStatus` is PB's own state of
the parcel at each scan; `eventType` RTN is a parcel that goes back to the shop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Rate,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    country_code,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Grant, Http

URL = "https://shipping-api.pitneybowes.com"
STATUSES = StatusMap(
    {
        "Manifest": Meaning(Status.INFO_RECEIVED, "received"),
        "PickedUp": Meaning(Status.PICKED_UP, "collected"),
        "InTransit": Meaning(Status.IN_TRANSIT, "moving"),
        "OutForDelivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "DeliveryAttempt": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "PickUp": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "ReadyForPickup": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "Exception": Meaning(Status.EXCEPTION, "generic"),
        "Return": Meaning(Status.RETURNING, "to_sender"),
        "Delivered": Meaning(Status.DELIVERED, "delivered"),
    }
)
# The standardised code says more closely what the state leaves open.
CODES = StatusMap(
    {
        "LC": Meaning(Status.INFO_RECEIVED, "label_created"),
        "OFD": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
    }
)
_HOMEWARD: Mapping[Status, Meaning] = {
    Status.PICKED_UP: Meaning(Status.RETURNING, "in_transit"),
    Status.IN_TRANSIT: Meaning(Status.RETURNING, "in_transit"),
    Status.OUT_FOR_DELIVERY: Meaning(Status.RETURNING, "out_for_return"),
    Status.DELIVERED: Meaning(Status.RETURNED, "to_sender"),
}


class PitneyBowes(Carrier):
    """One number a call; `carrier` is PBCS unless the account says otherwise."""

    code: ClassVar[str] = "pitney_bowes"
    label: ClassVar[str] = "Pitney Bowes"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.OAUTH
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("US",)
    settings: ClassVar[tuple[str, ...]] = ("api_key", "api_secret")
    optional: ClassVar[tuple[str, ...]] = ("carrier",)
    rate: ClassVar[Rate] = Rate(per_second=1.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._carrier = settings.get("carrier") or "PBCS"
        self._grant = Grant(
            f"{self._base}/oauth/token", settings["api_key"], settings["api_secret"]
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._base}/shippingservices/v1/tracking/{number}",
            params={
                "packageIdentifierType": "TrackingNumber",
                "carrier": self._carrier,
            },
            headers={"X-PB-UnifiedErrorStructure": "true"},
            grant=self._grant,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel, or the errors in any of PB's shapes."""
        body = error_body(answer)
        errors = records(body.get("errors")) or records(
            part(body, "response", "errors")
        )
        said = " ".join(filter(None, map(_words, errors[:1])))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said)]
        if errors or (answer.status == 400 and body):
            absent = "not found" in said.lower() or "no tracking" in said.lower()
            kind = Trouble.NOT_FOUND if absent else Trouble.INVALID_NUMBER
            return [failed(kind, said)]
        return [_parcel(json_body(answer))]


CARRIER: type[Carrier] = PitneyBowes


def _words(error: Mapping[str, Any]) -> str | None:
    keys = ("errorDescription", "message", "errorCode")
    return next(filter(None, (text(error.get(key)) for key in keys)), None)


def _parcel(body: Mapping[str, Any]) -> Tracking:
    number = text(body.get("trackingNumber"))
    if number is None:
        raise BadAnswer("no `trackingNumber`")
    told = records(body.get("scanDetailsList"))
    back = text(part(body, "currentStatus", "eventType")) == "RTN"
    events = oldest_first(map(_event, told))
    stated = _leg(STATUSES.read(text(body.get("status"))), back=back)
    due = _time(body, "estimatedDelivery")
    window = Window(due, due) if due else None
    result = Tracking(number, events, stated, window=window)
    if condition(result).status is not Status.DELIVERED:
        return result
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return replace(
        result,
        delivered_at=_time(body, "delivery") or (stamps[-1] if stamps else None),
        signed_by=text(body.get("signedBy")),
    )


def _leg(meaning: Meaning, *, back: bool) -> Meaning:
    return _HOMEWARD.get(meaning.status, meaning) if back else meaning


def _event(one: Mapping[str, Any]) -> Event:
    code, state = text(one.get("standardizedEventCode")), text(one.get("packageStatus"))
    meaning = STATUSES.read(state)
    closer = CODES.read(code)
    if meaning.status in {closer.status, Status.IN_TRANSIT, Status.UNKNOWN}:
        meaning = closer if closer.status is not Status.UNKNOWN else meaning
    return Event(
        _time(one, "event"),
        _leg(meaning, back=text(one.get("eventType")) == "RTN"),
        code or text(one.get("scanType")),
        text(one.get("standardizedEventDescription"))
        or text(one.get("scanDescription")),
        Place(
            text(one.get("eventCity")),
            text(one.get("eventStateOrProvince")),
            country_code(one.get("country")),
            text(one.get("postalCode")),
        ),
    )


def _time(told: Mapping[str, Any], name: str) -> Stamp | None:
    """Return the time of `<name>Date`, `<name>Time` and `<name>TimeOffset`."""
    day, hour = text(told.get(f"{name}Date")), text(told.get(f"{name}Time"))
    if day is None or hour is None:
        return stated_time(day)
    offset = text(told.get(f"{name}TimeOffset")) or ""
    return stated_time(f"{day}T{hour}{offset}")
