"""Allied Express (Australia): web service TTWS, https://www.alliedexpress.com.au/.

Proof: captured answers, and the service's own description (WSDL) in public clients; the
meaning of its two arguments (signature key, consignment) is the community's. The answer
comes as SOAP or, by a gateway, as the same tree in JSON. The status of a scan may be
missing: then only its place and time are known. `scannnedTimestamp` is spelt so.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from lxml import etree

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Rate,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    error_body,
    http_problem,
    is_xml,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "http://neptune.alliedexpress.com.au:8080"
PATH = "/ttws-ejb/TTWS"
QUESTION = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:ttws="http://neptune.alliedexpress.com.au/ttws-ejb"><soapenv:Body>'
    "<ttws:getShipmentsStatus><String_1>{key}</String_1><String_2>{number}</String_2>"
    "</ttws:getShipmentsStatus></soapenv:Body></soapenv:Envelope>"
)
_FIELDS = (
    "consignmentNote",
    "depotLocation",
    "scannedBarcode",
    "scannedStatus",
    "scannnedTimestamp",
)
_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"return(ed|ing)? to sender", Meaning(Status.RETURNING, "to_sender")),
        (r"return to depot|left in depot", Meaning(Status.EXCEPTION, "delayed")),
        (r"card left", Meaning(Status.ATTEMPT_FAILED, "notice_left")),
        (r"in agent", Meaning(Status.AVAILABLE_FOR_PICKUP, "ready")),
        (r"damaged", Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel")),
        (r"not delivered|undeliver", Meaning(Status.EXCEPTION, "undeliverable")),
        (r"delivered", Meaning(Status.DELIVERED, "delivered")),
        (r"on ?board", Meaning(Status.OUT_FOR_DELIVERY, "with_courier")),
        (r"in transit", Meaning(Status.IN_TRANSIT, "moving")),
        (r"picked up|collected", Meaning(Status.PICKED_UP, "collected")),
    )
)


class AlliedExpress(Carrier):
    """Allied Express: one consignment a call, with all its barcodes."""

    code: ClassVar[str] = "allied_express"
    label: ClassVar[str] = "Allied Express"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.SAMPLE,)
    auth: ClassVar[Auth] = Auth.BODY
    countries: ClassVar[tuple[str, ...]] = ("AU",)
    settings: ClassVar[tuple[str, ...]] = ("signature_key",)
    rate: ClassVar[Rate] = Rate(per_second=1.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._key = settings["signature_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one consignment."""
        number = escape(wanted[0].number)
        question = QUESTION.format(key=escape(self._key), number=number)
        return self._http.post(
            self._url,
            data=question.encode(),
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": ""},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the scans barcode by barcode."""
        result = _result(answer)
        if result is None:
            if problem := http_problem(answer, error_body(answer).get("message")):
                return [Tracking(None, problem=problem, complete=False)]
            raise BadAnswer("allied_express: no result")
        if error := text(result.get("statusError")):
            return [failed(_trouble(error), error)]
        pieces: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
        for scan in records(result.get("statusBarcodesList")):
            number = text(scan.get("consignmentNote"))
            if number is None:
                raise BadAnswer("allied_express: no consignmentNote")
            key = (number, text(scan.get("scannedBarcode")))
            pieces.setdefault(key, []).append(scan)
        if not pieces:
            return [failed(Trouble.NOT_FOUND, "no scans")]
        return [_piece(number, scans) for (number, _), scans in pieces.items()]


CARRIER: type[Carrier] = AlliedExpress


def _result(answer: Answer) -> dict[str, Any] | None:
    """Return the result's tree from SOAP or JSON; None for a fault or a page."""
    if not is_xml(answer):
        body = (
            error_body(answer) if (answer.status or 200) >= 400 else json_body(answer)
        )
        told = part(body, "soapenv:Body", "ns1:getShipmentsStatusResponse", "result")
        found = told or part(body, "result")
        return found if isinstance(found, dict) else None
    try:
        element = xml_body(answer).find(".//result")
    except BadAnswer:
        return None
    return None if element is None else _tree(element)


def _tree(result: etree._Element) -> dict[str, Any]:
    lists = result.findall(".//statusBarcodesList")
    scans = [one for told in lists for one in told.findall("value") or [told]]
    return {
        "statusError": inner(result, ".//statusError"),
        "statusBarcodesList": [
            {name: inner(one, name) for name in _FIELDS} for one in scans
        ],
    }


def _trouble(error: str) -> Trouble:
    words = error.casefold()
    if "signature" in words or "account" in words or "authori" in words:
        return Trouble.AUTH
    found = "no shipment" in words or "not found" in words
    return Trouble.NOT_FOUND if found else Trouble.INVALID_NUMBER


def _piece(number: str, scans: Sequence[Mapping[str, Any]]) -> Tracking:
    events = oldest_first(_scan(one) for one in scans)
    delivered = current(events).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    at = stamps[-1] if delivered and stamps else None
    return Tracking(number, events, delivered_at=at)


def _scan(told: Mapping[str, Any]) -> Event:
    status, depot = text(told.get("scannedStatus")), text(told.get("depotLocation"))
    meaning = next((m for found, m in _WORDS if found.search(status or "")), UNKNOWN)
    if status is None and depot is not None:
        meaning = Meaning(Status.IN_TRANSIT, "arrived_at_facility")
    stamp = stated_time(told.get("scannnedTimestamp"))
    return Event(stamp, meaning, None, status, Place(depot))
