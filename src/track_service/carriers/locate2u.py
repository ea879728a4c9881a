"""Locate2u (Australia, own drivers): https://developer.locate2u.com/.

Proof: the official document of a stop, of both webhooks and of both lists of statuses.
A stop is known by its `stopId`; it tells the status of now and no time of it, so its
times come by webhook alone. A shipment has a stop to pick up and one to drop: neither
stop tells of the delivery, so both are refused. What the answer to a shipment's own call
holds is published nowhere to be read: a shipment is told by webhook, by `shipmentRef`.
Webhooks bear no signature. The driver's name is left out.
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
    error_body,
    http_problem,
    json_body,
    reader,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Tracking, Trouble, Window
from track_service.http import Answer, Grant, Http

URL = "https://api.locate2u.com"
LOGIN_URL = "https://id.locate2u.com"
STATUSES = StatusMap(
    {
        "created": Meaning(Status.INFO_RECEIVED, "received"),
        "pending": Meaning(Status.INFO_RECEIVED, "received"),
        "enroute to pickup": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "arrived at pickup": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "picked up": Meaning(Status.PICKED_UP, "collected"),
        "enroute": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "enroute to drop": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "arrived": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "arrived at drop": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "delayed": Meaning(Status.EXCEPTION, "delayed"),
        "on hold": Meaning(Status.EXCEPTION, "held"),
        "complete": Meaning(Status.DELIVERED, "delivered"),
        "cancelled": Meaning(Status.CANCELLED, "shipment"),
    }
)


class Locate2u(Carrier):
    """One stop a call by its id, told by webhook too."""

    code = "locate2u"
    label = "Locate2u"
    proof = (Proof.OFFICIAL,)
    auth = Auth.OAUTH
    eta = True
    countries = ("AU",)
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    rate: ClassVar[Rate] = Rate(per_second=2.0)  # unpublished
    push = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's own application."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/api/v1/stops/"
        self._grant = Grant(
            settings.get("base_url", LOGIN_URL) + "/connect/token",
            settings["client_id"],
            settings["client_secret"],
            scope="locate2u.api",
            style="form",
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one stop."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(self._url + number, grant=self._grant)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read how a stop stands now."""
        body = error_body(answer)
        said = text(body.get("message")) or text(body.get("title"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said or "HTTP 404")]
        if answer.status == 400:
            return [failed(Trouble.INVALID_NUMBER, said or "HTTP 400")]
        return [_stop(json_body(answer))]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change of a stop's status or of a shipment's."""
        return [_change(json_body(push))]


CARRIER: type[Carrier] = Locate2u


def _stop(stop: Mapping[str, Any]) -> Tracking:
    number, status = text(stop.get("stopId")), text(stop.get("status"))
    if number is None or status is None:
        raise BadAnswer("locate2u: no stopId or status")
    if shipment := text(stop.get("shipmentId")):
        said = f"one of the stops of shipment {shipment}"
        return failed(Trouble.INVALID_NUMBER, said, number)
    meaning = STATUSES.read(status.casefold())
    return Tracking(
        number,
        (Event(None, UNKNOWN, status),) if meaning == UNKNOWN else (),
        stated=meaning,
        window=_day(stop),
        complete=False,
    )


def _change(told: Mapping[str, Any]) -> Tracking:
    status = text(told.get("newStatus"))
    number, window = text(told.get("shipmentRef")), None
    if number is None and text(told.get("shipmentId")) is None:
        number, window = text(told.get("stopId")), _day(told)
    if number is None or status is None:
        raise BadAnswer("locate2u: no new status of a stop or a shipment")
    stamp = stated_time(told.get("actionDate"))
    event = Event(stamp, STATUSES.read(status.casefold()), status)
    delivered = event.meaning.status is Status.DELIVERED
    return Tracking(
        number,
        (event,),
        window=window,
        delivered_at=stamp if delivered else None,
        complete=False,
    )


def _day(told: Mapping[str, Any]) -> Window | None:
    day = stated_time(told.get("tripDate"))
    return Window(day, day) if day else None
