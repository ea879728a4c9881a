"""Swiss Post: what its public tracking page is told of a shipment; genuine samples.

https://service.post.ch/ekp-web/ui/list; the business interface needs a contract whose
document is not public and the page's own calls are bound to a browser's session, so
nothing is asked here: an answer that somebody hands in is read. `deliveryTimeWindow` is
a class of service ("STANDARD"), and the estimate is a day, written as its midnight.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    StatusMap,
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
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

STATUSES = StatusMap(
    {
        "TO_BE_DELIVERED": Meaning(Status.IN_TRANSIT, "moving"),
        "IN_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
    }
)


class SwissPost(Carrier):
    """Shipments that are handed in; scans come apart from them, without a meaning."""

    code: ClassVar[str] = "swiss_post"
    label: ClassVar[str] = "Swiss Post"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.SAMPLE,)
    auth: ClassVar[Auth] = Auth.OPEN
    eta: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("CH", "LI")
    pull: ClassVar[bool] = False
    push: ClassVar[bool] = True
    page_url: ClassVar[str | None] = (
        "https://service.post.ch/ekp-web/ui/entry/search/{number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Nothing is kept: nothing is asked."""

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one shipment or a list of them."""
        if (answer.status or 0) >= 400:
            return [_refusal(answer)]
        body = json_body(answer)
        if body == []:
            return [failed(Trouble.NOT_FOUND, "no shipment")]
        told = [one for one in records(body) if text(one.get("shipmentNumber"))]
        if not told:
            raise BadAnswer("no `shipmentNumber`")
        return [_shipment(one) for one in told]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read what was handed in, of the same shape."""
        return SwissPost.parse(push)


CARRIER: type[Carrier] = SwissPost


def _refusal(answer: Answer) -> Tracking:
    said = text(part(error_body(answer), "message"))
    if problem := http_problem(answer, said):
        return failed(problem.kind, problem.message)
    kind = Trouble.NOT_FOUND if answer.status == 404 else Trouble.INPUT_NEEDED
    return failed(kind, said or f"HTTP {answer.status}")


def _shipment(told: Mapping[str, Any]) -> Tracking:
    stated = _stated(told)
    scans = [_scan(one) for one in records(told.get("events") or [])]
    word = text(told.get("globalStatus"))
    if stated == UNKNOWN and word is not None:
        scans.append(Event(stated_time(told.get("lastEventDateTime")), UNKNOWN, word))
    due = stated_time(told.get("calculatedDeliveryDate"))
    day = Stamp.day(due.local.date()) if due is not None else None
    delivered = stated.status is Status.DELIVERED
    return Tracking(
        text(told.get("shipmentNumber")),
        oldest_first(scans),
        stated=stated,
        window=Window(day, day) if day is not None else None,
        delivered_at=stated_time(told.get("deliveryDate")) if delivered else None,
        complete=False,
    )


def _stated(told: Mapping[str, Any]) -> Meaning:
    """Read the flags before the word: a return is delivered too, to the sender.

    A collection note (`avis`) waits with the parcel at a post office.
    """
    if told.get("returned") is True:
        return Meaning(Status.RETURNED, "to_sender")
    known = STATUSES.read(text(told.get("globalStatus")))
    if known != UNKNOWN or told.get("delivered") is True:
        return known if known != UNKNOWN else Meaning(Status.DELIVERED, "delivered")
    if text(told.get("avis")) and text(told.get("deliveryPostOfficeZip")):
        return Meaning(Status.AVAILABLE_FOR_PICKUP, "ready")
    attempted = stated_time(told.get("attemptedDeliveryDate")) is not None
    return Meaning(Status.ATTEMPT_FAILED, "generic") if attempted else UNKNOWN


def _scan(told: Mapping[str, Any]) -> Event:
    return Event(
        stated_time(told.get("timestamp")),
        UNKNOWN,
        text(told.get("eventCode")),
        text(told.get("description")),
        Place(
            text(told.get("city")),
            country=country_code(told.get("country")),
            postal=text(told.get("zip")),
        ),
    )
