"""Spring GDS (XBS API), command `TrackShipment`: https://mtapi.net/.

After the vendor's documented call; its numeric event codes as clients list them. All
errors come under HTTP 200: `ErrorLevel` 0 is an answer, 1 an answer with a remark, 10 a
refusal. "Delivered to destination country" is no delivery. Times have no zone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

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
    epoch_stamp,
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
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://mtapi.net"
CODES = StatusMap(
    {
        "0": Meaning(Status.INFO_RECEIVED, "received"),
        "12": Meaning(Status.INFO_RECEIVED, "received"),
        "1001": Meaning(Status.INFO_RECEIVED, "awaiting_information"),
        "9999": Meaning(Status.INFO_RECEIVED, "status_update"),
        "15": Meaning(Status.PICKED_UP, "collected"),
        "18": Meaning(Status.PICKED_UP, "collected"),
        "19": Meaning(Status.IN_TRANSIT, "processing"),
        "20": Meaning(Status.PICKED_UP, "accepted"),
        "21": Meaning(Status.IN_TRANSIT, "moving"),
        "2101": Meaning(Status.IN_TRANSIT, "departed_origin_country"),
        "2102": Meaning(Status.IN_TRANSIT, "customs_released"),
        "2103": Meaning(Status.IN_TRANSIT, "arrived_destination_country"),
        "22": Meaning(Status.IN_TRANSIT, "processing"),
        "25": Meaning(Status.IN_TRANSIT),
        "31": Meaning(Status.EXCEPTION, "buyer_action_required"),
        "40": Meaning(Status.IN_TRANSIT, "customs_started"),
        "41": Meaning(Status.EXCEPTION, "delayed_customs", "customs_delay"),
        "91": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "92": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "93": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "9101": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "9102": Meaning(Status.IN_TRANSIT, "moving"),
        "9301": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "9302": Meaning(Status.EXCEPTION, "delayed"),
        "100": Meaning(Status.DELIVERED, "delivered"),
        "101": Meaning(Status.IN_TRANSIT, "arrived_destination_country"),
        "111": Meaning(Status.EXCEPTION, "lost", "carrier_parcel_lost"),
        "124": Meaning(Status.RETURNING, "in_transit"),
        "125": Meaning(Status.RETURNED, "to_sender"),
        "12406": Meaning(Status.RETURNED, "to_sender"),
        "12501": Meaning(Status.RETURNED, "to_sender", "consignee_refused"),
        "12502": Meaning(Status.RETURNED, "to_sender", "consignee_incorrect_address"),
        "12503": Meaning(Status.RETURNED, "to_sender", "carrier_damaged_parcel"),
        "12504": Meaning(Status.RETURNED, "to_sender", "consignee_not_available"),
        "12505": Meaning(Status.RETURNED, "to_sender"),
        "12506": Meaning(Status.EXCEPTION, "disposed"),
        "4106": Meaning(Status.CANCELLED, "shipment"),
    }
)
_TROUBLES = (
    (re.compile(r"not found|unknown|no (shipment|parcel)", re.I), Trouble.NOT_FOUND),
    (re.compile(r"api ?key|authori|authenti|access|credential", re.I), Trouble.AUTH),
    (re.compile(r"too many|limit|throttl", re.I), Trouble.THROTTLED),
    (re.compile(r"invalid|incorrect", re.I), Trouble.INVALID_NUMBER),
    (re.compile(r"internal|server error|unavailable", re.I), Trouble.SERVER_ERROR),
)


class Spring(Carrier):
    """One shipment a call; the key stands in the body."""

    code: ClassVar[str] = "spring"
    label: ClassVar[str] = "Spring GDS"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.COMMUNITY,)
    auth: ClassVar[Auth] = Auth.BODY
    local_times = False
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://mailingtechnology.com/tracking/?tn={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/"
        self._key = settings["api_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment."""
        question = {
            "Apikey": self._key,
            "Command": "TrackShipment",
            "Shipment": {"TrackingNumber": wanted[0].number},
        }
        return self._http.post(self._url, json=question)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the shipment, or the refusal under HTTP 200."""
        if problem := http_problem(answer, error_body(answer).get("Error")):
            return [failed(problem.kind, problem.message)]
        body = json_body(answer)
        level, said = text(part(body, "ErrorLevel")), text(part(body, "Error"))
        if level is None:
            raise BadAnswer("no `ErrorLevel`")
        told = records(body.get("Shipment"))
        if level not in {"0", "1"} or not told:
            return [failed(_trouble(said), said or f"ErrorLevel {level}")]
        return [_shipment(one) for one in told]


CARRIER: type[Carrier] = Spring


def _trouble(said: str | None) -> Trouble:
    for words, trouble in _TROUBLES:
        if words.search(said or ""):
            return trouble
    return Trouble.INPUT_NEEDED


def _shipment(told: Mapping[str, Any]) -> Tracking:
    number = text(told.get("TrackingNumber"))
    if number is None:
        raise BadAnswer("no `TrackingNumber`")
    events = oldest_first(_event(one) for one in records(told.get("Events") or []))
    result = Tracking(number, events)
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    return replace(result, delivered_at=arrived[-1].stamp)


def _event(told: Mapping[str, Any]) -> Event:
    code = text(told.get("Code"))
    words = text(told.get("Description")) or text(told.get("CarrierDescription"))
    place = Place(
        text(told.get("City")),
        text(told.get("State")),
        country_code(told.get("Country")),
        text(told.get("Zip")),
    )
    return Event(_time(told), CODES.read(code), code, words, place)


def _time(told: Mapping[str, Any]) -> Stamp | None:
    """Read `DateTime`, the local time; the epoch beside it only where that is absent."""
    local = stated_time(told.get("DateTime"))
    stamp = text(told.get("Timestamp")) or ""
    if local is not None or not re.fullmatch(r"\d{9,13}", stamp):
        return local or stated_time(stamp)
    return epoch_stamp(stamp)
