"""Bring Tracking API v2 and Event Cast: https://developer.bring.com/api/tracking/.

Proof: the vendor's documentation (its list of statuses) and its examples, in JSON, which
is what we ask for, and in XML. A consignment holds many packages; errors stand in the
place of a consignment, an unknown number in XML is plain text, and 503 blocks who asked
for too many wrong numbers. Event Cast is not signed: it sends a header that we chose.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from hmac import compare_digest
from typing import Any, ClassVar

from lxml import etree

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
    country_code,
    http_problem,
    is_xml,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_by,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.detail import NOTHING, Detail
from track_service.core.status import Meaning, Status
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

URL = "https://api.bring.com"
PATH = "/tracking/api/v2/tracking.json"

# UNKNOWN, "undefined", is left out: it is unknown.
STATUSES = StatusMap(
    {
        "PRE_NOTIFIED": Meaning(Status.INFO_RECEIVED, "received"),
        "NOTIFICATION_SENT": Meaning(Status.INFO_RECEIVED, "status_update"),
        "COLLECTED": Meaning(Status.PICKED_UP, "collected"),
        "HANDED_IN": Meaning(Status.PICKED_UP, "accepted"),
        "IN_TRANSIT": Meaning(Status.IN_TRANSIT, "moving"),
        "TERMINAL": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "CUSTOMS": Meaning(Status.IN_TRANSIT, "customs_started"),
        "INTERNATIONAL": Meaning(Status.IN_TRANSIT, "moving"),
        "DELIVERY_ORDERED": Meaning(Status.IN_TRANSIT, "delivery_scheduled"),
        "DELIVERY_CHANGED": Meaning(Status.IN_TRANSIT, "delivery_rescheduled"),
        "DELIVERY_CANCELLED": Meaning(
            Status.EXCEPTION, "generic", "consignee_cancelled"
        ),
        "TRANSPORT_TO_RECIPIENT": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "ATTEMPTED_DELIVERY": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "READY_FOR_PICKUP": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "DEVIATION": Meaning(Status.EXCEPTION, "generic"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "RETURN": Meaning(Status.RETURNING, "to_sender"),
        "DELIVERED_SENDER": Meaning(Status.RETURNED, "to_sender"),
    }
)
TROUBLES: Mapping[str, Trouble] = {
    "400": Trouble.INVALID_NUMBER,
    "401": Trouble.AUTH,
    "403": Trouble.AUTH,
    "404": Trouble.NOT_FOUND,
    "429": Trouble.THROTTLED,
}


class Bring(Carrier):
    """One shipment, package or reference a call; pushes by Event Cast."""

    code = "bring"
    label = "Bring"
    proof = (Proof.OFFICIAL,)
    auth = Auth.KEY
    eta = True
    signer = True
    countries = ("NO", "SE", "DK", "FI")
    settings: ClassVar[tuple[str, ...]] = ("api_uid", "api_key")
    optional: ClassVar[tuple[str, ...]] = ("language", "push_header", "push_secret")
    rate = Rate(per_second=2.0)
    push = True
    page_url = "https://tracking.bring.com/tracking/{number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client, the account and the language of the texts."""
        self._http = http
        self._url = settings.get("base_url", URL) + PATH
        self._headers = {
            "X-Mybring-API-Uid": settings["api_uid"],
            "X-Mybring-API-Key": settings["api_key"],
            "Accept": "application/json",
        }
        self._language = settings.get("language", "en")

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one number."""
        params = {"q": wanted[0].number, "lang": self._language}
        return self._http.get(self._url, params=params, headers=self._headers)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read all packages of all consignments."""
        try:
            consignments = list(_consignments(answer))
        except BadAnswer:
            if problem := _alone(answer):
                return [problem]
            raise
        if not consignments:
            return [failed(Trouble.NOT_FOUND, "no consignment")]
        return [t for one in consignments for t in _consignment(one, answer)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one Event Cast event: a status and its time, no words and no place."""
        body = json_body(push)
        number = text(body.get("package")) or text(body.get("shipment"))
        code = text(body.get("status"))
        if number is None or code is None:
            raise BadAnswer("neither package nor shipment, or no status")
        event = Event(stated_time(body.get("created")), STATUSES.read(code), code)
        delivered = event.meaning.status is Status.DELIVERED
        arrived = event.stamp if delivered else None
        return [Tracking(number, (event,), delivered_at=arrived, complete=False)]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare the header that Event Cast was told to send, if we set one."""
        expected = settings.get("push_secret")
        if not expected:
            return Trust.URL_ONLY
        name = settings.get("push_header", "authorization").lower()
        given = push.headers.get(name, "").encode(errors="replace")
        same = compare_digest(given, expected.encode())
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = Bring


def _alone(answer: Answer) -> Tracking | None:
    """Read an answer that is neither JSON nor XML by its status and plain words."""
    words = text(answer.body.decode(errors="replace")) or ""
    if answer.status == 503:
        return failed(Trouble.THROTTLED, words[:200])
    if problem := http_problem(answer):
        return Tracking(None, problem=problem, complete=False)
    if "<" not in words and "no shipments found" in words.casefold():
        return failed(Trouble.NOT_FOUND, words)
    return None


def _consignments(answer: Answer) -> Iterator[Mapping[str, Any]]:
    if is_xml(answer):
        root = xml_body(answer)
        if root.tag != "ConsignmentSet":
            raise BadAnswer(f"an XML answer of {root.tag}")
        yield from map(_from_xml, root.iterfind("Consignment"))
        return
    body = json_body(answer)
    found = [body[key] for key in ("consignmentSet", "shipments") if key in body]
    if not found:
        raise BadAnswer("no `consignmentSet`")
    yield from records(found[0])


def _from_xml(consignment: etree._Element) -> Mapping[str, Any]:
    """Return an XML consignment as its JSON would be, as far as we read it."""
    if (message := inner(consignment, "Error")) is not None:
        return {"error": {"code": inner(consignment, "Code"), "message": message}}
    packages = [
        {
            "packageNumber": package.get("packageId"),
            "dateOfEstimatedDelivery": inner(package, "DateOfEstimatedDelivery"),
            "eventSet": [_event_of(e) for e in package.iterfind("EventSet/Event")],
        }
        for package in consignment.iterfind("PackageSet/Package")
    ]
    number = consignment.get("consignmentId")
    return {"consignmentId": number, "packageSet": packages}


def _event_of(event: etree._Element) -> Mapping[str, Any]:
    return {
        "status": inner(event, "Status"),
        "description": inner(event, "Description"),
        "dateIso": inner(event, "OccuredAtIsoDateTime"),
        "city": inner(event, "City"),
        "countryCode": inner(event, "CountryCode"),
        "postalCode": inner(event, "PostalCode"),
        "recipientSignature": {"name": inner(event, "RecipientSignature/Name")},
    }


def _consignment(consignment: Mapping[str, Any], answer: Answer) -> Iterator[Tracking]:
    error = consignment.get("error")
    if isinstance(error, dict):
        yield _failure(error, answer)
        return
    number = text(consignment.get("consignmentId"))
    packages = records(consignment.get("packageSet"))
    if not packages:
        yield failed(Trouble.NOT_FOUND, "no package", number)
    for package in packages:
        yield _package(package, text(package.get("packageNumber")) or number)


def _failure(error: Mapping[str, Any], answer: Answer) -> Tracking:
    code = text(error.get("code")) or str(answer.status)
    message = text(error.get("message")) or f"code {code}"
    if code == "503":
        return failed(Trouble.THROTTLED, message)
    return failed(TROUBLES.get(code, Trouble.SERVER_ERROR), message)


def _package(package: Mapping[str, Any], number: str | None) -> Tracking:
    if number is None:
        raise BadAnswer("a package without a number")
    scans = records(package.get("eventSet"))
    events = oldest_first(map(_event, scans))
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    delivered = current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        window=_window(package),
        delivered_at=arrived[-1] if delivered and arrived else None,
        signed_by=_signer(scans) if delivered else None,
        detail=_detail(package),
    )


