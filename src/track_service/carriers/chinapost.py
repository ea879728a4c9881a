"""China Post and EMS: scans by partner push, https://api.ems.com.cn/; no open way to ask.

Proof: genuine histories in both shapes, the partners' bare list and the site's envelope
(which stands behind a browser check). The same words have other numbers in each. 妥投
(80, 18, 704) may be a hand-over to a pick-up station: the text decides. `opTime` holds
`HH:MM` alone at times, `bubbleTime` the whole. Times are the wall clock in China, stated
without a zone. Texts hold names and phones of couriers: taken out; "self" and "proxy" (本人,
代签收) are no names of signers.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import md5
from hmac import compare_digest
from typing import Any, ClassVar
from urllib.parse import parse_qs

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Push,
    StatusMap,
    Trust,
    failed,
)
from track_service.carriers.reading import (
    error_body,
    http_problem,
    is_json,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble
from track_service.http import Answer, Http

ACCEPTED = Meaning(Status.PICKED_UP, "accepted")
MOVING = Meaning(Status.IN_TRANSIT, "moving")
ON_THE_WAY = Meaning(Status.OUT_FOR_DELIVERY, "with_courier")
DELIVERED = Meaning(Status.DELIVERED, "delivered")
NOT_DELIVERED = Meaning(Status.ATTEMPT_FAILED, "generic")
BACK = Meaning(Status.RETURNING, "to_sender")
WAITING = Meaning(Status.AVAILABLE_FOR_PICKUP, "ready")
# By the code of either shape, else by the scan's name.
CODES = StatusMap(
    {
        **dict.fromkeys(("10", "203", "5", "收寄", "已揽收"), ACCEPTED),
        **dict.fromkeys(("20", "6", "运输", "运送中"), MOVING),
        **dict.fromkeys(("70", "702", "11", "派送中"), ON_THE_WAY),
        **dict.fromkeys(("80", "704", "18", "妥投", "已签收"), DELIVERED),
        **dict.fromkeys(("705", "未妥投"), NOT_DELIVERED),
        **dict.fromkeys(("退回", "退回中"), BACK),
        **dict.fromkeys(("待自提", "待取件"), WAITING),
    }
)
_STATION = re.compile("驿站|自提|代收点|快递柜|丰巢|包裹柜|便民服务站|速递易")
_TAKEN = re.compile("取走|已取|取件成功|已自提")
_COURIER = re.compile(r"((?:投递员|揽投员|快递员)[:\uff1a【])[^,\uff0c】]+")
_PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}-\d{7,8})(?!\d)")


class ChinaPost(Carrier):
    """Told by push alone; `push_key` is the key agreed with the post."""

    code = "chinapost"
    label = "China Post / EMS"
    proof = (Proof.SAMPLE,)
    auth = Auth.OPEN
    local_times = False
    countries = ("CN",)
    optional: ClassVar[tuple[str, ...]] = ("push_key",)
    pull = False
    push = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Take the client and the settings as every carrier does; none is asked."""

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a history, bare or in the site's envelope."""
        problem = http_problem(answer, error_body(answer).get("message"))
        if problem is not None:
            return [failed(problem.kind, problem.message)]
        body = json_body(answer)
        if isinstance(body, list):
            return _by_number(records(body)) or [_none_found(None)]
        results = part(body, "value", "domesticMailResultDtoList")
        if not isinstance(results, list):
            if body.get("success") in {False, "false"}:
                return [_none_found(body.get("message"))]
            raise BadAnswer("no list of scans")
        found: list[Tracking] = []
        for result in records(results):
            scans = _by_number(records(result.get("resObj")))
            found += scans or [_none_found(result.get("resMsg"))]
        return found or [_none_found(None)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read pushed scans, as JSON or as a form that holds JSON."""
        message = _message(push)
        told = list(_scans(json.loads(message) if message else json_body(push)))
        if not told:
            raise BadAnswer("no scan in the push")
        return _by_number(told, complete=False)

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the form's `data_digest` against ours, where a key was agreed."""
        key = settings.get("push_key")
        if not key:
            return Trust.URL_ONLY
        answer = Answer(push.body)
        given, message = _field(answer, "data_digest"), _message(answer)
        ours = digest(message or "", key)
        same = compare_digest((given or "").encode("utf-8", "replace"), ours.encode())
        return Trust.SIGNED if same and message else Trust.REFUSED


CARRIER: type[Carrier] = ChinaPost


def digest(message: str, key: str) -> str:
    """Return the post's signature: base64 of the MD5's hexadecimal text."""
    hashed = md5((message + key).encode("utf-8", "replace"), usedforsecurity=False)
    return b64encode(hashed.hexdigest().encode()).decode()


def _message(push: Answer) -> str | None:
    return _field(push, "logistics_interface") or _field(push, "msg")


def _field(push: Answer, name: str) -> str | None:
    """Return a field of the form, or of the JSON object; None where there is none."""
    if is_json(push):
        held = error_body(push).get(name)
    else:
        form = parse_qs(push.body.decode("utf-8", "replace"))
        held = next(iter(form.get(name, [])), None)
    return held if isinstance(held, str) else None


def _scans(told: Any) -> Iterator[dict[str, Any]]:
    """Yield the scans wherever in the message they lie: they alone have `traceNo`."""
    for one in records(told):
        if "traceNo" in one:
            yield one
            continue
        for inner in one.values():
            if isinstance(inner, list):
                yield from (scan for scan in records(inner) if "traceNo" in scan)


def _none_found(message: object) -> Tracking:
    return failed(Trouble.NOT_FOUND, text(message) or "no scan in the answer")


def _by_number(scans: list[dict[str, Any]], *, complete: bool = True) -> list[Tracking]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for scan in scans:
        number = text(scan.get("traceNo"))
        if number is None:
            raise BadAnswer("no `traceNo`")
        grouped.setdefault(number, []).append(scan)
    return [_tracking(number, told, complete) for number, told in grouped.items()]


def _tracking(number: str, scans: list[dict[str, Any]], complete: bool) -> Tracking:
    events = oldest_first(_event(scan) for scan in scans)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        delivered_at=arrived[0].stamp if delivered else None,
        complete=complete,
    )


def _event(scan: Mapping[str, Any]) -> Event:
    code, said = text(scan.get("opCode")), text(scan.get("opDesc"))
    meaning = CODES.read(code, text(scan.get("opStateCode")), text(scan.get("opName")))
    return Event(
        _stamp(scan),
        _by_text(meaning, said or ""),
        code,
        _clean(said) if said else text(scan.get("opName")),
        Place(text(scan.get("opOrgCity")), text(scan.get("opOrgProvName")), "CN"),
    )


def _clean(said: str) -> str:
    """Return the text without the couriers' names and phones."""
    return _PHONE.sub("\u2026", _COURIER.sub("\\1\u2026", said))


def _by_text(meaning: Meaning, said: str) -> Meaning:
    """Let the text say what "delivered" means: at a station, or taken from there."""
    if meaning.status is not Status.DELIVERED:
        return meaning
    if _TAKEN.search(said):
        return Meaning(Status.DELIVERED, "collected_by_customer")
    return WAITING if _STATION.search(said) else meaning


def _stamp(scan: Mapping[str, Any]) -> Stamp | None:
    """Return the fullest time; a bare `HH:MM` has lost its day."""
    for key in ("detailOpTime", "bubbleTime", "opTime"):
        stated = text(scan.get(key)) or ""
        if re.match(r"\d{4}-", stated):
            return stated_time(stated)
    return None
