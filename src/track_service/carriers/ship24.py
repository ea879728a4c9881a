"""Ship24 (aggregator): https://docs.ship24.com/.

Proof: official examples and the official list of statuses
(https://docs.ship24.com/status/). The call that asks for a parcel also makes its
tracker. A time may have an offset, `Z`, none (then local to the scan), or be a day.
"""

from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Any, ClassVar
from urllib.parse import quote

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
    read_offset,
    reader,
    records,
    stated_time,
    text,
)
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
from track_service.http import Answer, Http

URL = "https://api.ship24.com"
PATH = "/public/v1/trackers"
CODES = StatusMap(
    {
        "pending": Meaning(Status.PENDING, "no_info"),
        "info_received": Meaning(Status.INFO_RECEIVED, "received"),
        "in_transit": Meaning(Status.IN_TRANSIT, "moving"),
        "out_for_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "failed_attempt": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "available_for_pickup": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "exception": Meaning(Status.EXCEPTION, "generic"),
        "data_order_created": Meaning(Status.INFO_RECEIVED, "received"),
        "data_order_cancelled": Meaning(Status.CANCELLED, "shipment"),
        "data_delivery_proposed": Meaning(Status.IN_TRANSIT, "delivery_scheduled"),
        "data_delivery_decided": Meaning(Status.IN_TRANSIT, "delivery_scheduled"),
        "transit_handover": Meaning(Status.PICKED_UP, "accepted"),
        "transit_origin_country_departure": Meaning(
            Status.IN_TRANSIT, "departed_origin_country"
        ),
        "destination_arrival": Meaning(
            Status.IN_TRANSIT, "arrived_destination_country"
        ),
        "customs_received": Meaning(Status.IN_TRANSIT, "customs_started"),
        "customs_exception": Meaning(Status.EXCEPTION, "delayed_customs"),
        "customs_rejected": Meaning(Status.EXCEPTION, "delayed_customs"),
        "customs_cleared": Meaning(Status.IN_TRANSIT, "customs_released"),
        "delivery_available_for_pickup": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "delivery_out_for_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "delivery_attempted": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "delivery_exception": Meaning(Status.EXCEPTION, "delivery"),
        "delivery_refused": Meaning(Status.EXCEPTION, "refused", "consignee_refused"),
        "delivery_delivered": Meaning(Status.DELIVERED, "delivered"),
        "exception_return": Meaning(Status.RETURNING, "to_sender"),
        "exception_lost": Meaning(Status.EXCEPTION, "lost", "carrier_parcel_lost"),
        "exception_discarded": Meaning(Status.EXCEPTION, "disposed"),
    }
)
# Words of the error codes; the code goes before the HTTP status: 403 may be the quota.
_TROUBLES = (
    ("quota", Trouble.THROTTLED),
    ("rate_limit", Trouble.THROTTLED),
    ("too_many", Trouble.THROTTLED),
    ("auth", Trouble.AUTH),
    ("api_key", Trouble.AUTH),
    ("not_found", Trouble.NOT_FOUND),
    ("validation", Trouble.INVALID_NUMBER),
    ("internal", Trouble.SERVER_ERROR),
)
# Of its codes for couriers the one that is not the courier's name.
_COURIERS = {"us-post": "USPS"}


class Ship24(Carrier):
    """Ship24: one parcel a call, pushes that name a secret."""

    code: ClassVar[str] = "ship24"
    label: ClassVar[str] = "Ship24"
    aggregator: ClassVar[bool] = True
    adds: ClassVar[bool] = True
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    optional: ClassVar[tuple[str, ...]] = ("webhook_secret",)
    rate: ClassVar[Rate] = Rate(per_second=5.0)
    push: ClassVar[bool] = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._headers = {"Authorization": f"Bearer {settings['api_key']}"}

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel, with the country and postcode that narrow it."""
        one = wanted[0]
        if not one.add:
            url = f"{self._url}/search/{quote(one.number, safe='')}/results"
            return self._http.get(url, headers=self._headers)
        asked = {
            "trackingNumber": one.number,
            "destinationPostCode": one.postal,
            "destinationCountryCode": one.country,
        }
        return self._http.post(
            self._url + "/track",
            json={key: value for key, value in asked.items() if value},
            headers=self._headers,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read trackings, or the trackers that a bulk call made."""
        body = error_body(answer)
        errors = records(body.get("errors")) or records(body.get("error"))
        if errors:
            return [_failure(errors[0], answer)]
        if problem := http_problem(answer):
            return [Tracking(None, problem=problem, complete=False)]
        data = json_body(answer)["data"]
        if isinstance(data, list):
            return [_item(one) for one in records(data)]
        return _trackings(data)

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read the same trackings, which a push holds without `data`."""
        return _trackings(json_body(push))

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare the secret that comes as a bearer token; the body is not signed."""
        secret = settings.get("webhook_secret")
        if not secret:
            return Trust.URL_ONLY
        given = push.headers.get("authorization", "").encode(errors="replace")
        same = compare_digest(given, f"Bearer {secret}".encode())
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = Ship24


