"""EasyPost (aggregator): trackers, https://docs.easypost.com/docs/trackers.

Proof: official webhook and captured answers. A tracker is made by the call that asks for
it, and asking again for the same number gives the same one. The time of a scan ends in Z
and is taken as UTC; `est_delivery_date` is a day written at midnight Z.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

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
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
    wrong_number,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition, current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.easypost.com"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# A detail that sets the status aside; any other only refines the status it goes with.
_DECIDING = {
    Status.PICKED_UP,
    Status.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP,
    Status.EXCEPTION,
    Status.CANCELLED,
    Status.EXPIRED,
}
_HEAD_WINS = {
    Status.DELIVERED,
    Status.RETURNING,
    Status.EXCEPTION,
    Status.CANCELLED,
    Status.AVAILABLE_FOR_PICKUP,
}


class Easypost(Carrier):
    """EasyPost: one tracker a call, signed pushes."""

    code: ClassVar[str] = "easypost"
    label: ClassVar[str] = "EasyPost"
    aggregator: ClassVar[bool] = True
    adds: ClassVar[bool] = True
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BASIC
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    optional: ClassVar[tuple[str, ...]] = ("webhook_secret", "courier")
    rate: ClassVar[Rate] = Rate(per_second=5.0)
    push: ClassVar[bool] = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/v2/trackers"
        self._key = settings["api_key"]
        self._courier = settings.get("courier")

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Make the parcel's tracker, or get the one that is there."""
        tracker, auth = {"tracking_code": wanted[0].number}, (self._key, "")
        if not wanted[0].add:
            return self._http.get(self._url, params=tracker, auth=auth)
        if self._courier:
            tracker["carrier"] = self._courier
        return self._http.post(self._url, json={"tracker": tracker}, auth=auth)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one tracker, or a list of them."""
        error = error_body(answer).get("error")
        said = text(part(error, "message")) or text(error)
        if problem := http_problem(answer, said):
            return [Tracking(None, problem=problem, complete=False)]
        body = json_body(answer)
        if error:
            return [failed(_trouble(error, answer.status), said)]
        if isinstance(part(body, "trackers"), list):
            held = records(body["trackers"])
            return [_tracker(one) for one in held] or [
                failed(Trouble.NOT_FOUND, "no such tracker")
            ]
        return [_tracker(body)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read an event; only those of trackers tell of a parcel."""
        body = json_body(push)
        result = body["result"]
        if text(result.get("object")) != "Tracker":
            raise BadAnswer(f"easypost: {text(body.get('description'))} is no tracker")
        return [_tracker(result)]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare `X-Hmac-Signature`; the secret is NFKD-normalised first."""
        secret = settings.get("webhook_secret")
        if not secret:
            return Trust.URL_ONLY
        key = unicodedata.normalize("NFKD", secret).encode(errors="replace")
        mac = hmac.new(key, push.body, hashlib.sha256).hexdigest()
        given = push.headers.get("x-hmac-signature", "").encode(errors="replace")
        same = hmac.compare_digest(given, f"hmac-sha256-hex={mac}".encode())
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = Easypost


def _trouble(error: object, status: int | None) -> Trouble:
    code = (text(part(error, "code")) or "").upper()
    if status == 404 or "NOT_FOUND" in code:
        return Trouble.NOT_FOUND
    if "RATE_LIMIT" in code:
        return Trouble.THROTTLED
    if "UNAUTHORIZED" in code or "APIKEY" in code:
        return Trouble.AUTH
    if "CARRIER" in code:
        return Trouble.INPUT_NEEDED
    said = text(part(error, "message"))
    return Trouble.INVALID_NUMBER if wrong_number(said) else Trouble.BAD_ANSWER


def _meaning(told: Mapping[str, Any]) -> Meaning:
    status = CODES.read(text(told.get("status")))
    detail = CODES.read(f"detail:{text(told.get('status_detail'))}")
    if detail == UNKNOWN:
        return status
    if status in {UNKNOWN, Meaning(Status.PENDING, "unknown")}:
        return detail
    moving = status.status is Status.IN_TRANSIT and detail.status in _DECIDING
    return detail if moving or detail.status is status.status else status


def _tracker(tracker: Mapping[str, Any]) -> Tracking:
    number = text(tracker.get("tracking_code"))
    if number is None:
        raise BadAnswer("easypost: no tracking_code")
    events = oldest_first(_scan(d) for d in records(tracker.get("tracking_details")))
    head = _meaning(tracker)
    now, ahead = current(events), None
    behind = now.status not in {Status.UNKNOWN, Status.RETURNED, head.status}
    if behind and head.status in _HEAD_WINS:
        ahead = Event(None, head, text(tracker.get("status_detail")))
    window = _window(tracker)
    result = Tracking(
        number,
        events,
        stated=head,
        ahead=ahead,
        window=window,
        carrier=text(tracker.get("carrier")),
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    told = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    signed_by = text(tracker.get("signed_by"))
    return replace(result, delivered_at=told[-1] if told else None, signed_by=signed_by)


def _scan(detail: Mapping[str, Any]) -> Event:
    place = detail.get("tracking_location")
    return Event(
        stated_time(detail.get("datetime")),
        _meaning(detail),
        text(detail.get("carrier_code")) or text(detail.get("status_detail")),
        text(detail.get("message")) or text(detail.get("description")),
        Place(
            text(part(place, "city")),
            text(part(place, "state")),
            country_code(part(place, "country")),
            text(part(place, "zip")),
        ),
    )


def _window(tracker: Mapping[str, Any]) -> Window | None:
    """Return the estimated day; test trackers state their own birth there."""
    local = stated_time(part(tracker, "carrier_detail", "est_delivery_date_local"))
    stated = stated_time(tracker.get("est_delivery_date"))
    if local is None and stated == stated_time(tracker.get("created_at")):
        return None
    found = local or stated
    day = found and Stamp.day(found.local.date())
    return Window(day, day) if day else None
