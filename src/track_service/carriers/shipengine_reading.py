"""What ShipEngine and ShipStation, one product by now, answer and push alike."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from track_service.carriers.base import BadAnswer, Push, StatusMap, Trust, failed
from track_service.carriers.reading import (
    country_code,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
    wrong_number,
)
from track_service.carriers.signing import is_stale
from track_service.core.status import UNKNOWN, Meaning, Status
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
from track_service.http import Answer, is_signed_by

CODES = StatusMap.from_tsv(Path(__file__).with_name("shipengine.tsv"))
# Their codes of carriers, of which the account must have a connection.
COURIERS = {
    "australia_post": "australia_post",
    "canada_post": "canada_post",
    "dhl_express_xml": "dhl_express",
    "fedex": "fedex",
    "mydhl": "dhl_express",
    "ups": "ups",
    "usps": "stamps_com",
}
KEY_HEADER = "x-shipengine-rsa-sha256-key-id"


@reader
def read_tracking(answer: Answer) -> list[Tracking]:
    """Read one tracking."""
    errors = records(error_body(answer).get("errors"))
    message = text(errors[0].get("message")) if errors else None
    if problem := http_problem(answer, message):
        return [Tracking(None, problem=problem, complete=False)]
    if errors:
        return [failed(_trouble(errors[0], answer.status), message)]
    if answer.status == 404:
        return [failed(Trouble.NOT_FOUND, "HTTP 404")]
    return [_parcel(json_body(answer))]


@reader
def read_push(push: Answer) -> list[Tracking]:
    """Read an `API_TRACK` or `TRACK_EVENT_V2`: the same tracking under `data`."""
    body = json_body(push)
    if text(body["resource_type"]) not in {"API_TRACK", "TRACK_EVENT_V2"}:
        raise BadAnswer("no event of a tracking")
    return [_parcel(body["data"])]


def weigh(push: Push) -> Trust:
    """Tell what the RSA-SHA256 signature of a push proves."""
    key_id = push.headers.get(KEY_HEADER, "")
    signature = push.headers.get("x-shipengine-rsa-sha256-signature", "")
    stamp = push.headers.get("x-shipengine-timestamp", "")
    if not key_id or not signature or is_stale(push, stamp):
        return Trust.REFUSED
    if push.keys is None:
        return Trust.URL_ONLY
    signed = stamp.encode(errors="replace") + b"." + push.body
    same = is_signed_by(push.keys.get(key_id), signed, signature)
    return Trust.SIGNED if same else Trust.REFUSED


def _trouble(error: Mapping[str, Any], status: int | None) -> Trouble:
    told = (text(error.get(key)) for key in ("error_code", "field_name", "message"))
    said = " ".join(filter(None, told)).casefold()
    if status == 404 or "not_found" in said:
        return Trouble.NOT_FOUND
    if "unauthorized" in said or "api key" in said:
        return Trouble.AUTH
    if "rate_limit" in said:
        return Trouble.THROTTLED
    if "carrier" in said:
        return Trouble.INPUT_NEEDED
    named = text(error.get("field_name")) == "tracking_number"
    wrong = named or wrong_number(text(error.get("message")))
    return Trouble.INVALID_NUMBER if wrong else Trouble.BAD_ANSWER


def _meaning(told: Mapping[str, Any]) -> Meaning:
    detail, code = text(told.get("status_detail_code")), text(told.get("status_code"))
    return CODES.read(detail, code)


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("tracking_number"))
    if number is None:
        raise BadAnswer("no tracking_number")
    told = records(parcel.get("events"))
    events = oldest_first(_scan(one) for one in told)
    head = _meaning(parcel)
    now = current(events)
    delivered = (head if now == UNKNOWN else now).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    own = stamps[-1] if stamps else stated_time(parcel.get("actual_delivery_date"))
    day = stated_time(parcel.get("estimated_delivery_date"))
    day = Stamp.day(day.local.date()) if day else None
    return Tracking(
        number,
        events,
        stated=head,
        window=Window(day, day) if day else None,
        delivered_at=own if delivered else None,
        signed_by=_signer(told) if delivered else None,
        carrier=text(parcel.get("carrier_code")),
        complete=bool(events),
    )


def _scan(told: Mapping[str, Any]) -> Event:
    code = text(told.get("event_code")) or text(told.get("carrier_status_code"))
    return Event(
        _moment(told),
        _meaning(told),
        code or text(told.get("status_detail_code")) or text(told.get("status_code")),
        text(told.get("description")) or text(told.get("status_description")),
        Place(
            text(told.get("city_locality")),
            text(told.get("state_province")),
            country_code(told.get("country_code")),
            text(told.get("postal_code")),
        ),
    )


def _moment(told: Mapping[str, Any]) -> Stamp | None:
    """Return the local time, its offset told by the UTC one if that is beyond doubt."""
    there = stated_time(told.get("occurred_at"))
    local = stated_time(told.get("carrier_occurred_at"))
    if local is None or there is None or there.offset is None:
        return there or local
    if local.offset is not None or Precision.DAY in {local.precision, there.precision}:
        return there
    gap = local.local - (there.local - there.offset)
    whole = gap % timedelta(minutes=15) == timedelta()
    fits = whole and abs(gap) <= timedelta(hours=14)
    return Stamp(local.local, gap, local.precision) if fits else there


def _signer(scans: Sequence[Mapping[str, Any]]) -> str | None:
    names = (text(one.get("signer")) for one in scans)
    return next((name for name in names if name and name != "string"), None)
