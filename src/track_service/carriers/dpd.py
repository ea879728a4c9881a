"""DPD ParcelLifeCycleService 2.0 (SOAP): https://esolutions.dpd.com/entwickler/dpdwebservices.aspx.

Proof: the vendor's schema and a genuine fault; the finer status names are seen in the
Benelux answers, not in the schema's list. Countries run it under hosts of their own
(`base_url`). A token lasts a day and logins are counted, so it is kept. `label` is the
heading of a whole phase and says nothing of the scan; `statusInfo` is unsorted and
lists steps that are not reached yet; times are local and name no zone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar
from xml.sax.saxutils import escape

from lxml import etree

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
    http_problem,
    oldest_first,
    reader,
    stated_by,
    stated_time,
    text,
)
from track_service.carriers.tokens import HOUR, token_ended
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Stamp,
    Tracking,
    Trouble,
)
from track_service.http import Answer, Http, Question, SignIn

URL = "https://public-ws.dpd.com"
LOGIN = "/services/LoginService/V2_0/"
TRACKING = "/services/ParcelLifeCycleService/V2_0/"
TYPES = "http://dpd.com/common/service/types"

STATUSES = StatusMap(
    {
        "ACCEPTED": Meaning(Status.PICKED_UP, "accepted"),
        "AT_SENDING_DEPOT": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "ON_THE_ROAD": Meaning(Status.IN_TRANSIT, "moving"),
        "AT_DELIVERY_DEPOT": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "OUT_FOR_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "PickedUp": Meaning(Status.PICKED_UP, "accepted"),
        "BetweenDepots": Meaning(Status.IN_TRANSIT, "moving"),
        "Depot": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "Courier": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "DeliveryFailure": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "ReturningFromDelivery": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "ParcelShop": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "Delivered": Meaning(Status.DELIVERED, "delivered"),
    }
)
_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
_HEADER = "SHIPMENT"  # heads the block of the shipment, is no status
_PATTERNS = (
    ("%m/%d/%Y %I:%M:%S %p", Precision.SECOND),
    ("%d.%m.%Y, %H:%M", Precision.MINUTE),
    ("%d.%m.%Y %H:%M", Precision.MINUTE),
    ("%d.%m.%Y", Precision.DAY),
)
_TROUBLES = (
    (re.compile(r"limit|maximum|too many", re.I), Trouble.THROTTLED),
    (re.compile(r"auth|login|delisid|password", re.I), Trouble.AUTH),
    (re.compile(r"not found|no data|unknown parcel", re.I), Trouble.NOT_FOUND),
    (re.compile(r"parcel ?label ?number", re.I), Trouble.INVALID_NUMBER),
)


class Dpd(Carrier):
    """One parcel a call, after a login that is kept."""

    code = "dpd"
    label = "DPD"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.LOGIN
    settings: ClassVar[tuple[str, ...]] = ("delis_id", "password")
    optional: ClassVar[tuple[str, ...]] = ("language",)
    rate = Rate(per_second=1.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account."""
        self._http = http
        self._base = settings.get("base_url", URL)
        self._user = settings["delis_id"]
        self._password = settings["password"]
        self._language = settings.get("language", "en_US")
        self._sign_in = SignIn(
            Question("POST", self._base + LOGIN, data=self._login(), headers=_HEADERS),
            self._user,
            _token,
            ended=token_ended(self.parse),
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel; the answer may be the login's, if that refused us."""

        def bear(question: Question, token: str) -> Question:
            return replace(question, data=self._question(wanted[0].number, token))

        return self._http.post(
            self._base + TRACKING,
            headers=_HEADERS,
            grant=replace(self._sign_in, bear=bear),
        )

    def _login(self) -> bytes:
        return _envelope(
            "",
            f'<t:getAuth xmlns:t="{TYPES}/LoginService/2.0">'
            f"<delisId>{escape(self._user)}</delisId>"
            f"<password>{escape(self._password)}</password>"
            f"<messageLanguage>{escape(self._language)}</messageLanguage></t:getAuth>",
        )

    def _question(self, number: str, token: str) -> bytes:
        return _envelope(
            f'<a:authentication xmlns:a="{TYPES}/Authentication/2.0">'
            f"<delisId>{escape(self._user)}</delisId>"
            f"<authToken>{escape(token)}</authToken>"
            f"<messageLanguage>{escape(self._language)}</messageLanguage>"
            "</a:authentication>",
            f'<t:getTrackingData xmlns:t="{TYPES}/ParcelLifeCycleService/2.0">'
            f"<parcelLabelNumber>{escape(number)}</parcelLabelNumber>"
            "</t:getTrackingData>",
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the result, or the fault that comes in its place (as HTTP 500)."""
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [Tracking(None, problem=problem, complete=False)]
            raise
        if (fault := root.find(".//Fault")) is not None:
            return [_fault(fault)]
        if problem := http_problem(answer):
            return [Tracking(None, problem=problem, complete=False)]
        result = root.find(".//getTrackingDataResponse")
        if result is None:
            raise BadAnswer("no tracking result")
        return [_parcel(result)]


CARRIER: type[Carrier] = Dpd


def _envelope(header: str, body: str) -> bytes:
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<e:Header>{header}</e:Header><e:Body>{body}</e:Body></e:Envelope>"
    ).encode()


def _token(answer: Answer) -> tuple[str, float] | None:
    try:
        token = inner(xml_body(answer), ".//authToken")
    except BadAnswer:
        return None
    return (token, 12 * HOUR) if token else None  # of about a day


def _fault(fault: etree._Element) -> Tracking:
    code = inner(fault, ".//errorCode") or ""
    message = inner(fault, ".//errorMessage") or inner(fault, "faultstring")
    said = f"{code} {message}"
    kind = next((k for words, k in _TROUBLES if words.search(said)), None)
    return failed(kind or Trouble.SERVER_ERROR, message or code)


def _parcel(result: etree._Element) -> Tracking:
    steps = [s for s in result.iterfind(".//statusInfo") if _reached(s)]
    number = _number(result.find(".//shipmentInfo"))
    events = oldest_first(_event(step) for step in steps)
    if not events:
        return failed(Trouble.NOT_FOUND, "no status", number)
    stated = next((s for s in steps if inner(s, "isCurrentStatus") == "true"), None)
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    delivered = current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        stated=UNKNOWN if stated is None else STATUSES.read(inner(stated, "status")),
        delivered_at=arrived[-1] if delivered and arrived else None,
    )


def _reached(step: etree._Element) -> bool:
    is_header = inner(step, "status") == _HEADER
    return not is_header and inner(step, "statusHasBeenReached") != "false"


def _number(shipment: etree._Element | None) -> str | None:
    """Return the parcel's number where the answer tells it; the schema has no field."""
    if shipment is None:
        return None
    for word in _leaves(shipment):
        if re.fullmatch(r"[0-9]{14}[0-9A-Z]?", word):
            return word
    return None


def _event(step: etree._Element) -> Event:
    code = inner(step, "status")
    words = " ".join(_leaves(step.find("description"))) or None
    where = inner(step, "location/content")
    found = re.fullmatch(r"(.+?)\s*\(([A-Z]{2})\)", where or "")
    place = Place(found[1], None, found[2]) if found else Place(where)
    stamp = _stamp(inner(step, "date/content"))
    return Event(stamp, STATUSES.read(code), code, words, place)


def _leaves(element: etree._Element | None) -> Iterator[str]:
    """Yield the texts of all lines in a block of content."""
    for part in () if element is None else element.iter():
        said = text(part.text) if len(part) == 0 else None
        if said is not None and said not in {"true", "false"}:
            yield said


def _stamp(stated: str | None) -> Stamp | None:
    read = (stated_by(stated, form, precision=exactly) for form, exactly in _PATTERNS)
    return next(filter(None, read), None) or stated_time(stated)
