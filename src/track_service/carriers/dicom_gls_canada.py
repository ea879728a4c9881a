"""GLS Canada (once Dicom), REST v1: https://smart4i.dicom.com/v1/swagger.

Read after the example of the vendor's Swagger document and a genuine refusal. No list
of codes is published: the words of `status` are read, whole, else the `group`.
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
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://smart4i.dicom.com"
STATUSES = StatusMap(
    {
        "created": Meaning(Status.INFO_RECEIVED, "received"),
        "shipment created": Meaning(Status.INFO_RECEIVED, "received"),
        "picked up": Meaning(Status.PICKED_UP, "collected"),
        "pickup": Meaning(Status.PICKED_UP, "collected"),
        "in transit": Meaning(Status.IN_TRANSIT, "moving"),
        "at terminal": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "out for delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "attempted delivery": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "delivery attempted": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "available for pickup": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "on hold": Meaning(Status.EXCEPTION, "held"),
        "exception": Meaning(Status.EXCEPTION, "generic"),
        "refused": Meaning(Status.EXCEPTION, "refused", "consignee_refused"),
        "damaged": Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel"),
        "lost": Meaning(Status.EXCEPTION, "lost", "carrier_parcel_lost"),
        "return to sender": Meaning(Status.RETURNING, "to_sender"),
        "returned to sender": Meaning(Status.RETURNED, "to_sender"),
        "cancelled": Meaning(Status.CANCELLED, "shipment"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "DL": Meaning(Status.DELIVERED, "delivered"),
    }
)


class DicomGlsCanada(Carrier):
    """One number a call; Basic with the account's user and password."""

    code: ClassVar[str] = "dicom_gls_canada"
    label: ClassVar[str] = "GLS Canada"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BASIC
    countries: ClassVar[tuple[str, ...]] = ("CA",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    rate: ClassVar[Rate] = Rate(per_second=1.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._auth = (settings["username"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._base}/v1/tracking/{number}",
            headers={"Accept": "application/json"},
            auth=self._auth,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a shipment and its activities, or a `Message`."""
        body = error_body(answer)
        said = text(body.get("Message")) or text(body.get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said)]
        if answer.status == 400 and body:
            return [failed(Trouble.INVALID_NUMBER, said)]
        if said is not None and "authorization" in said.lower():
            return [failed(Trouble.AUTH, said)]
        told = json_body(answer)
        shipments = records(told)
        if told == []:
            return [failed(Trouble.NOT_FOUND, "no shipment")]
        if not shipments or any("activities" not in one for one in shipments):
            raise BadAnswer("no `activities`")
        return [_shipment(one) for one in shipments]


CARRIER: type[Carrier] = DicomGlsCanada


def _shipment(shipment: Mapping[str, Any]) -> Tracking:
    number = text(shipment.get("trackingNumber"))
    if number is None:
        raise BadAnswer("no `trackingNumber`")
    events = oldest_first(map(_event, records(shipment["activities"])))
    result = Tracking(number, events)
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    return replace(result, delivered_at=arrived[-1].stamp)


def _event(one: Mapping[str, Any]) -> Event:
    """Read one activity; `terminal` is the carrier's own short name, no place."""
    status = text(one.get("status"))
    codes = [text(one.get("code")), text(one.get("codeDetail"))]
    words = [status, text(one.get("statusDetail"))]
    return Event(
        stated_time(one.get("activityDate")),
        STATUSES.read(status and status.lower(), text(one.get("group"))),
        "/".join(filter(None, codes)) or None,
        " · ".join(filter(None, words)) or None,
    )
