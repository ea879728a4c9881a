"""Asendia USA: API A1 v2.0, milestones of a parcel, https://a1api.asendiausa.com.

Proof: a genuine refusal; the fields of an answer are the community's, and Asendia's list
of milestone codes is not public. A milestone is read by its words, whole. All of them
end in `+00:00`, wherever they happened: that offset is false, and none is read.
"""

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
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://a1api.asendiausa.com"
WORDS = StatusMap(
    {
        "shipment information received": Meaning(Status.INFO_RECEIVED, "received"),
        "label created": Meaning(Status.INFO_RECEIVED, "label_created"),
        "picked up": Meaning(Status.PICKED_UP, "collected"),
        "in transit": Meaning(Status.IN_TRANSIT, "moving"),
        "customs cleared": Meaning(Status.IN_TRANSIT, "customs_released"),
        "arrived at destination delivery office": Meaning(
            Status.IN_TRANSIT, "at_delivery_depot"
        ),
        "out for delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "attempted delivery": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "delivery attempted": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "available for pickup": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "returned to sender": Meaning(Status.RETURNED, "to_sender"),
    }
)


class AsendiaUs(Carrier):
    """One parcel a call, by the number that the vendor gave it."""

    code = "asendia_us"
    label = "Asendia USA"
    proof = (Proof.SAMPLE,)
    auth = Auth.BASIC
    local_times = False
    countries = ("US",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password", "api_key")
    rate: ClassVar[Rate] = Rate(per_second=2.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/api/A1/v2.0/Tracking/Milestone"
        self._auth = (settings["username"], settings["password"])
        self._key = settings["api_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel's milestones."""
        return self._http.get(
            self._url,
            params={"trackingNumberVendor": wanted[0].number},
            headers={"X-AsendiaOne-ApiKey": self._key},
            auth=self._auth,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the parcels; a refusal states its own HTTP-like code."""
        body = error_body(answer)
        told = body if "responseStatusCode" in body else part(body, "responseStatus")
        code = int(text(part(told, "responseStatusCode")) or 0)
        said = text(part(told, "responseStatusMessage"))
        stated = replace(answer, status=code) if code else answer
        if problem := http_problem(stated, said) or http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if code in {204, 404}:
            return [failed(Trouble.NOT_FOUND, said)]
        if code == 400:
            return [failed(Trouble.INVALID_NUMBER, said)]
        return [_parcel(one) for one in records(json_body(answer)["data"])]


CARRIER: type[Carrier] = AsendiaUs


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("trackingNumberVendor"))
    if number is None:
        raise BadAnswer("asendia_us: no trackingNumberVendor")
    told = records(parcel.get("trackingMilestoneEvents") or [])
    events = oldest_first(_milestone(one) for one in told)
    return Tracking(number, events, complete=bool(events))


def _milestone(told: Mapping[str, Any]) -> Event:
    stamp = stated_time(told.get("eventOn"))
    words = text(told.get("eventDescription"))
    return Event(
        replace(stamp, offset=None) if stamp else None,
        WORDS.read(words.casefold() if words else None),
        text(told.get("eventCode")),
        words,
        Place(text(told.get("eventLocation"))),
    )
