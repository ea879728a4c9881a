"""EMS Vietnam: the MerchantSite API, https://docws.ems.com.vn/tieng-viet/buu-gui/chi-tiet-buu-gui.

Proof: the official document of the call and of the webhook, and that of the newer API's
webhook (https://docs.ems.com.vn/en/webhook), whose field names differ. The list of codes
is served by the API itself: held are those of the examples, other scans are read by
plain Vietnamese words, and stay unknown without one. Times are Vietnamese local time.
Places hold the telephone numbers of offices: taken out. Webhooks are not signed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Rate,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    day_first_time,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "http://ws.ems.com.vn"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CODES = StatusMap(
    {
        "1": Meaning(Status.PENDING),
        "2": Meaning(Status.INFO_RECEIVED, "pickup_waiting"),
        "4": Meaning(Status.IN_TRANSIT, "moving"),
        "11000": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
    }
)
# In this order: what is not delivered, or delivered back, holds "delivered" too.
_WORDS = (
    (r"hoàn thành công|đã (chuyển )?hoàn|đã trả (lại )?người gửi", Status.RETURNED),
    (r"chuyển hoàn|hoàn về|phát hoàn", Status.RETURNING),
    (r"phát không thành công|phát thất bại|không phát được", Status.ATTEMPT_FAILED),
    (r"phát thành công|đã phát", Status.DELIVERED),
    (r"giao cho bưu tá|đang phát|đi phát", Status.OUT_FOR_DELIVERY),
    (r"\bhủy\b|\bhuỷ\b", Status.CANCELLED),
    (r"thất lạc|hư hỏng", Status.EXCEPTION),
    (r"đã lấy hàng|chấp nhận gửi", Status.PICKED_UP),
    (r"chuyến thư|vận chuyển", Status.IN_TRANSIT),
    (r"lấy hàng", Status.INFO_RECEIVED),
)
_MISSING = re.compile("không tồn tại|không tìm thấy|not found", re.IGNORECASE)
_WRONG = re.compile("định dạng|không hợp lệ|invalid", re.IGNORECASE)
_TOKEN = re.compile("token|xác thực|unauthori", re.IGNORECASE)
_PHONE = re.compile(
    r"\s*\([ĐÐ]T[:.\s]*[\d.\s\-]+\)|(?<![\w.])0(?:[ .\-]?\d){8,10}(?!\w)"
)


class EmsVn(Carrier):
    """One parcel a call, by its EMS number; told by webhook too."""

    code = "ems_vn"
    label = "EMS Việt Nam"
    proof = (Proof.OFFICIAL,)
    auth = Auth.QUERY
    countries = ("VN",)
    settings: ClassVar[tuple[str, ...]] = ("merchant_token",)
    rate: ClassVar[Rate] = Rate(per_second=2.0)  # unpublished
    push = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the merchant's token."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/api/v1/orders/tracking/"
        self._token = settings["merchant_token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel; the document wants the token in the query."""
        return self._http.get(
            self._url + quote(wanted[0].number, safe=""),
            params={"merchant_token": self._token},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel; a refusal comes with `code` error, under HTTP 200 too."""
        said = text(error_body(answer).get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        body = json_body(answer)
        if text(body["code"]) != "success":
            return [failed(_trouble(said or "", answer.status), said or "refused")]
        return [_parcel(body["data"])]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change, in the spelling of either API."""
        body = json_body(push)
        number = text(body.get("tracking_code")) or text(body.get("TrackingCode"))
        if number is None:
            raise BadAnswer("ems_vn: no tracking_code")
        event = _scan(
            code=body.get("status_code") or body.get("StatusCode"),
            words=(
                body.get("status_name") or body.get("StatusName"),
                body.get("note") or body.get("Note"),
            ),
            place=body.get("locate") or body.get("Location"),
            time=body.get("datetime") or body.get("CreatedAt"),
        )
        delivered = event.meaning.status is Status.DELIVERED
        at = event.stamp if delivered else None
        return [Tracking(number, (event,), delivered_at=at, complete=False)]


CARRIER: type[Carrier] = EmsVn


def _trouble(said: str, status: int | None) -> Trouble:
    if status == 404 or _MISSING.search(said):
        return Trouble.NOT_FOUND
    if _TOKEN.search(said):
        return Trouble.AUTH
    return Trouble.INVALID_NUMBER if _WRONG.search(said) else Trouble.BAD_ANSWER


def _parcel(told: Mapping[str, Any]) -> Tracking:
    number = text(told.get("tracking_code"))
    if number is None:
        raise BadAnswer("ems_vn: no tracking_code")
    events = oldest_first(
        _scan(
            code=one.get("status"),
            words=(one.get("description"),),
            place=one.get("address"),
            time=one.get("tracedate"),
        )
        for one in records(told.get("__get_status") or [])
    )
    stated = CODES.read(text(told.get("status")))
    parcel = Tracking(number, events, stated=stated, complete=bool(events))
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    if not arrived or condition(parcel).status is not Status.DELIVERED:
        return parcel
    return Tracking(number, events, stated=stated, delivered_at=arrived[-1])


def _scan(
    *, code: object, words: tuple[object, ...], place: object, time: object
) -> Event:
    said = [clean for one in words if (clean := _clean(one))]
    known = CODES.read(text(code))
    meaning = known if known != UNKNOWN else _by_words(" ".join(said))
    return Event(
        day_first_time(time, VIETNAM),
        meaning,
        text(code),
        " · ".join(dict.fromkeys(said)) or None,
        Place(_clean(place)),
    )


def _by_words(said: str) -> Meaning:
    found = (s for words, s in _WORDS if re.search(words, said, re.IGNORECASE))
    status = next(found, None)
    return Meaning(status) if status else UNKNOWN


def _clean(value: object) -> str | None:
    return text(_PHONE.sub("", text(value) or ""))
