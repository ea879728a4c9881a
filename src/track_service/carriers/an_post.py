"""An Post (Ireland): what its customer app is told of a parcel; community-known.

https://www.anpost.com; An Post publishes no tracking API that an account could ask, so
nothing is asked here: an app answer that somebody hands in is read. Category 0 is a
value (in transit). Times have no zone. `receiverName` is whom it was sent to as often as
who signed, so no signer is read.
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
    error_body,
    http_problem,
    json_body,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

CATEGORIES = StatusMap(
    {
        "0": Meaning(Status.IN_TRANSIT, "moving"),
        "1": Meaning(Status.IN_TRANSIT, "customs_started"),
        "2": Meaning(Status.PICKED_UP, "accepted"),
        "3": Meaning(Status.IN_TRANSIT, "processing"),
        "4": Meaning(Status.DELIVERED, "delivered"),
        "5": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "6": Meaning(Status.RETURNING, "to_sender"),
        "7": Meaning(Status.INFO_RECEIVED, "received"),
    }
)


class AnPost(Carrier):
    """Parcels that are handed in; the answer holds a condition and no scans."""

    code: ClassVar[str] = "an_post"
    label: ClassVar[str] = "An Post"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.COMMUNITY,)
    auth: ClassVar[Auth] = Auth.OPEN
    eta: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("IE",)
    pull: ClassVar[bool] = False
    push: ClassVar[bool] = True
    page_url: ClassVar[str | None] = (
        "https://www.anpost.com/Post-Parcels/Track/History?item={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Nothing is kept: nothing is asked."""

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel or a list of them."""
        if (answer.status or 0) >= 400:
            return [_refusal(answer)]
        body = json_body(answer)
        told = [one for one in records(body) if text(one.get("trackingNumber"))]
        if not told:
            raise BadAnswer("no `trackingNumber`")
        return [_parcel(one) for one in told]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read what was handed in, of the same shape."""
        return AnPost.parse(push)


CARRIER: type[Carrier] = AnPost


def _refusal(answer: Answer) -> Tracking:
    said = text(part(error_body(answer), "message"))
    if problem := http_problem(answer, said):
        return failed(problem.kind, problem.message)
    kind = Trouble.NOT_FOUND if answer.status == 404 else Trouble.INPUT_NEEDED
    return failed(kind, said or f"HTTP {answer.status}")


def _parcel(told: Mapping[str, Any]) -> Tracking:
    category = text(told.get("lastTrackingEventCategoryId"))
    stated = CATEGORIES.read(category)
    due = _due(told.get("estimatedDeliveryDateTime"))
    delivered = stated.status is Status.DELIVERED
    return Tracking(
        text(told.get("trackingNumber")),
        _unread(category, stated),
        stated=stated,
        window=Window(due, due) if due is not None else None,
        delivered_at=stated_time(told.get("dateDelivered")) if delivered else None,
        complete=False,
    )


def _unread(category: str | None, stated: Meaning) -> tuple[Event, ...]:
    """Keep a category that the table does not hold, as a scan without a time."""
    if category is None or stated.status is not Status.UNKNOWN:
        return ()
    return (Event(None, stated, category),)


def _due(value: object) -> Stamp | None:
    """Read the estimate; midnight is a day in disguise."""
    due = stated_time(value)
    if due is not None and f"{due.local:%H:%M:%S}" == "00:00:00":
        return Stamp.day(due.local.date())
    return due
