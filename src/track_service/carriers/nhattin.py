"""Nhất Tín Logistics (Vietnam): the open API, https://docs.ntlogistics.vn/en.

Proof: the official document of the tracking call, the webhook and the status list; of
genuine answers only a fragment was seen. Numbers come as texts and as numbers in one
object. The scans of a bill have words and codes of an unpublished list: they are read
where they are a status' own name; the newest one is what the bill states.
The webhook is not signed; its times are epoch seconds, all others Vietnamese local time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    credible,
    epoch_stamp,
    error_body,
    http_problem,
    in_zone,
    iso_stamp,
    json_body,
    oldest_first,
    reader,
    records,
    text,
)
from track_service.carriers.tokens import HOUR, token_at, token_ended
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer, Http, Question, SignIn

URL = "https://apiws.ntlogistics.vn"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
STATUSES = StatusMap(
    {
        "1": Meaning(Status.INFO_RECEIVED, "pickup_failed"),
        "2": Meaning(Status.INFO_RECEIVED, "pickup_waiting"),
        "3": Meaning(Status.PICKED_UP, "collected"),
        "4": Meaning(Status.DELIVERED, "delivered"),
        "5": Meaning(Status.DELIVERED, "delivered"),  # the older list's number
        "6": Meaning(Status.CANCELLED, "shipment"),
        "7": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "9": Meaning(Status.RETURNING, "to_sender"),
        "10": Meaning(Status.RETURNED, "to_sender"),
        "11": Meaning(Status.EXCEPTION, "delivery"),
        "12": Meaning(Status.PREPARING, "draft"),
        "13": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "15": Meaning(Status.IN_TRANSIT, "moving"),
        "16": Meaning(Status.RETURNING, "out_for_return"),
        "17": Meaning(Status.INFO_RECEIVED, "pickup_failed"),
    }
)
NAMES: Mapping[str, str] = {
    "chờ lấy hàng": "2",
    "đã lấy hàng": "3",
    "đã giao hàng": "4",
    "giao thành công": "4",
    "hủy": "6",
    "không phát được": "7",
    "đang chuyển hoàn": "9",
    "đã chuyển hoàn": "10",
    "sự cố giao hàng": "11",
    "đang giao hàng": "13",
    "đang vận chuyển": "15",
}
_TROUBLES = (
    (re.compile("token|đăng nhập|mật khẩu|unauthori|xác thực", re.I), Trouble.AUTH),
    (re.compile("too many|quá nhiều", re.I), Trouble.THROTTLED),
    (
        re.compile("không tồn tại|không tìm thấy|not (found|exist)", re.I),
        Trouble.NOT_FOUND,
    ),
)
_DAY_FIRST = re.compile(
    r"(\d\d?)[/-](\d\d?)[/-](\d{4})(?:\s+(\d\d?):(\d\d)(?::(\d\d))?)?"
)
_PHONE = re.compile(r"(?<![\w.])(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\w)")


class NhatTin(Carrier):
    """One bill a call, after a sign-in; told by webhook too."""

    code = "nhattin"
    label = "Nhất Tín Logistics"
    proof = (Proof.OFFICIAL,)
    auth = Auth.LOGIN
    eta = True
    countries = ("VN",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    push = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account."""
        self._http = http
        self._url = settings.get("base_url", URL)
        login = {"username": settings["username"], "password": settings["password"]}
        self._sign_in = SignIn(
            Question("POST", f"{self._url}/v1/auth/sign-in", json=login),
            settings["username"],
            token_at("data", "jwt_token", lasts=HOUR),  # how long is not published
            ended=token_ended(self.parse),
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one bill."""
        return self._http.get(
            f"{self._url}/v3/bill/tracking",
            params={"bill_code": wanted[0].number},
            grant=self._sign_in,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read bills; a refusal comes with HTTP 200 and `success` false."""
        body = error_body(answer)
        if problem := http_problem(answer, body.get("message")):
            return [failed(problem.kind, problem.message)]
        if not isinstance(body.get("success"), bool):
            raise BadAnswer("no `success`")
        said = text(body.get("message"))
        if not body["success"]:
            return [_failure(said)]
        bills = [_bill(bill) for bill in records(body.get("data"))]
        return bills or [failed(Trouble.NOT_FOUND, said or "no bill in the answer")]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change of one bill."""
        body = json_body(push)
        number, code = text(body["bill_no"]), text(body["status_id"])
        if number is None or code is None:
            raise BadAnswer("no `bill_no` or no `status_id`")
        event = Event(
            credible(epoch_stamp(body.get("status_time"), VIETNAM)),
            STATUSES.read(code),
            code,
            _words(body.get("status_name"), body.get("reason")),
        )
        delivered = event.meaning.status is Status.DELIVERED
        return [
            Tracking(
                number,
                (event,),
                window=_window(body.get("expected_at")),
                delivered_at=event.stamp if delivered else None,
                complete=False,
            )
        ]


CARRIER: type[Carrier] = NhatTin


def _failure(said: str | None) -> Tracking:
    for words, trouble in _TROUBLES:
        if words.search(said or ""):
            return failed(trouble, said)
    return failed(Trouble.INPUT_NEEDED, said or "refused")


def _bill(bill: Mapping[str, Any]) -> Tracking:
    number = text(bill.get("bill_code")) or text(bill.get("bill_no"))
    if number is None:
        raise BadAnswer("no `bill_code`")
    stated = STATUSES.read(text(bill.get("bill_status_id")))
    events = oldest_first(_event(one) for one in records(bill.get("histories")))
    if events and events[-1].meaning == UNKNOWN:
        events = (*events[:-1], replace(events[-1], meaning=stated))
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered_at = _moment(bill.get("date_delivery"))
    if delivered_at is None and arrived:
        delivered_at = arrived[0].stamp
    return Tracking(
        number,
        events,
        stated=stated,
        window=_window(bill.get("date_expected")),
        delivered_at=delivered_at if stated.status is Status.DELIVERED else None,
        complete=bool(events),
    )


def _event(row: Mapping[str, Any]) -> Event:
    said = text(row.get("operation")) or text(row.get("operation_en"))
    code = text(row.get("operationType")) or text(row.get("log_status"))
    named = [text(row.get(key)) for key in ("log_status", "operation")]
    known = [NAMES.get((name or "").casefold()) for name in named]
    return Event(
        _moment(row.get("loc_time")),
        STATUSES.read(*known),
        code,
        _words(said, row.get("delayReason")),
        Place(city=text(row.get("city"))),
    )


def _moment(value: object) -> Stamp | None:
    """Read an ISO time, or one whose day stands first (`19/02/2026 08:30`)."""
    stated = text(value)
    found = _DAY_FIRST.fullmatch(stated or "")
    if found is None:
        return credible(iso_stamp(stated, VIETNAM))
    day, month, year, hour, minute, second = (int(one or 0) for one in found.groups())
    moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    if found[4] is None:
        return credible(Stamp.day(moment.date()))
    exactly = Precision.MINUTE if found[6] is None else Precision.SECOND
    return credible(in_zone(moment, VIETNAM, exactly))


def _window(value: object) -> Window | None:
    stamp = _moment(value)
    day = stamp and Stamp.day(stamp.local.date())
    return Window(day, day) if day else None


def _words(*told: object) -> str | None:
    """Return texts joined, without phone numbers."""
    clean = (_PHONE.sub("\u2026", said) for one in told if (said := text(one)))
    return " · ".join(dict.fromkeys(clean)) or None
