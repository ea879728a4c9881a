"""Lalamove (same day, Asia and Latin America): API v3, https://developers.lalamove.com.

Proof: the official document and a genuine webhook body. The webhook's times look like
`2025-09-10T19:21.00Z` and are not UTC: the instant in the envelope tells which reading is
meant, the market's own clock or UTC; where neither fits the time stays naive. An order
tells its state and no history. A stop whose proof of delivery FAILED decides.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from track_service.carriers.base import (
    Ack,
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
    in_zone,
    json_body,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Stamp, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://rest.lalamove.com"
STATUSES = StatusMap(
    {
        "ASSIGNING_DRIVER": Meaning(Status.PENDING),
        "ON_GOING": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "PICKED_UP": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "COMPLETED": Meaning(Status.DELIVERED, "delivered"),
        "CANCELED": Meaning(Status.CANCELLED, "shipment"),
        "REJECTED": Meaning(Status.CANCELLED, "by_carrier"),
        "EXPIRED": Meaning(Status.CANCELLED, "by_carrier"),
    }
)
NOT_DELIVERED = Meaning(Status.EXCEPTION, "undeliverable")
ZONES: Mapping[str, str] = {
    "HK": "Asia/Hong_Kong",
    "MY": "Asia/Kuala_Lumpur",
    "PH": "Asia/Manila",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TW": "Asia/Taipei",
    "VN": "Asia/Ho_Chi_Minh",
}
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?:(:\d\d)(?:\.\d+)?|\.\d\d)?(?:Z)?", re.I
)
_LAG = timedelta(minutes=10)  # from the change to the push that tells it
_TROUBLES: Mapping[str, Trouble] = {
    "ERR_ORDER_NOT_FOUND": Trouble.NOT_FOUND,
    "ERR_INVALID_FIELD": Trouble.INPUT_NEEDED,
    "ERR_INVALID_MARKET": Trouble.AUTH,
    "ERR_TOO_MANY_REQUESTS": Trouble.THROTTLED,
}


class Lalamove(Carrier):
    """One order a call, signed; in a push our webhook's path is signed too.

    `push_path` gives that path where a proxy in front of us changes it.
    """

    code = "lalamove"
    label = "Lalamove"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.SIGNED
    countries = ("HK", "MY", "PH", "SG", "TH", "TW", "VN")
    settings: ClassVar[tuple[str, ...]] = ("api_key", "api_secret", "market")
    optional: ClassVar[tuple[str, ...]] = ("push_path",)
    push = True
    ack = Ack(tries_first=True)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client, the account's keys and its market (`VN`)."""
        self._http = http
        self._url = settings.get("base_url", URL)
        self._key, self._secret = settings["api_key"], settings["api_secret"]
        self._market = settings["market"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one order."""
        path = f"/v3/orders/{quote(wanted[0].number, safe='')}"
        stamp = str(int(self._http.now().timestamp() * 1000))
        signed = sign(self._secret, stamp, "GET", path)
        return self._http.get(
            self._url + path,
            headers={
                "Authorization": f"hmac {self._key}:{stamp}:{signed}",
                "Market": self._market,
            },
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read an order, or the `errors` in its place."""
        body = error_body(answer)
        error = next(iter(records(body.get("errors"))), {})
        said = text(error.get("message")) or text(body.get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if error:
            kind = _TROUBLES.get(text(error.get("id")) or "", Trouble.INPUT_NEEDED)
            return [failed(kind, said or text(error.get("id")))]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said)]
        return [_order(body["data"])]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read a change of status; other changes tell the status as it stands."""
        body = json_body(push)
        order = part(body, "data", "order")
        number = text(part(order, "orderId"))
        if number is None:
            if text(body.get("eventType")) == "WALLET_BALANCE_CHANGED":
                return []
            raise BadAnswer("no `orderId`")
        code = text(order.get("status"))
        meaning = STATUSES.read(code)
        if text(body.get("eventType")) != "ORDER_STATUS_CHANGED" or code is None:
            return [Tracking(number, stated=meaning, complete=False)]
        stamp = _stamp(part(body, "data", "updatedAt"), order.get("market"), body)
        event = Event(stamp, meaning, code)
        delivered = stamp if meaning.status is Status.DELIVERED else None
        return [Tracking(number, (event,), delivered_at=delivered, complete=False)]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the signature in the body, of its data and our path, against ours."""
        secret, path = settings.get("api_secret"), settings.get("push_path")
        if not secret:
            return Trust.URL_ONLY
        body = error_body(Answer(push.body))
        data = json.dumps(body.get("data"), ensure_ascii=False, separators=(",", ":"))
        ours = sign(
            secret, text(body.get("timestamp")) or "", "POST", path or push.path, data
        )
        given = text(body.get("signature")) or ""
        same = hmac.compare_digest(given.encode("utf-8", "replace"), ours.encode())
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = Lalamove


def sign(secret: str, stamp: str, method: str, path: str, body: str = "") -> str:
    """Return Lalamove's signature: HMAC-SHA256 in hexadecimal."""
    raw = f"{stamp}\r\n{method}\r\n{path}\r\n\r\n{body}".encode("utf-8", "replace")
    return hmac.new(secret.encode("utf-8", "replace"), raw, sha256).hexdigest()


def _order(order: Mapping[str, Any]) -> Tracking:
    number, code = text(order["orderId"]), text(order.get("status"))
    if number is None:
        raise BadAnswer("no `orderId`")
    proofs = [part(stop, "POD") for stop in records(order.get("stops"))[1:]]
    meaning, delivered = STATUSES.read(code), None
    if any(text(part(proof, "status")) == "FAILED" for proof in proofs):
        meaning = NOT_DELIVERED
    if meaning.status is Status.DELIVERED and proofs:
        delivered = _stamp(part(proofs[-1], "deliveredAt"), None, {})
    events: tuple[Event, ...] = ()
    if delivered is not None or (meaning == UNKNOWN and code is not None):
        events = (Event(delivered, meaning, code),)
    return Tracking(
        number, events, stated=meaning, delivered_at=delivered, complete=False
    )


def _stamp(value: object, market: object, envelope: Mapping[str, Any]) -> Stamp | None:
    """Read `HH:MM.SSZ`, in the zone that the envelope's instant confirms."""
    found = _TIME.fullmatch(text(value) or "")
    if found is None:
        return None
    day, clock, second = found.groups()
    wall = stated_time(f"{day}T{clock}{second or ''}")
    if wall is None:
        return None
    told = epoch_stamp(envelope.get("timestamp"))
    zone = ZONES.get((text(market) or "")[:2].upper())
    for candidate in (ZoneInfo(zone) if zone else UTC, UTC):
        stamp = in_zone(wall.local, candidate, wall.precision)
        if told and told.at and stamp.at and abs(told.at - stamp.at) <= _LAG:
            return stamp
    return wall
