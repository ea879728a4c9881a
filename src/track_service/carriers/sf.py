"""SF Express (China): route query and push, https://open.sf-express.com/Api?apiType=1.

Proof: the official document's shapes, genuine answers, and codes as SF's own texts
beside them show. The answer is JSON inside JSON, its routes at two depths. Times are the
wall clock without a zone; SF documents none for scans outside China: they stay naive.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import md5
from typing import Any, ClassVar
from urllib.parse import quote_plus
from uuid import uuid4

from track_service.carriers.base import (
    Ack,
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    clock_time,
    each,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://bspgw.sf-express.com"
CODES = StatusMap(
    {
        "50": Meaning(Status.PICKED_UP, "collected"),
        "51": Meaning(Status.PICKED_UP, "collected"),
        "54": Meaning(Status.PICKED_UP, "collected"),
        "10": Meaning(Status.IN_TRANSIT, "moving"),
        "30": Meaning(Status.IN_TRANSIT, "processed"),
        "31": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "36": Meaning(Status.IN_TRANSIT, "departed_facility"),
        "105": Meaning(Status.IN_TRANSIT, "departed_facility"),
        "106": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "130": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "407": Meaning(Status.IN_TRANSIT, "departed_facility"),
        "501": Meaning(Status.IN_TRANSIT, "moving"),
        "44": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "204": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "33": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "70": Meaning(Status.EXCEPTION, "generic"),
        "125": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "80": Meaning(Status.DELIVERED, "delivered"),
        "8000": Meaning(Status.DELIVERED, "delivered"),
        "99": Meaning(Status.RETURNING, "to_sender"),
        "631": Meaning(Status.RETURNING, "to_sender"),
        "648": Meaning(Status.RETURNING, "to_sender"),
    }
)
TROUBLES: Mapping[str, Trouble] = {
    **dict.fromkeys(("A1003", "A1004", "A1006", "A1011"), Trouble.AUTH),
    "A1005": Trouble.THROTTLED,
    **dict.fromkeys(("A1009", "A1010", "A1099", "S0003"), Trouble.SERVER_ERROR),
}
_TIME = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)[ T](\d\d?):(\d\d?)(?::(\d\d?))?")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?1\d{10}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
)


class Sf(Carrier):
    """Up to ten parcels a call, signed with the account's check word."""

    code = "sf"
    label = "SF Express"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.SIGNED
    local_times = False
    countries = ("CN", "HK", "MO", "TW")
    settings: ClassVar[tuple[str, ...]] = ("partner_id", "check_word")
    batch_size: ClassVar[int] = 10
    push = True
    ack = Ack(taken='{"return_code":"0000","return_msg":"OK"}')

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's keys."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/std/service"
        self._partner, self._word = settings["partner_id"], settings["check_word"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the routes of up to ten waybills."""
        asked = {
            "language": "0",
            "trackingType": "1",
            "trackingNumber": [one.number for one in wanted],
            "methodType": "1",
        }
        message = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
        stamp = str(int(self._http.now().timestamp() * 1000))
        return self._http.post(
            self._url,
            data={
                "partnerID": self._partner,
                "requestID": uuid4().hex,
                "serviceCode": "EXP_RECE_SEARCH_ROUTES",
                "timestamp": stamp,
                "msgDigest": digest(message, stamp, self._word),
                "msgData": message,
            },
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the routes; the outer and the inner envelope both may refuse."""
        outer = error_body(answer)
        if problem := http_problem(answer, outer.get("apiErrorMsg")):
            return [failed(problem.kind, problem.message)]
        code = text(outer.get("apiResultCode"))
        if code not in {None, "A1000"}:
            return [_refused(code, outer.get("apiErrorMsg"))]
        body = outer
        if code is not None:
            body = outer["apiResultData"]
            body = json.loads(body) if isinstance(body, str) else body
        if body.get("success") not in {True, "true"}:
            if body.get("success") is None:
                raise BadAnswer("no `success`")
            return [_refused(text(body.get("errorCode")), body.get("errorMsg"))]
        routes = part(body, "msgData", "routeResps") or body.get("routeResps")
        parcels = each(_parcel, records(routes))
        return parcels or [failed(Trouble.NOT_FOUND, "no route in the answer")]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read pushed routes, of one parcel or of several mixed."""
        told = part(json_body(push), "Body", "WaybillRoute")
        by_number: dict[str, list[Event]] = {}
        for route in records(told):
            number = text(route.get("mailno")) or text(route.get("mailNo"))
            if number is not None:
                by_number.setdefault(number, []).append(_event(route))
        if not by_number:
            raise BadAnswer("no `mailno`")
        return [
            _tracking(number, oldest_first(events), complete=False)
            for number, events in by_number.items()
        ]


CARRIER: type[Carrier] = Sf


def digest(message: str, stamp: str, word: str) -> str:
    """Return SF's signature: base64 of the MD5 of the URL-encoded text."""
    raw = quote_plus(message + stamp + word, safe="*").replace("~", "%7E")
    return b64encode(md5(raw.encode(), usedforsecurity=False).digest()).decode()


def _refused(code: str | None, message: object) -> Tracking:
    said = text(message) or code or "refused"
    if re.search("不存在|无此|not (found|exist)", said, re.I):
        return failed(Trouble.NOT_FOUND, said)
    return failed(TROUBLES.get(code or "", Trouble.INPUT_NEEDED), said)


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("mailNo"))
    if number is None:
        raise BadAnswer("no `mailNo`")
    events = oldest_first(_event(route) for route in records(parcel.get("routes")))
    if not events:
        return failed(Trouble.NOT_FOUND, "no route of this number", number)
    return _tracking(number, events)


def _tracking(
    number: str, events: tuple[Event, ...], *, complete: bool = True
) -> Tracking:
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        delivered_at=arrived[0].stamp if delivered else None,
        complete=complete,
    )


def _event(route: Mapping[str, Any]) -> Event:
    code = text(route.get("opCode")) or text(route.get("opcode"))
    said = text(route.get("remark"))
    return Event(
        _moment(route.get("acceptTime")),
        CODES.read(code),
        code,
        _PHONE.sub("\u2026", said) if said else None,
        Place(city=text(route.get("acceptAddress"))),
    )


def _moment(value: object) -> Stamp | None:
    """Read `2026-03-05 09:30:00`; older routes write no leading noughts."""
    found = _TIME.fullmatch(text(value) or "")
    return clock_time(found.groups()) if found else None
