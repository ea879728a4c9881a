"""Karrio (self-hosted aggregator): https://docs.karrio.io/.

Proof: the official shape of trackers and their statuses. Only parcels that have a
tracker are told of: one that has none gets it when asked for, if Karrio has a connector
for the parcel's carrier. Day and time are two texts
without a zone, the time at times with AM or PM. Codes of single events are those of the
carrier behind Karrio and are not read: the tracker's status speaks for its newest event.
`base_url` tells where one's own Karrio is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hmac import compare_digest
from typing import Any, ClassVar
from urllib.parse import quote

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Push,
    Rate,
    StatusMap,
    Trust,
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
    stated_by,
    stated_time,
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

URL = "https://api.karrio.io"
CODES = StatusMap(
    {
        "pending": Meaning(Status.INFO_RECEIVED, "received"),
        "picked_up": Meaning(Status.PICKED_UP, "accepted"),
        "in_transit": Meaning(Status.IN_TRANSIT, "moving"),
        "out_for_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "ready_for_pickup": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "delivery_failed": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "delivery_delayed": Meaning(Status.EXCEPTION, "delayed"),
        "on_hold": Meaning(Status.EXCEPTION, "held"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "return_to_sender": Meaning(Status.RETURNING, "to_sender"),
        "cancelled": Meaning(Status.CANCELLED, "shipment"),
        "unknown": Meaning(Status.PENDING, "unknown"),
    }
)
# Karrio's names of carriers (https://docs.karrio.io/reference/api/add-tracker).
COURIERS = {
    "allied_express": "allied_express",
    "amazon_shipping": "amazon_shipping",
    "aramex": "aramex",
    "asendia_us": "asendia_us",
    "australia_post": "australiapost",
    "boxknight": "boxknight",
    "bpost": "bpost",
    "canada_post": "canadapost",
    "chronopost": "chronopost",
    "dhl_parcel_de": "dhl_parcel_de",
    "dhl_poland": "dhl_poland",
    "dhl_unified": "dhl_universal",
    "dicom_gls_canada": "dicom",
    "dpd": "dpd",
    "fedex": "fedex",
    "geodis": "geodis",
    "hay_post": "hay_post",
    "la_poste": "laposte",
    "locate2u": "locate2u",
    "mydhl": "dhl_express",
    "nationex": "nationex",
    "purolator": "purolator",
    "roadie": "roadie",
    "royal_mail": "royalmail",
    "seko": "seko",
    "sendle": "sendle",
    "tnt": "tnt",
    "ups": "ups",
    "usps": "usps",
    "zoom2u": "zoom2u",
}


class Karrio(Carrier):
    """Karrio: one tracker a call, pushes that name a secret."""

    code: ClassVar[str] = "karrio"
    label: ClassVar[str] = "Karrio"
    aggregator: ClassVar[bool] = True
    adds: ClassVar[bool] = True
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    local_times = False
    settings: ClassVar[tuple[str, ...]] = ("token",)
    optional: ClassVar[tuple[str, ...]] = ("webhook_secret",)
    rate: ClassVar[Rate] = Rate(per_second=5.0)
    push: ClassVar[bool] = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/v1/trackers"
        self._headers = {"Authorization": f"Token {settings['token']}"}

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one tracker by the parcel's number, and add it where there is none.

        It is added though its carrier knows nothing yet (`pending_pickup`).
        """
        one = wanted[0]
        url = f"{self._url}/{quote(one.number, safe='')}"
        answer = self._http.get(url, headers=self._headers)
        courier = COURIERS.get(one.carrier or "")
        if answer.status != 404 or courier is None or not one.add:
            return answer
        return self._http.post(
            self._url,
            params={"pending_pickup": "true"},
            json={"tracking_number": one.number, "carrier_name": courier},
            headers=self._headers,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one tracker, or a list of them under `results`."""
        errors = records(error_body(answer).get("errors"))
        message = text(errors[0].get("message")) if errors else None
        if problem := http_problem(answer, message):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, message or "HTTP 404")]
        body = json_body(answer)
        if errors:
            return [_refusal(errors[0])]
        held = records(body["results"]) if "results" in body else records(body)
        return [_tracker(one) for one in held] or [
            failed(Trouble.NOT_FOUND, "no such tracker")
        ]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read `tracker_created` and `tracker_updated`."""
        body = json_body(push)
        if not (text(body["event"]) or "").startswith("tracker"):
            raise BadAnswer("karrio: no event of a tracker")
        return [_tracker(body["data"])]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare the secret, which Karrio sends in clear as `X-Event-Id`."""
        secret = settings.get("webhook_secret")
        if not secret:
            return Trust.URL_ONLY
        given = push.headers.get("x-event-id", "").encode(errors="replace")
        return Trust.SIGNED if compare_digest(given, secret.encode()) else Trust.REFUSED


CARRIER: type[Carrier] = Karrio


def _refusal(error: Mapping[str, Any]) -> Tracking:
    code = text(error.get("code")) or ""
    kind = Trouble.NOT_FOUND if "not_found" in code else Trouble.INPUT_NEEDED
    return failed(kind, text(error.get("message")) or code)


def _tracker(tracker: Mapping[str, Any]) -> Tracking:
    number = text(tracker.get("tracking_number"))
    if number is None:
        raise BadAnswer("karrio: no tracking_number")
    head = CODES.read(text(tracker.get("status")))
    events = oldest_first(_scan(one) for one in records(tracker.get("events")))
    if events and events[-1].meaning == UNKNOWN and head.status is not Status.PENDING:
        events = (*events[:-1], replace(events[-1], meaning=head))
    now = current(events)
    delivered = (head if now == UNKNOWN else now).status is Status.DELIVERED
    told = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    day = stated_time(tracker.get("estimated_delivery"))
    return Tracking(
        number,
        events,
        stated=head,
        window=Window(day, day) if day else None,
        delivered_at=told[-1] if delivered and told else None,
        signed_by=text(part(tracker, "info", "signed_by")) if delivered else None,
        carrier=text(tracker.get("carrier_name")),
        complete=bool(events),
    )


def _scan(told: Mapping[str, Any]) -> Event:
    return Event(
        _moment(told),
        CODES.read(text(told.get("status"))),
        text(told.get("code")),
        text(told.get("description")),
        Place(text(told.get("location"))),
    )


def _moment(told: Mapping[str, Any]) -> Stamp | None:
    if (stamp := stated_time(told.get("timestamp"))) is not None:
        return stamp
    day, hour = text(told.get("date")), text(told.get("time"))
    if day is None or hour is None:
        return stated_time(day)
    for pattern in ("%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M %p", "%Y-%m-%d %H:%M:%S"):
        stamp = stated_by(f"{day} {hour}", pattern, precision=Precision.MINUTE)
        if stamp is not None:
            return stamp
    return stated_time(day)
