"""UniUni (Canada, United States): https://help.ship.uniuni.com/en/api/introduction.

Proof: the official document of the tracking call, the webhook and the list of statuses.
A refusal comes with HTTP 200 and a `code` other than 0. Times are instants. The place in
a webhook may be the recipient's, so none is read, and that of a scan stands in its
description: so both give one scan one key. Webhooks bear a token that was agreed, or an
HMAC whose spelling the document leaves open: hex and base64 are taken.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import compare_digest
from hmac import new as new_hmac
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
    epoch_stamp,
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
from track_service.core.tracking import Event, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://api.ship.uniuni.com"
STATUSES = StatusMap(
    {
        "DRAFT": Meaning(Status.PREPARING, "draft"),
        "PENDING": Meaning(Status.INFO_RECEIVED, "label_printed"),
        "PENDING_REVIEW": Meaning(Status.INFO_RECEIVED, "awaiting_information"),
        "CANCELLED": Meaning(Status.CANCELLED, "shipment"),
        "PICKUP_REQUESTED": Meaning(Status.INFO_RECEIVED, "pickup_waiting"),
        "PICKUP_CANCELLED": Meaning(Status.INFO_RECEIVED, "status_update"),
        "PARTNER_RECEIVED": Meaning(Status.PICKED_UP, "accepted"),
        "PICKED_UP": Meaning(Status.PICKED_UP, "collected"),
        "RECEIVED": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "GATEWAY_TRANSIT_OUT": Meaning(Status.IN_TRANSIT, "moving"),
        "GATEWAY_TO_GATEWAY_TRANSIT": Meaning(Status.IN_TRANSIT, "moving"),
        "GATEWAY_TRANSIT": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "PARCEL_SCANNED": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "OUT_FOR_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "IN_TRANSIT": Meaning(Status.IN_TRANSIT, "moving"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "SHIPMENT_EXCEPTION": Meaning(Status.EXCEPTION, "delivery"),
        "TRANSSHIPMENT_COMPLETE": Meaning(Status.IN_TRANSIT, "moving"),
        "RETURNED": Meaning(Status.RETURNED, "to_sender"),
        "FAILED": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "FAILED_DELIVERY1": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "FAILED_DELIVERY2": Meaning(Status.ATTEMPT_FAILED, "generic"),
    }
)
TROUBLES: Mapping[str, Trouble] = {
    "1002": Trouble.INVALID_NUMBER,
    "1006": Trouble.SERVER_ERROR,
    "1009": Trouble.SERVER_ERROR,
    "1014": Trouble.NOT_FOUND,
    "1031": Trouble.NOT_FOUND,
}


class UniUni(Carrier):
    """One parcel a call, told by webhook too."""

    code = "uniuni"
    label = "UniUni"
    proof = (Proof.OFFICIAL,)
    auth = Auth.KEY
    signer = True
    countries = ("CA", "US")
    settings: ClassVar[tuple[str, ...]] = ("token",)
    optional: ClassVar[tuple[str, ...]] = ("push_token", "push_secret")
    rate: ClassVar[Rate] = Rate(per_second=2.0)  # unpublished
    push = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's token."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/prod/client/tracking"
        self._token = settings["token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        return self._http.get(
            self._url,
            params={"trackingId": wanted[0].number},
            headers={"Authorization": f"Bearer {self._token}"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel, or the refusal in its place."""
        said = text(error_body(answer).get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if answer.status == 422:
            return [failed(Trouble.INVALID_NUMBER, said or "HTTP 422")]
        body = json_body(answer)
        if (code := text(body.get("code"))) is None:
            raise BadAnswer("no `code`")
        if code != "0":
            return [failed(TROUBLES.get(code, Trouble.SERVER_ERROR), said or code)]
        return [_parcel(body["data"])]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change of status."""
        body = json_body(push)
        if body["event"] != "shipment.status_updated":
            raise BadAnswer("uniuni: no change of a status")
        return [_change(body["data"])]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the agreed token, or the HMAC of the raw body, against the header's."""
        secret, token = settings.get("push_secret"), settings.get("push_token")
        ours: tuple[str, ...]
        if secret:
            key = secret.encode("utf-8", "replace")
            made = new_hmac(key, push.body, sha256).digest()
            given = push.headers.get("x-signature", "").removeprefix("sha256=")
            ours = (made.hex(), b64encode(made).decode())
        elif token:
            given = push.headers.get("authorization", "").removeprefix("Bearer ")
            ours = (token,)
        else:
            return Trust.URL_ONLY
        same = [compare_digest(_raw(given), _raw(one)) for one in ours]
        return Trust.SIGNED if any(same) else Trust.REFUSED


CARRIER: type[Carrier] = UniUni


def _raw(value: str) -> bytes:
    return value.encode("utf-8", "replace")


def _number(told: Mapping[str, Any]) -> str:
    number = text(told.get("trackingId"))
    if number is None:
        raise BadAnswer("uniuni: no trackingId")
    return number


def _parcel(told: Mapping[str, Any]) -> Tracking:
    events = oldest_first(_scan(one) for one in records(told.get("events") or []))
    stated = STATUSES.read(text(told.get("status")))
    parcel = Tracking(_number(told), events, stated=stated, complete=bool(events))
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    if not arrived or condition(parcel).status is not Status.DELIVERED:
        return parcel
    return Tracking(parcel.number, events, stated=stated, delivered_at=arrived[-1])


def _scan(told: Mapping[str, Any]) -> Event:
    code = text(told.get("statusCode"))
    where = text(part(told, "location", "name"))
    return Event(epoch_stamp(told.get("timestamp")), STATUSES.read(code), code, where)


def _change(told: Mapping[str, Any]) -> Tracking:
    status, stamp = text(told.get("status")), stated_time(told.get("updatedAt"))
    event = Event(stamp, STATUSES.read(status), status)
    delivered = event.meaning.status is Status.DELIVERED
    return Tracking(
        _number(told),
        (event,),
        delivered_at=stamp if delivered else None,
        signed_by=text(part(told, "proofOfDelivery", "recipient")),
        complete=False,
    )
