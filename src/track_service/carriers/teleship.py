"""Teleship: https://developers.teleship.com/.

Proof: community only, one answer in a public test; the list of codes is what is known
there. Codes are coarse: a scan coded `in_transit` may say in its words that the parcel
is out for delivery; the code is read.
"""

from collections.abc import Mapping, Sequence
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
    wrong_number,
)
from track_service.core.detail import Detail, Mile
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.teleship.com"
CODES = StatusMap(
    {
        "pending": Meaning(Status.INFO_RECEIVED, "received"),
        "created": Meaning(Status.INFO_RECEIVED, "received"),
        "label_created": Meaning(Status.INFO_RECEIVED, "label_created"),
        "collected": Meaning(Status.PICKED_UP, "collected"),
        "in_hub": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "in_transit": Meaning(Status.IN_TRANSIT, "moving"),
        "customs_cleared": Meaning(Status.IN_TRANSIT, "customs_released"),
        "out_for_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "delivery_failed": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "returned": Meaning(Status.RETURNED, "to_sender"),
        "cancelled": Meaning(Status.CANCELLED, "shipment"),
    }
)


class Teleship(Carrier):
    """Teleship: one parcel a call."""

    code: ClassVar[str] = "teleship"
    label: ClassVar[str] = "Teleship"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.COMMUNITY,)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("token",)
    rate: ClassVar[Rate] = Rate(per_second=2.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/api/tracking/"
        self._token = settings["token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        return self._http.get(
            self._url + quote(wanted[0].number, safe=""),
            headers={"Authorization": f"Bearer {self._token}"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel, or the messages of a refusal."""
        body = error_body(answer)
        errors = [*records(body.get("messages")), *records(body.get("errors"))]
        errors += records(body.get("error"))
        said = next((text(e.get("message")) for e in errors), text(body.get("message")))
        if problem := http_problem(answer, said):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said or "HTTP 404")]
        parcel = json_body(answer)
        if errors and "trackingNumber" not in parcel:
            return [failed(_trouble(errors[0]), said)]
        return [_parcel(parcel)]


CARRIER: type[Carrier] = Teleship


def _trouble(error: Mapping[str, Any]) -> Trouble:
    told = " ".join(str(value) for value in error.values()).casefold()
    if "not found" in told or "not_found" in told:
        return Trouble.NOT_FOUND
    return Trouble.INVALID_NUMBER if wrong_number(told) else Trouble.BAD_ANSWER


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("trackingNumber"))
    if number is None:
        raise BadAnswer("teleship: no trackingNumber")
    head = CODES.read(text(parcel.get("status")))
    events = oldest_first(_scan(one) for one in records(parcel.get("events")))
    now = current(events)
    delivered = (head if now == UNKNOWN else now).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    day = stated_time(parcel.get("estimatedDelivery"))
    return Tracking(
        number,
        events,
        stated=head,
        window=Window(day, day) if day else None,
        delivered_at=stamps[-1] if delivered and stamps else None,
        signed_by=text(part(parcel, "proofOfDelivery", "signedBy")),
        complete=bool(events),
        detail=Detail(
            first_mile=_mile(parcel.get("firstMile")),
            last_mile=_mile(parcel.get("lastMile")),
        ),
    )


def _mile(told: object) -> Mile | None:
    carrier, number = text(part(told, "carrier")), text(part(told, "trackingNumber"))
    return Mile(carrier, number) if carrier or number else None


def _scan(told: Mapping[str, Any]) -> Event:
    spot, _, country = (text(told.get("location")) or "").rpartition(", ")
    known = country_code(country) if spot else None
    place = Place(spot, None, known) if known else Place(text(told.get("location")))
    return Event(
        stated_time(told.get("timestamp")),
        CODES.read(text(told.get("code"))),
        text(told.get("code")),
        text(told.get("description")),
        place,
    )
