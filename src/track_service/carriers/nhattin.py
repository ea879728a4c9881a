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
    day_first_time,
    day_window,
    epoch_stamp,
    error_body,
    http_problem,
    joined,
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
    Tracking,
    Trouble,
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
            epoch_stamp(body.get("status_time"), VIETNAM),
            STATUSES.read(code),
            code,
            joined(body.get("status_name"), body.get("reason"), hiding=_PHONE),
        )
        delivered = event.meaning.status is Status.DELIVERED
        return [
            Tracking(
                number,
                (event,),
                window=day_window(day_first_time(body.get("expected_at"), VIETNAM)),
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
    delivered_at = day_first_time(bill.get("date_delivery"), VIETNAM)
    if delivered_at is None and arrived:
        delivered_at = arrived[0].stamp
    return Tracking(
        number,
        events,
        stated=stated,
        window=day_window(day_first_time(bill.get("date_expected"), VIETNAM)),
        delivered_at=delivered_at if stated.status is Status.DELIVERED else None,
        complete=bool(events),
    )


def _event(row: Mapping[str, Any]) -> Event:
    said = text(row.get("operation")) or text(row.get("operation_en"))
    code = text(row.get("operationType")) or text(row.get("log_status"))
    named = [text(row.get(key)) for key in ("log_status", "operation")]
    known = [NAMES.get((name or "").casefold()) for name in named]
    return Event(
        day_first_time(row.get("loc_time"), VIETNAM),
        STATUSES.read(*known),
        code,
        joined(said, row.get("delayReason"), hiding=_PHONE),
        Place(city=text(row.get("city"))),
    )
