"""PostNord Track & Trace: https://developer.postnord.com/apis/details?systemName=shipment-v5-trackandtrace-shipmentinformation.

Proof: the vendor's specification (its list of item statuses) and genuine answers; DELIVERY
and SPLIT are seen, not listed. An item may stand elsewhere than its shipment; faults come
in HTTP 200; AVAILABLE_FOR_DELIVERY is a parcel that waits at the service point. Times name
no zone in some answers and UTC in others.
"""

from collections.abc import Iterator, Mapping, Sequence
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
from track_service.core.detail import NOTHING, Detail, PickupPoint
from track_service.core.ordering import ordering_time
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition, current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api2.postnord.com"
PATH = "/rest/shipment/v5/trackandtrace/findByIdentifier.json"

STATUSES = StatusMap(
    {
        "CREATED": Meaning(Status.INFO_RECEIVED, "label_created"),
        "INFORMED": Meaning(Status.INFO_RECEIVED, "received"),
        "OTHER": Meaning(Status.INFO_RECEIVED, "status_update"),  # notices
        "EN_ROUTE": Meaning(Status.IN_TRANSIT, "moving"),
        "EXPECTED_DELAY": Meaning(Status.IN_TRANSIT, "moving"),
        "DELAYED": Meaning(Status.EXCEPTION, "delayed"),
        "DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "AVAILABLE_FOR_DELIVERY": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "AVAILABLE_FOR_DELIVERY_PAR_LOC": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "DELIVERY_IMPOSSIBLE": Meaning(Status.EXCEPTION, "undeliverable"),
        "DELIVERY_REFUSED": Meaning(Status.EXCEPTION, "refused", "consignee_refused"),
        "RETURNED": Meaning(Status.RETURNED, "to_sender"),
        "STOPPED": Meaning(Status.EXCEPTION, "held"),
    }
)
TROUBLES: Mapping[str, Trouble] = {
    "invalididentifier": Trouble.INVALID_NUMBER,
    "invalidlocale": Trouble.INPUT_NEEDED,
}
# Version 5 writes alpha-3; these are the countries that PostNord's own scans come from.
_ALPHA_2 = {"SWE": "SE", "DNK": "DK", "NOR": "NO", "FIN": "FI", "DEU": "DE"}


