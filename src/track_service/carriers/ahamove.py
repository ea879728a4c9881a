"""Ahamove (Vietnam, same day): API v3, https://developers.ahamove.com.

Proof: the official document of orders, webhook and statuses (those of warehouse orders
too); no genuine answer was seen. The webhook sends the order object that the API also
returns. COMPLETED "does not mean the package is delivered": the drop-offs' own statuses
and, of a return, the order's `sub_status` decide; where they say nothing it is unknown. Times are epoch seconds, read in Vietnam. The
share link ends with the customer's phone number: it is never read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hmac import compare_digest
from typing import Any, ClassVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Push,
    StatusMap,
    Trust,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    epoch_stamp,
    error_body,
    http_problem,
    json_body,
    reader,
    records,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Stamp, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://partner-api.ahamove.com"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
STATUSES = StatusMap(
    {
        "IDLE": Meaning(Status.PENDING),
        "ASSIGNING": Meaning(Status.PENDING),
        "ACCEPTED": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "CONFIRMING": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "PAYING": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "TRANSPORTING": Meaning(Status.IN_TRANSIT, "moving"),
        "IN PROCESS": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "PICKED_UP": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "FAILED_1": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "FAILED_2": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "FAILED_3": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "COMPLETED": Meaning(Status.DELIVERED, "delivered"),
        "FAILED": Meaning(Status.EXCEPTION, "undeliverable"),
        "IN_RETURN": Meaning(Status.RETURNING, "to_sender"),
        "RETURNED": Meaning(Status.RETURNED, "to_sender"),
        "RETURN_FAILED": Meaning(Status.EXCEPTION, "compensated"),
        "CANCELLED": Meaning(Status.CANCELLED, "shipment"),
        "CANCELED": Meaning(Status.CANCELLED, "shipment"),
    }
)
# The order's own clock: each time and the status that began with it, in this order.
TIMES: Mapping[str, str] = {
    "create_time": "ASSIGNING",
    "accept_time": "ACCEPTED",
    "pickup_time": "IN PROCESS",
    "complete_time": "COMPLETED",
    "return_time": "RETURNED",
    "cancel_time": "CANCELLED",
}
# Statuses of an order and, after it is on its way, of its drop-off stop.
_STOPS = {"FAILED", "IN_RETURN", "RETURNED"}
_ENDS = {"complete_time", "return_time"}
_PHONE = re.compile(r"(?<![\w.])(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\w)")


class Ahamove(Carrier):
    """One order a call; the webhook carries an `api_key` that was agreed."""

    code = "ahamove"
    label = "Ahamove"
    proof = (Proof.OFFICIAL,)
    auth = Auth.KEY
    countries = ("VN",)
    settings: ClassVar[tuple[str, ...]] = ("token",)
    optional: ClassVar[tuple[str, ...]] = ("push_api_key",)
    push = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's token."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/v3/orders/"
        self._headers = {"Authorization": f"Bearer {settings['token']}"}

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one order."""
        return self._http.get(
            self._url + quote(wanted[0].number, safe=""), headers=self._headers
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read an order, or `{code, title, description}` where there is none."""
        body = error_body(answer)
        said = text(body.get("description")) or text(body.get("title"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if text(body.get("_id")) is None and text(body.get("order_id")) is None:
            if answer.status == 404 or "NOT_FOUND" in (text(body.get("code")) or ""):
                return [failed(Trouble.NOT_FOUND, said)]
            if said is None:
                raise BadAnswer("neither an order nor an error")
            return [failed(Trouble.INPUT_NEEDED, said)]
        return [_order(body)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read the order as it stands now: its times tell its history."""
        return [_order(json_body(push))]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the `api_key` in the body or header against the one that we agreed."""
        agreed = settings.get("push_api_key")
        if not agreed:
            return Trust.URL_ONLY
        stated = text(error_body(Answer(push.body)).get("api_key"))
        given = push.headers.get("apikey") or stated or ""
        same = compare_digest(
            given.encode("utf-8", "replace"), agreed.encode("utf-8", "replace")
        )
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = Ahamove


def _order(order: Mapping[str, Any]) -> Tracking:
    number = text(order.get("_id")) or text(order.get("order_id"))
    status = text(order.get("status"))
    if number is None or status is None:
        raise BadAnswer("no `_id` or no `status`")
    stop = _stop(order)
    status = stop[0] if stop and status in {"COMPLETED", "IN PROCESS"} else status
    stated = STATUSES.read(status.upper())
    events = tuple(_events(order, stop))
    if not any(event.meaning == stated for event in events):
        # The status has no time of its own: it holds no later than what is known.
        latest = _stamp(order.get("update_time")) or (events and events[-1].stamp)
        code = status or text(order.get("status"))
        events = (*events, Event(latest or None, stated, code, stop and stop[1]))
    last = events[-1] if events else None
    delivered = last is not None and last.meaning.status is Status.DELIVERED
    return Tracking(
        number,
        events,
        stated=stated,
        delivered_at=last.stamp if last and delivered else None,
        complete=False,
    )


def _stop(order: Mapping[str, Any]) -> tuple[str, str | None] | None:
    """Return the status and words of the drop-off that did not go well, if any.

    The status is "" for a completed order whose drop-offs do not all say COMPLETED.
    """
    stops = records(order.get("path"))[1:]
    stop = next((one for one in stops if _status(one) in _STOPS), {})
    ended = _status(stop) or None
    if _status(order) == "COMPLETED":
        back = text(order.get("sub_status"))
        done = bool(stops) and all(_status(one) == "COMPLETED" for one in stops)
        ended = back if back in _STOPS else ended or (None if done else "")
    said = text(stop.get("fail_comment")) or text(stop.get("comment"))
    return None if ended is None else (ended, said and _PHONE.sub("\u2026", said))


def _status(told: Mapping[str, Any]) -> str:
    return (text(told.get("status")) or "").upper()


def _events(
    order: Mapping[str, Any], stop: tuple[str, str | None] | None
) -> Iterator[Event]:
    for key, status in TIMES.items():
        stamp = _stamp(order.get(key))
        if stamp is None:
            continue
        said = text(order.get("cancel_comment")) if key == "cancel_time" else None
        if stop is not None and key in _ENDS:
            status, said = stop
        yield Event(
            stamp, STATUSES.read(status), key, said and _PHONE.sub("\u2026", said)
        )


def _stamp(value: object) -> Stamp | None:
    return epoch_stamp(value or None, VIETNAM)
