"""Viettel Post (Vietnam): https://partner2.viettelpost.vn/document/webhook, push only.

The number of a status rules, not its name. Times are Vietnamese local time, at times
with stray blanks. Texts hold the phone numbers and names of employees: taken out.
"""

import re
from collections.abc import Mapping
from hmac import compare_digest
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

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
    day_first_time,
    error_body,
    http_problem,
    json_body,
    links,
    part,
    reader,
    records,
    text,
)
from track_service.core.detail import Detail
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# What the same numbers mean while `IS_RETURNING` says the parcel goes to its sender.
RETURN_LEG: Mapping[str, Meaning] = {
    **dict.fromkeys(
        ("300", "301", "302", "303", "400", "401", "402", "403", "509"),
        Meaning(Status.RETURNING, "in_transit"),
    ),
    "500": Meaning(Status.RETURNING, "out_for_return"),
    "506": Meaning(Status.RETURNING, "attempt_failed"),
    "501": Meaning(Status.RETURNED, "to_sender"),
}

_TROUBLES = (
    (re.compile("token", re.I), Trouble.AUTH),
    (re.compile("too many|quá nhiều", re.I), Trouble.THROTTLED),
    (
        re.compile("not (exist|found)|không tồn tại|không tìm thấy", re.I),
        Trouble.NOT_FOUND,
    ),
    (re.compile("system error|lỗi hệ thống", re.I), Trouble.SERVER_ERROR),
)
_PHONE = re.compile(r"(?<![\w.])(?:\(\+?84\)|\(0\)|\+?84|0)(?:[ .\-]?\d){8,10}(?!\w)")
_TAKEN_OUT = "\u2026"


class ViettelPost(Carrier):
    """Told by webhook alone: the interface for partners has no history to ask for."""

    code = "viettelpost"
    label = "Viettel Post"
    proof = (Proof.OFFICIAL,)
    auth = Auth.OPEN
    eta = True
    countries = ("VN",)
    settings: ClassVar[tuple[str, ...]] = ("push_token",)
    pull = False
    push = True
    page_url = (
        "https://viettelpost.vn/thong-tin-don-hang"
        "?peopleTracking=sender&orderNumber={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Take the client and the settings as every carrier does; none is asked."""

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read an answer of the partners' interface: its failures and its orders."""
        body = error_body(answer)
        problem = http_problem(answer, body.get("message"))
        if problem is not None:
            return [Tracking(None, problem=problem, complete=False)]
        if not isinstance(body.get("error"), bool) or "status" not in body:
            raise BadAnswer("no `status` and `error`")
        if body["error"]:
            return [_failure(body)]
        if not body.get("data"):
            return [failed(Trouble.NOT_FOUND, text(body.get("message")))]
        return [_order(order) for order in records(body["data"])]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change of one order, or several in a list."""
        told = [change.get("DATA", change) for change in records(json_body(push))]
        orders = [order for one in told for order in records(one)]
        if not orders:
            raise BadAnswer("no order")
        return [_order(order) for order in orders]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the header, else the body's TOKEN, against the account's secret."""
        token = settings.get("push_token")
        if not token:
            return Trust.URL_ONLY
        given = [push.headers.get("authorization"), _body_token(push.body)]
        same = [compare_digest(_bytes(one), _bytes(token)) for one in given if one]
        return Trust.SIGNED if any(same) else Trust.REFUSED


CARRIER: type[Carrier] = ViettelPost


def _body_token(body: bytes) -> str | None:
    return text(error_body(Answer(body)).get("TOKEN"))


def _bytes(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")


def _failure(body: Mapping[str, Any]) -> Tracking:
    said = text(body.get("message")) or f"status {body['status']}"
    for words, trouble in _TROUBLES:
        if words.search(said):
            return failed(trouble, said)
    status = int(body["status"])
    if status >= 500:
        return failed(Trouble.SERVER_ERROR, said)
    return failed(Trouble.AUTH if status in {401, 403} else Trouble.INPUT_NEEDED, said)


def _order(data: Mapping[str, Any]) -> Tracking:
    number = text(data["ORDER_NUMBER"])
    if number is None:
        raise BadAnswer("no `ORDER_NUMBER`")
    code = text(data.get("ORDER_STATUS"))
    result = Tracking(number, stated=UNKNOWN, window=_window(data), complete=False)
    if code is None:
        return result
    event = Event(
        _moment(data.get("ORDER_STATUSDATE")),
        _meaning(code, returning=_is_true(data.get("IS_RETURNING"))),
        code,
        _words(data),
        Place(city=_city(data)),
    )
    delivered = event.meaning.status is Status.DELIVERED
    return Tracking(
        number,
        (event,),
        window=result.window,
        delivered_at=event.stamp if delivered else None,
        complete=False,
        detail=Detail(proof_url=next(iter(links(part(data, "POD", "IMAGES"))), None)),
    )


def _meaning(code: str, *, returning: bool) -> Meaning:
    if returning and code in RETURN_LEG:
        return RETURN_LEG[code]
    return STATUSES.read(code)


def _is_true(value: object) -> bool:
    return value is True or text(value) in {"true", "True", "1"}


def _moment(value: object) -> Stamp | None:
    """Read `17/05/2026 10: 30: 45`; an ISO time is read as well."""
    stated = text(value)
    stated = stated and re.sub(r"\s*([:/])\s*", r"\1", stated)
    return day_first_time(stated, VIETNAM)


def _window(data: Mapping[str, Any]) -> Window | None:
    """Return the expected day; `EXPECTED_DELIVERY` alone is mostly a sentence."""
    for key in ("EXPECTED_DELIVERY_DATE", "EXPECTED_DELIVERY"):
        stated = re.match(r"\d\d?/\d\d?/\d{4}(?= |$)", text(data.get(key)) or "")
        if stated is not None and (day := day_first_time(stated[0])) is not None:
            return Window(day, day)
    return None


def _location(data: Mapping[str, Any]) -> str | None:
    """Return where the parcel is; the misspelt key is the older one."""
    return text(data.get("LOCATION_CURRENTLY")) or text(data.get("LOCALION_CURRENTLY"))


def _office(data: Mapping[str, Any]) -> list[str]:
    """Return the office and its provinces, out of `HNI, GLM, Office - HNI - Hà Nội`."""
    for place in (_location(data) or "").split(","):
        if " - " in place:
            return [name for one in place.split(" - ") if (name := one.strip())]
    return []


def _city(data: Mapping[str, Any]) -> str | None:
    office = _office(data)
    return _clean(office[-1], data) if len(office) > 1 else None


def _words(data: Mapping[str, Any]) -> str | None:
    told = [text(data.get("STATUS_NAME")), text(data.get("NOTE")), *_office(data)[:1]]
    cleaned = [clean for one in told if one and (clean := _clean(one, data))]
    return " · ".join(dict.fromkeys(cleaned)) or None


def _clean(said: str, data: Mapping[str, Any]) -> str | None:
    """Return a text without phone numbers and without the employee's name."""
    name = text(data.get("EMPLOYEE_NAME"))
    if name is not None:
        said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _TAKEN_OUT, said, flags=re.I)
    said = _PHONE.sub(_TAKEN_OUT, said).strip()
    return None if said == _TAKEN_OUT else text(said)