class PostNord(Carrier):
    """One identifier a call, which may be a shipment of several items."""

    code = "postnord"
    label = "PostNord"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.QUERY
    eta = True
    signer = True
    local_times = False
    countries = ("SE", "DK", "NO", "FI")
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    optional: ClassVar[tuple[str, ...]] = ("language",)
    rate = Rate(per_second=5.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client, the account's key and the language of the texts."""
        self._http = http
        self._url = settings.get("base_url", URL) + PATH
        self._key = settings["api_key"]
        self._language = settings.get("language", "en")

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment, item or reference."""
        return self._http.get(
            self._url,
            params={
                "id": wanted[0].number,
                "locale": self._language,
                "apikey": self._key,
            },
            headers={"Accept": "application/json"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read all items of all shipments; none is an unknown number."""
        body = error_body(answer)
        response = body.get("TrackingInformationResponse", body)
        if faults := records(part(response, "compositeFault", "faults")):
            return [_fault(faults[0])]
        if problem := http_problem(answer, body.get("detail") or body.get("message")):
            return [Tracking(None, problem=problem, complete=False)]
        if (answer.status or 0) >= 400:
            return [_refusal(answer, body)]
        if not isinstance(part(response, "shipments"), list):
            json_body(answer)
            raise BadAnswer("no `shipments`")
        shipments = records(response["shipments"])
        if not shipments:
            return [failed(Trouble.NOT_FOUND, "no shipment")]
        return [tracking for one in shipments for tracking in _shipment(one)]


CARRIER: type[Carrier] = PostNord


def _fault(fault: Mapping[str, Any]) -> Tracking:
    code = text(fault.get("faultCode")) or ""
    kind = TROUBLES.get(code.casefold(), Trouble.SERVER_ERROR)
    return failed(kind, text(fault.get("explanationText")) or code)


def _refusal(answer: Answer, body: Mapping[str, Any]) -> Tracking:
    said = text(body.get("detail")) or text(body.get("title"))
    if said is None:
        raise BadAnswer(f"HTTP {answer.status}")
    gone = answer.status == 404
    return failed(Trouble.NOT_FOUND if gone else Trouble.INPUT_NEEDED, said)


def _shipment(shipment: Mapping[str, Any]) -> Iterator[Tracking]:
    items: Sequence[Mapping[str, Any]] = records(shipment.get("items"))
    for item in items or [shipment]:
        number = text(item.get("itemId")) or text(shipment.get("shipmentId"))
        if number is None:
            raise BadAnswer("neither an item's id nor a shipment's")
        yield _item(number, item, shipment)


def _item(
    number: str, item: Mapping[str, Any], shipment: Mapping[str, Any]
) -> Tracking:
    scans = records(item.get("events"))
    events = oldest_first(map(_event, scans))
    code = text(item.get("status")) or text(shipment.get("status"))
    ahead = _ahead(events, item, code)
    result = Tracking(
        number,
        events,
        stated=STATUSES.read(code),
        ahead=ahead,
        window=_window(item) or _window(shipment),
        detail=_detail(item.get("deliveryPoint") or shipment.get("deliveryPoint")),
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    known = (*events, ahead) if ahead else events
    arrived = [e.stamp for e in known if e.meaning.status is Status.DELIVERED]
    return replace(
        result,
        delivered_at=arrived[-1] if arrived else None,
        signed_by=_signer(item, scans),
    )


def _ahead(
    events: tuple[Event, ...], item: Mapping[str, Any], code: str | None
) -> Event | None:
    """Return what the status tells before there is a scan of it, None if nothing.

    That is a parcel which waits at the service point, or a delivery with its time: a
    `deliveryDate` before the newest scan is the arrival at the service point.
    """
    meaning, now = STATUSES.read(code), current(events).status
    if not events or now in {Status.DELIVERED, Status.RETURNED, Status.RETURNING}:
        return None
    if meaning.status is Status.AVAILABLE_FOR_PICKUP and now is not meaning.status:
        return Event(None, meaning, code)
    stamp = stated_time(item.get("deliveryDate"))
    if stamp is None or meaning.status is not Status.DELIVERED:
        return None
    if ordering_time(stamp) < ordering_time(events[-1].stamp):
        return None
    return Event(stamp, meaning, code)


def _event(event: Mapping[str, Any]) -> Event:
    status = text(event.get("status")) or text(event.get("eventStatus"))
    return Event(
        stated_time(event.get("eventTime")),
        STATUSES.read(status),
        text(event.get("eventCode")) or status,
        text(event.get("eventDescription")),
        _place(event.get("location")),
    )


def _place(location: object) -> Place:
    stated = text(part(location, "countryCode"))
    return Place(
        text(part(location, "city")),
        None,
        country_code(_ALPHA_2.get(stated or "", stated)),
        text(part(location, "postcode")) or text(part(location, "postCode")),
    )


def _detail(point: object) -> Detail:
    """Return the service point, whose hours are not told."""
    where = part(point, "address")
    town = [text(part(where, key)) for key in ("postCode", "city")]
    lines = (text(part(where, "street1")), " ".join(filter(None, town)))
    name = text(part(point, "displayName")) or text(part(point, "name"))
    found = PickupPoint(name, tuple(filter(None, lines)))
    return Detail(pickup=found) if found else NOTHING


def _signer(item: Mapping[str, Any], scans: Sequence[Mapping[str, Any]]) -> str | None:
    for holder in (item, *scans):
        if name := text(part(holder, "acceptor", "name")):
            return name
    return None


def _window(holder: Mapping[str, Any]) -> Window | None:
    """Return the moment of arrival, the one meant for the public first."""
    for key in ("publicTimeOfArrival", "estimatedTimeOfArrival"):
        stamp: Stamp | None = stated_time(holder.get(key))
        if stamp is not None:
            return Window(stamp, stamp)
    return None
