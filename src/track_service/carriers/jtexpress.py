"""J&T Express, the open platform: https://open.jtexpress.vn/apiDoc/logistics/trace.

Proof: the official documents and examples of Vietnam, China and Mexico, and a genuine
answer of Brazil's page (`keyword`, `code`, `customerTracking`). Markets share
the paths and the signature, not the codes: Vietnam's document lists 103…121, its own
examples and the other markets use 10, 20, 92, 94, 100…; 110 is an arrival in the one
list and a problem parcel in the other, told apart by its name. Times have no zone, and
where one is stated (`GMT+08:00` on a Mexican scan) it is not the scan's: both stay naive.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import md5
from hmac import compare_digest
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

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
    country_code,
    each,
    error_body,
    http_problem,
    is_json,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

PATH = "/webopenplatformapi/api/logistics/trace"
HOSTS: Mapping[str, str] = {
    "VN": "https://ylopenapi.jtexpress.vn",
    "CN": "https://openapi.jtexpress.com.cn",
    "TH": "https://openapi.jtexpress.co.th",
    "BR": "https://openapi.jtjms-br.com",
}
# By the code, else (where the code is missing or unknown) by the scan's name.
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
_ARRIVAL = re.compile("arriv|đến|到件|chega", re.I)
TROUBLES: Mapping[str, Trouble] = {
    **dict.fromkeys(
        ("145003010", "145003012", "145003030", "145003051", "145003052", "145003053"),
        Trouble.AUTH,
    ),
    **dict.fromkeys(("999001030", "999011010", "999011020", "999011030"), Trouble.AUTH),
    "145003100": Trouble.INVALID_NUMBER,
    "145003050": Trouble.INPUT_NEEDED,
    "145003502": Trouble.INPUT_NEEDED,
    "999001010": Trouble.INPUT_NEEDED,
    "999002000": Trouble.NOT_FOUND,
}
# Couriers' phones stand in the words, codes to open lockers too.
_PRIVATE = re.compile(
    r"(?<![\w.])\+?\d[\d .\-]{7,14}\d(?!\w)|(?<=OTP)[ :=\uff1a]*\d{4,8}|(?<=PIN)[ :=\uff1a]*\d{4,8}",
    re.I,
)


class JtExpress(Carrier):
    """Up to 30 parcels a call; `market` (VN, CN, TH, BR) or `base_url` names the host."""

    code = "jtexpress"
    label = "J&T Express"
    proof = (Proof.OFFICIAL,)
    auth = Auth.SIGNED
    local_times = False
    settings: ClassVar[tuple[str, ...]] = ("api_account", "private_key")
    optional: ClassVar[tuple[str, ...]] = ("market", "customer_code", "password")
    batch_size: ClassVar[int] = 30
    push = True
    ack = Ack(
        taken='{"code":"1","msg":"success","data":null}',
        refused='{"code":"145003030","msg":"signature","data":null}',
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's keys; the market is Vietnam unless told."""
        self._http = http
        self._market = settings.get("market", "VN").upper()
        host = settings.get("base_url") or HOSTS.get(self._market, HOSTS["VN"])
        self._url = host + PATH
        self._account, self._key = settings["api_account"], settings["private_key"]
        self._customer = {
            "customerCode": settings.get("customer_code", ""),
            "password": settings.get("password", ""),
        }

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to 30 parcels; Vietnam wants the customer beside the numbers."""
        numbers = ",".join(one.number for one in wanted)
        asked = {"billCodes": numbers}
        if self._market == "VN":
            asked = {**self._customer, "txlogisticId": "", "billcodes": numbers}
        content = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
        stamp = int(self._http.now().timestamp() * 1000)
        return self._http.post(
            self._url,
            data={"bizContent": content},
            headers={
                "apiAccount": self._account,
                "digest": digest(content, self._key),
                "timestamp": str(stamp),
            },
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a trace: failures come with HTTP 200 and a code that is not "1"."""
        body = error_body(answer)
        if problem := http_problem(answer, body.get("msg")):
            return [failed(problem.kind, problem.message)]
        if "details" in body and "data" not in body:  # Brazil's page, one parcel bare
            return [_parcel(body)]
        code = text(body.get("code"))
        told = {"data", "msg"} if code != "1" else {"data"}
        if code is None or told.isdisjoint(body):
            raise BadAnswer("no `code` or no `data`")
        if code != "1":
            said = text(body.get("msg")) or code
            return [failed(TROUBLES.get(code, _by_words(said)), said)]
        parcels = each(_parcel, records(body["data"]))
        return parcels or [failed(Trouble.NOT_FOUND, "no parcel in the answer")]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read scans, bare (Vietnam) or as a text in `bizContent` (other markets)."""
        content = _content(push)
        body = json.loads(content) if content else json_body(push)
        parcels = each(partial(_parcel, pushed=True), records(body))
        if not parcels:
            raise BadAnswer("no parcel in the push")
        return parcels

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the digest of `bizContent` against ours; Vietnam sends none."""
        key, answer = settings.get("private_key"), Answer(push.body)
        given = push.headers.get("digest") or text(error_body(answer).get("digest"))
        content = _content(answer)
        if not key or not given or content is None:
            return Trust.URL_ONLY
        ours = digest(content, key)
        same = compare_digest(given.encode(errors="replace"), ours.encode())
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = JtExpress