def _detail(package: Mapping[str, Any]) -> Detail:
    """Return the day on which it goes back; it can be collected until the day before."""
    back = _stamp(package.get("dateOfReturn"), None)
    return Detail(collect_by=back.local.date() - timedelta(days=1)) if back else NOTHING


def _event(event: Mapping[str, Any]) -> Event:
    code = text(event.get("status"))
    place = Place(
        text(event.get("city")),
        None,
        country_code(event.get("countryCode")),
        text(event.get("postalCode")),
    )
    words = text(event.get("description"))
    return Event(
        stated_time(event.get("dateIso")), STATUSES.read(code), code, words, place
    )


def _signer(scans: Sequence[Mapping[str, Any]]) -> str | None:
    for scan in scans:
        if STATUSES.read(text(scan.get("status"))).status is Status.DELIVERED:
            return text(part(scan, "recipientSignature", "name"))
    return None


def _window(package: Mapping[str, Any]) -> Window | None:
    """Return the day of the estimate with its hours; hours without a day are none."""
    day = _stamp(package.get("dateOfEstimatedDelivery"), None)
    if day is None:
        return None
    span = package.get("estimatedTimeSpanOfDelivery")
    start = _stamp(package["dateOfEstimatedDelivery"], part(span, "startTime"))
    until = _stamp(package["dateOfEstimatedDelivery"], part(span, "endTime"))
    return Window(start or day, until or day)


def _stamp(day: object, hour: object) -> Stamp | None:
    """Read `dd.MM.yyyy` and `HH:mm`, in a zone that is not named."""
    said = " ".join(filter(None, (text(day), text(hour))))
    pattern, precision = "%d.%m.%Y %H:%M", Precision.MINUTE
    if text(hour) is None:
        pattern, precision = "%d.%m.%Y", Precision.DAY
    return stated_by(said, pattern, precision=precision)
