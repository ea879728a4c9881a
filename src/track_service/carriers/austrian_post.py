"""Austrian Post: the GraphQL service behind the public tracking page of post.at.

https://www.post.at/sv/sendungssuche; known from genuine answers and the community, the
business API needs a contract whose document is not public. Times are Austrian local
times without a zone. A number that is not known is `einzelsendung: null` under HTTP 200.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

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
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.post.at"
AUSTRIA = ZoneInfo("Europe/Vienna")
PATH = "/sendungen/sv/graphqlPublic"
QUERY = (
    "query($number: String!) { einzelsendung(sendungsnummer: $number) {"
    " activeIdentityCode originalIdentityCode status"
    " estimatedDelivery { startDate startTime endDate endTime }"
    " sendungsEvents { trackingStateKey trackingState text textEn timestamp"
    " eventcountry eventpostalcode eventPlaceName } } }"
)
STATES = StatusMap(
    {
        "pendinginformation": Meaning(Status.INFO_RECEIVED, "received"),
        "shipment_announced": Meaning(Status.INFO_RECEIVED, "received"),
        "indistribution": Meaning(Status.IN_TRANSIT, "processing"),
        "in_distribution": Meaning(Status.IN_TRANSIT, "processing"),
        "indelivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "out_for_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "readyforpickup": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "ready_for_collection": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
    }
)
_TROUBLES = {
    "INVALID_ARGUMENT_IDENTITY_CODE": Trouble.INVALID_NUMBER,
    "UNAUTHENTICATED": Trouble.AUTH,
    "FORBIDDEN": Trouble.AUTH,
    "NOT_FOUND": Trouble.NOT_FOUND,
    "INTERNAL_SERVER_ERROR": Trouble.SERVER_ERROR,
}


class AustrianPost(Carrier):
    """One number a call, without an account."""

    code: ClassVar[str] = "austrian_post"
    label: ClassVar[str] = "Österreichische Post"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.SAMPLE,)
    auth: ClassVar[Auth] = Auth.OPEN
    eta: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("AT",)
    rate: ClassVar[Rate] = Rate(per_second=0.5)  # unpublished: a page's service
    page_url: ClassVar[str | None] = (
        "https://www.post.at/sv/sendungsdetails?snr={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment."""
        question = {"query": QUERY, "variables": {"number": wanted[0].number}}
        return self._http.post(self._url, json=question)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the shipment, or the errors that GraphQL states beside it."""
        errors = records(error_body(answer).get("errors") or [])
        if errors:
            return [_failure(errors[0], answer)]
        if problem := http_problem(answer):
            return [failed(problem.kind, problem.message)]
        data = part(json_body(answer), "data")
        if not isinstance(data, dict) or "einzelsendung" not in data:
            raise BadAnswer("no `einzelsendung`")
        if data["einzelsendung"] is None:
            return [failed(Trouble.NOT_FOUND, "einzelsendung: null")]
        return [_shipment(data["einzelsendung"])]


CARRIER: type[Carrier] = AustrianPost


def _failure(error: Mapping[str, Any], answer: Answer) -> Tracking:
    said = text(error.get("message"))
    code = text(part(error, "extensions", "code")) or ""
    if code not in _TROUBLES and (problem := http_problem(answer, said)):
        return failed(problem.kind, problem.message)
    return failed(_TROUBLES.get(code, Trouble.INPUT_NEEDED), said or code)


def _shipment(told: Mapping[str, Any]) -> Tracking:
    number = text(told["originalIdentityCode"]) or text(told.get("activeIdentityCode"))
    if number is None:
        raise BadAnswer("no identity code")
    events = oldest_first(_event(one) for one in records(told.get("sendungsEvents")))
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    result = Tracking(number, events)
    delivered = condition(result).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        window=_window(told.get("estimatedDelivery")),
        delivered_at=arrived[-1].stamp if delivered and arrived else None,
    )


def _event(told: Mapping[str, Any]) -> Event:
    code = text(told.get("trackingStateKey"))
    state = text(told.get("trackingState"))
    return Event(
        stated_time(told.get("timestamp"), AUSTRIA),
        _meaning(code, state),
        code or state,
        text(told.get("textEn")) or text(told.get("text")),
        Place(
            text(told.get("eventPlaceName")),
            country=country_code(told.get("eventcountry")),
            postal=text(told.get("eventpostalcode")),
        ),
    )


def _meaning(*codes: str | None) -> Meaning:
    return STATES.read(*(code.lower() for code in codes if code))


def _window(told: Any) -> Window | None:
    """Return the window; without hours it is a span of days."""
    start = _edge(part(told, "startDate"), part(told, "startTime"))
    until = _edge(part(told, "endDate"), part(told, "endTime")) or start
    return Window(start or until, until) if until is not None else None


def _edge(day: object, hour: object) -> Stamp | None:
    date, clock = (text(day) or "")[:10], text(hour)
    moment = f"{date}T{clock}" if date and clock else date
    return stated_time(moment, AUSTRIA)
