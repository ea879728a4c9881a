"""Sendle: https://developers.sendle.com/reference/track-parcels, pull and webhook.

Proof: the official list of event types and examples. "Dropped off" is the start: the
sender handed the parcel in. The answer names no parcel, the webhook does. A local time
with an offset goes before `scan_time`, whose Z some partners' scans only claim.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
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
from track_service.core.timeline import condition, current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.sendle.com"
# By the words in small letters; "info" tells of no movement and is not read.
CODES = StatusMap(
    {
        "booking": Meaning(Status.INFO_RECEIVED, "received"),
        "pickup attempted": Meaning(Status.INFO_RECEIVED, "pickup_failed"),
        "pickup": Meaning(Status.PICKED_UP, "collected"),
        "drop off": Meaning(Status.PICKED_UP, "accepted"),
        "dropped off": Meaning(Status.PICKED_UP, "accepted"),
        "transit": Meaning(Status.IN_TRANSIT, "moving"),
        "in transit": Meaning(Status.IN_TRANSIT, "moving"),
        "out for delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "local delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "delivery attempted": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "card left": Meaning(Status.ATTEMPT_FAILED, "notice_left"),
        "left with agent": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "damaged": Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel"),
        "lost": Meaning(Status.EXCEPTION, "lost", "carrier_parcel_lost"),
        "unable to deliver": Meaning(Status.EXCEPTION, "undeliverable"),
        "unable to book": Meaning(Status.CANCELLED, "by_carrier"),
        "cancelled": Meaning(Status.CANCELLED, "shipment"),
        "return to sender": Meaning(Status.RETURNING, "to_sender"),
        "expired": Meaning(Status.EXPIRED, "no_updates"),
    }
)
# What the state alone may tell, such as a return that no event names.
_HEAD_WINS = {
    Status.CANCELLED,
    Status.DELIVERED,
    Status.EXCEPTION,
    Status.RETURNING,
}


class Sendle(Carrier):
    """Sendle: one parcel a call by its Sendle reference, pushes without a proof."""

    code: ClassVar[str] = "sendle"
    label: ClassVar[str] = "Sendle"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.BASIC
    eta: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("AU", "CA", "US")
    settings: ClassVar[tuple[str, ...]] = ("sendle_id", "api_key")
    rate: ClassVar[Rate] = Rate(per_second=10.0)
    push: ClassVar[bool] = True
    page_url: ClassVar[str | None] = "https://track.sendle.com/tracking?ref={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._auth = (settings["sendle_id"], settings["api_key"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        reference = quote(wanted[0].number, safe="")
        url = f"{self._base}/api/parcels/{reference}/tracking"
        return self._http.get(url, auth=self._auth)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel's state and events."""
        error = text(error_body(answer).get("error"))
        words = text(error_body(answer).get("error_description")) or error
        if error == "payment_required":
            return [failed(Trouble.AUTH, words)]
        if problem := http_problem(answer, words):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404 or error == "not_found":
            return [failed(Trouble.NOT_FOUND, words)]
        body = json_body(answer)
        if error:
            return [failed(Trouble.INVALID_NUMBER, words)]
        return [_parcel(body)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one event."""
        told = json_body(push)
        number = text(told["sendle_reference"])
        if number is None:
            raise BadAnswer("sendle: no sendle_reference")
        event = _scan(told)
        delivered = event.meaning.status is Status.DELIVERED
        at = event.stamp if delivered else None
        return [Tracking(number, (event,), delivered_at=at, complete=False)]


CARRIER: type[Carrier] = Sendle


def _read(value: object) -> Meaning:
    return CODES.read((text(value) or "").casefold())


def _parcel(body: Mapping[str, Any]) -> Tracking:
    if "tracking_events" not in body and "state" not in body:
        raise BadAnswer("sendle: neither state nor tracking_events")
    head = _read(body.get("state"))
    told = records(body.get("tracking_events"))
    events = oldest_first(_scan(one) for one in told)
    now, ahead = current(events), None
    behind = now.status not in {Status.UNKNOWN, Status.RETURNED, head.status}
    if behind and head.status in _HEAD_WINS:
        ahead = Event(_changed(body), head, text(body.get("state")))
    result = Tracking(
        text(body.get("sendle_reference")),
        events,
        stated=head,
        ahead=ahead,
        window=_window(body.get("scheduling")),
        complete=bool(events),
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    known = (*events, ahead) if ahead else events
    stamps = [e.stamp for e in known if e.meaning.status is Status.DELIVERED]
    day = stated_time(part(body, "scheduling", "delivered_on"))
    return replace(result, delivered_at=stamps[-1] if stamps else day)


def _changed(body: Mapping[str, Any]) -> Stamp | None:
    """Return when the state began: `2026-03-04 00:00:00 UTC`."""
    stated = text(part(body, "status", "last_changed_at")) or ""
    return stated_time(stated.removesuffix(" UTC"), UTC)


def _scan(told: Mapping[str, Any]) -> Event:
    spot = told.get("location_data")
    place = Place(
        text(part(spot, "suburb")),
        text(part(spot, "state")),
        country_code(part(spot, "country")),
        text(part(spot, "postcode")),
    )
    if place == Place():
        place = Place(text(told.get("location")) or text(told.get("origin_location")))
    return Event(
        _moment(told),
        _read(told.get("event_type")),
        text(told.get("event_type")),
        text(told.get("description")),
        place,
    )


def _moment(told: Mapping[str, Any]) -> Stamp | None:
    local = stated_time(told.get("local_scan_time"))
    if local is not None and local.offset is not None:
        return local
    return stated_time(told.get("scan_time")) or local


def _window(told: object) -> Window | None:
    first = stated_time(part(told, "estimated_delivery_date_minimum"))
    last = stated_time(part(told, "estimated_delivery_date_maximum"))
    first, last = first or last, last or first
    return Window(first, last) if first and last else None