def _failure(
    error: Mapping[str, Any], answer: Answer | None = None, number: str | None = None
) -> Tracking:
    code = text(error.get("code")) or ""
    message = text(error.get("message")) or code
    for word, kind in _TROUBLES:
        if word in code:
            return failed(kind, message, number)
    if answer is not None and (problem := http_problem(answer, message)):
        return Tracking(number, problem=problem, complete=False)
    return failed(Trouble.BAD_ANSWER, message, number)


def _item(item: Mapping[str, Any]) -> Tracking:
    stated = part(item, "tracker", "trackingNumber")
    number = text(stated or part(item, "inputData", "trackingNumber"))
    if errors := records(item.get("errors")):
        return _failure(errors[0], number=number)
    if number is None:
        raise BadAnswer("ship24: no trackingNumber")
    return Tracking(number, complete=False)


def _trackings(data: Mapping[str, Any]) -> list[Tracking]:
    held = records(data["trackings"])
    return [_parcel(one) for one in held] or [
        failed(Trouble.NOT_FOUND, "no such tracking")
    ]


def _parcel(told: Mapping[str, Any]) -> Tracking:
    number = text(part(told, "tracker", "trackingNumber"))
    if number is None:
        raise BadAnswer("ship24: no trackingNumber")
    shipment = told.get("shipment")
    code = text(part(shipment, "statusCode"))
    head = CODES.read(code, text(part(shipment, "statusMilestone")))
    scans = records(told.get("events"))
    events = oldest_first(map(_scan, scans))
    now = current(events)
    delivered = (head if now == UNKNOWN else now).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return Tracking(
        number,
        events,
        stated=head,
        window=_window(part(shipment, "delivery")),
        delivered_at=stamps[-1] if delivered and stamps else None,
        signed_by=text(part(shipment, "delivery", "signedBy")),
        carrier=_courier(scans),
        complete=bool(events),
    )


def _courier(scans: Sequence[Mapping[str, Any]]) -> str | None:
    """Return who told a scan, the newest first in an answer, by Ship24's code for it."""
    codes = (text(scan.get("courierCode")) for scan in scans)
    code = next(filter(None, codes), None)
    return _COURIERS.get(code, code) if code else None


def _scan(told: Mapping[str, Any]) -> Event:
    code, milestone = text(told.get("statusCode")), text(told.get("statusMilestone"))
    spot = told.get("location")
    country = text(part(spot, "countryCode")) or text(told.get("countryCode"))
    return Event(
        _moment(told),
        CODES.read(code, milestone),
        code or milestone,
        text(told.get("status")),
        Place(
            text(part(spot, "city")) or text(spot),
            text(part(spot, "subdivision")),
            country_code(country),
            text(part(spot, "postCode")),
        ),
    )


def _moment(told: Mapping[str, Any]) -> Stamp | None:
    """Return the scan's time; older answers tell apart its day and its offset."""
    stated = told.get("occurrenceDatetime") or told.get("datetime")
    stamp = stated_time(stated)
    if stamp is None or stamp.precision is Precision.DAY:
        return stamp
    if told.get("hasNoTime") is True:
        return Stamp.day(stamp.local.date())
    offset = text(told.get("utcOffset"))
    if stamp.offset is None and offset is not None:
        return Stamp(stamp.local, read_offset(offset), stamp.precision)
    return stamp


def _window(delivery: object) -> Window | None:
    courier = part(delivery, "courierEstimatedDeliveryDate")
    start, until = (stated_time(part(courier, key)) for key in ("from", "to"))
    other = stated_time(part(delivery, "estimatedDeliveryDate"))
    start, until = start or until or other, until or start or other
    return Window(start, until) if start and until else None