def digest(content: str, key: str) -> str:
    """Return J&T's signature of a call: base64 of the MD5's bytes."""
    hashed = md5((content + key).encode("utf-8", "replace"), usedforsecurity=False)
    return b64encode(hashed.digest()).decode()


def _content(push: Answer) -> str | None:
    """Return the text in `bizContent`, of JSON or of a form; None where it is bare."""
    if is_json(push):
        held = error_body(push).get("bizContent")
    else:
        form = parse_qs(push.body.decode("utf-8", "replace"))
        held = next(iter(form.get("bizContent", [])), None)
    return held if isinstance(held, str) else None


def _by_words(said: str) -> Trouble:
    if re.search("frequen|too many|limit", said, re.I):
        return Trouble.THROTTLED
    if re.search("system|internal|exception|busy", said, re.I):
        return Trouble.SERVER_ERROR
    return Trouble.INPUT_NEEDED


def _parcel(parcel: Mapping[str, Any], *, pushed: bool = False) -> Tracking:
    number = text(parcel.get("billCode")) or text(parcel.get("keyword"))
    if number is None:
        raise BadAnswer("no `billCode`")
    scans = records(parcel.get("details"))
    if not scans and not pushed:
        return failed(Trouble.NOT_FOUND, "no scan of this number", number)
    events = _finished(oldest_first(_event(scan) for scan in scans))
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        delivered_at=arrived[0].stamp if delivered else None,
        complete=not pushed,
    )


def _finished(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Let the closing mark (121) of a parcel that went back say that it is back."""
    if all(event.meaning.status is not Status.RETURNED for event in events):
        return events
    back = Meaning(Status.RETURNED, "to_sender")
    return tuple(replace(e, meaning=back) if e.code == "121" else e for e in events)


def _event(scan: Mapping[str, Any]) -> Event:
    code = text(scan.get("scanTypeCode")) or text(scan.get("code"))
    name = text(scan.get("scanTypeName")) or text(scan.get("scanType"))
    said = text(scan.get("desc")) or text(scan.get("customerTracking")) or name
    spot = re.match(r"\[([^\]]+)\]", text(scan.get("customerTracking")) or "")
    return Event(
        stated_time(scan.get("scanTime")),
        _meaning(code, name),
        code or name,
        _PRIVATE.sub("\u2026", said) if said else None,
        Place(
            text(scan.get("scanNetworkCity")) or (spot[1] if spot else None),
            text(scan.get("scanNetworkProvince")),
            country_code(scan.get("scanNetworkCountry")),
        ),
    )


def _meaning(code: str | None, name: str | None) -> Meaning:
    if code == "110" and _ARRIVAL.search(name or ""):
        return Meaning(Status.IN_TRANSIT, "arrived_at_facility")
    return CODES.read(code, (name or "").casefold())
