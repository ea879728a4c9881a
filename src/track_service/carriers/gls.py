"""GLS Group Track & Trace V1: https://dev-portal.gls-group.net (specification 1.0.7).

Proof: the official specification and its examples. The list of event codes is served
by the API itself (`/tracking/events/codes`); the table holds those that are published.
"""

from collections import Counter
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
    each,
    error_body,
    gateway_fault,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Grant, Http

URL = "https://api.gls-group.net"

# FINAL (closed, it does not say how) is left out: it is unknown.
STATUSES = StatusMap(
    {
        "PLANNEDPICKUP": Meaning(Status.INFO_RECEIVED, "pickup_waiting"),
        "INPICKUP": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "NOTPICKEDUP": Meaning(Status.EXCEPTION, "pickup_missed"),
        "PREADVICE": Meaning(Status.INFO_RECEIVED, "received"),
        "INTRANSIT": Meaning(Status.IN_TRANSIT, "moving"),
        "INWAREHOUSE": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "INDELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "DELIVEREDPS": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "NOTDELIVERED": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "CANCELED": Meaning(Status.CANCELLED, "shipment"),
    }
)
EVENTS = StatusMap(
    {
        "INTIAL.PREADVICE": Meaning(Status.INFO_RECEIVED, "received"),
        "INTIAL.E48_DATA": Meaning(Status.INFO_RECEIVED, "pickup_waiting"),
        "INTIAL.NORMAL": Meaning(Status.PICKED_UP, "accepted"),
        "INBOUD.NORMAL": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "OUTBOD.NORMAL": Meaning(Status.IN_TRANSIT, "departed_facility"),
        "OUTDEL.NORMAL": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "DELIVD.NORMAL": Meaning(Status.DELIVERED, "delivered"),
        "DELIVD.PARCELSHOP": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "DELIVD.DEL_BY_PSAPP": Meaning(Status.DELIVERED, "collected_by_customer"),
        "CANCEL.NORMAL": Meaning(Status.CANCELLED, "shipment"),
    }
)


class Gls(Carrier):
    """Ten parcels a call; a tight quota a day."""

    code = "gls"
    label = "GLS"
    proof = (Proof.OFFICIAL,)
    auth = Auth.OAUTH
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    batch_size = 10
    rate = Rate(per_second=1.0, per_day=500)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's grant."""
        self._http = http
        self._base = settings.get("base_url", URL)
        self._grant = Grant(
            f"{self._base}/oauth2/v2/token",
            settings["client_id"],
            settings["client_secret"],
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to ten track ids."""
        numbers = ",".join(quote(one.number, safe="") for one in wanted)
        return self._http.get(
            f"{self._base}/track-and-trace-v1/tracking/simple/trackids/{numbers}",
            params={"showEvents": "true"},
            headers={"Accept": "application/json", "Accept-Language": "en"},
            grant=self._grant,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the list of parcels; an unknown one is an error inside it."""
        body = error_body(answer)
        if problem := gateway_fault(body) or http_problem(answer, body.get("detail")):
            return [Tracking(None, problem=problem, complete=False)]
        if (answer.status or 0) >= 400:
            return [_refusal(answer, body)]
        body = json_body(answer)
        if not isinstance(body.get("parcels"), list):
            raise BadAnswer("no `parcels`")
        parcels = records(body["parcels"])
        asked = Counter(text(one.get("requested")) for one in parcels)
        return each(
            lambda one: _parcel(one, alone=asked[text(one.get("requested"))] < 2),
            parcels,
        )


CARRIER: type[Carrier] = Gls


def _refusal(answer: Answer, body: Mapping[str, Any]) -> Tracking:
    """Read problem details; 404 is a wrong address of ours, never an unknown parcel."""
    if answer.status not in {400, 404} or "status" not in body:
        raise BadAnswer(f"HTTP {answer.status}")
    kind = Trouble.INPUT_NEEDED if answer.status == 400 else Trouble.SERVER_ERROR
    return failed(kind, text(body.get("detail")) or text(body.get("title")))


def _parcel(parcel: Mapping[str, Any], *, alone: bool) -> Tracking:
    """Return one parcel under the number asked for.

    Where one reference stands for several parcels, each goes by its own number.
    """
    requested, unit = text(parcel.get("requested")), text(parcel.get("unitno"))
    number = (requested or unit) if alone else (unit or requested)
    if number is None:
        raise BadAnswer("a parcel without a number")
    if code := text(parcel.get("errorCode")):
        kind = Trouble.NOT_FOUND if "404" in code else Trouble.INVALID_NUMBER
        return failed(kind, text(parcel.get("errorMessage")) or code, number)
    events = oldest_first(map(_event, records(parcel.get("events"))))
    stated = STATUSES.read(text(parcel.get("status")))
    events = _with_status(events, parcel, stated)
    now = current(events) if events else stated
    there = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    arrived = there[-1] if there else stated_time(parcel.get("statusDateTime"))
    return Tracking(
        number,
        events,
        stated=stated,
        delivered_at=arrived if now.status is Status.DELIVERED else None,
        complete="events" in parcel,
    )


def _with_status(
    events: tuple[Event, ...], parcel: Mapping[str, Any], stated: Meaning
) -> tuple[Event, ...]:
    """Let the parcel's status speak where its scans do not say as much.

    It is GLS's own reading of the newest scan, whose code we may not know; or it is
    newer than any scan, and then one more.
    """
    if stated == UNKNOWN or _same(current(events), stated):
        return events
    if events and events[-1].meaning == UNKNOWN:
        return (*events[:-1], replace(events[-1], meaning=stated))
    stamp = stated_time(parcel.get("statusDateTime"))
    if stamp is None or not events or not _later(stamp.at, events[-1]):
        return events
    return (*events, Event(stamp, stated, text(parcel.get("status"))))


def _later(at: Any, event: Event) -> bool:
    there = event.stamp.at if event.stamp is not None else None
    return at is not None and there is not None and at >= there


def _same(scans: Meaning, stated: Meaning) -> bool:
    moving = {Status.PICKED_UP, Status.IN_TRANSIT}
    back = {Status.RETURNING, Status.RETURNED}
    if scans.status in moving and stated.status in moving:
        return True
    return scans.status is stated.status or scans.status in back


def _event(event: Mapping[str, Any]) -> Event:
    code = text(event.get("code"))
    place = Place(
        text(event.get("city")),
        None,
        country_code(event.get("country")),
        text(event.get("postalCode")),
    )
    return Event(
        stated_time(event.get("eventDateTime")),
        EVENTS.read(code),
        code,
        text(event.get("description")),
        place,
    )
