"""VNPost (Vietnam Post, EMS Vietnam): the MyVNPost API, https://my-uat.vnpost.vn/static/.

Proof: the official document, as integrations in use repeat its fields and codes; no
genuine answer was seen. Two lists of numbers: the webhook's `OrderStatusId` (10…170) and
the order's `status` (0…29), kept here with an `o` before it. Times are Vietnamese local
time. The webhook's `SignData` (RSA) cannot be verified: its scheme is not published.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
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
    Stamp,
    Tracking,
    Trouble,
)
from track_service.http import Answer, Http, Question, SignIn, in_header

URL = "https://connect-my.vnpost.vn"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))

# What the same numbers mean while `IsReturn` says the parcel goes to its sender.
RETURN_LEG: Mapping[str, Meaning] = {
    "70": Meaning(Status.RETURNING, "in_transit"),
    "91": Meaning(Status.RETURNING, "attempt_failed"),
    "100": Meaning(Status.RETURNED, "to_sender"),
}
_MONEY = {"cod_collected", "cod_settled"}
_TROUBLES = (
    (
        re.compile("token|đăng nhập|mật khẩu|xác thực|tài khoản|unauthori", re.I),
        Trouble.AUTH,
    ),
    (re.compile("too many|quá nhiều", re.I), Trouble.THROTTLED),
    (
        re.compile("không tồn tại|không tìm thấy|not (found|exist)", re.I),
        Trouble.NOT_FOUND,
    ),
)
_PHONE = re.compile(r"(?<![\w.])(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\w)")


class VnPost(Carrier):
    """One order a call, after a sign-in; told by webhook too."""

    code = "vnpost"
    label = "VNPost"
    proof = (Proof.COMMUNITY,)
    auth = Auth.LOGIN
    eta = True
    countries = ("VN",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password", "customer_code")
    push = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/customer-partner"
        login = {
            "username": settings["username"],
            "password": settings["password"],
            "customerCode": settings["customer_code"],
        }
        self._sign_in = SignIn(
            Question("POST", f"{self._url}/GetAccessToken", json=login),
            settings["username"],
            token_at("token", lasts=HOUR),  # how long is not published
            in_header("token"),
            token_ended(self.parse),
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one order by its VNPost number."""
        return self._http.get(
            f"{self._url}/getOrder",
            params={"type": "1", "code": wanted[0].number},
            grant=self._sign_in,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read an order, a history of statuses, or a refusal."""
        body = error_body(answer)
        if problem := http_problem(answer, body.get("message")):
            return [failed(problem.kind, problem.message)]
        if not body:
            found = records(json_body(answer))
            body = found[0] if found else {}
        if isinstance(body.get("results"), list):
            orders = [_order(one) for one in records(body["results"])]
            return orders or [failed(Trouble.NOT_FOUND, text(body.get("message")))]
        if history := [h for one in records(body.get("data")) if (h := _history(one))]:
            return history
        if body.get("success") is not False and "message" not in body:
            raise BadAnswer("no `results`")
        return [_failure(text(body.get("message")))]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change; `Data` is JSON inside the JSON."""
        body = json_body(push)
        data = body.get("Data", body)
        if isinstance(data, str):
            data = json_body(Answer(data.encode("utf-8", "surrogatepass")))
        number = text(data.get("ItemCode")) or text(data.get("OrderCode"))
        code = text(data.get("OrderStatusId"))
        if number is None or code is None:
            raise BadAnswer("no `ItemCode` or no `OrderStatusId`")
        event = Event(
            day_first_time(data.get("LastUpdateTime"), VIETNAM),
            _meaning(
                code,
                returning=text(data.get("IsReturn")) in {"1", "true", "True"}
                or data.get("IsReturn") is True,
            ),
            code,
            joined(data.get("DeliveryNote"), data.get("CauseName"), hiding=_PHONE),
        )
        return [
            Tracking(
                number,
                (event,),
                window=day_window(
                    day_first_time(data.get("DeliveryDateEvaluation"), VIETNAM)
                ),
                delivered_at=_arrival(event),
                complete=False,
            )
        ]


CARRIER: type[Carrier] = VnPost


def _meaning(code: str, *, returning: bool) -> Meaning:
    if returning and code in RETURN_LEG:
        return RETURN_LEG[code]
    return STATUSES.read(code)


def _failure(said: str | None) -> Tracking:
    for words, trouble in _TROUBLES:
        if words.search(said or ""):
            return failed(trouble, said)
    return failed(Trouble.INPUT_NEEDED, said or "refused")


def _order(order: Mapping[str, Any]) -> Tracking:
    number = text(order.get("itemCode")) or text(order.get("originalItemCode"))
    code = text(order.get("status"))
    if number is None or code is None:
        raise BadAnswer("no `itemCode` or no `status`")
    meaning, stamp = (
        STATUSES.read(f"o{code}"),
        day_first_time(order.get("updatedDate"), VIETNAM),
    )
    if stamp is None:
        return Tracking(number, stated=meaning, complete=False)
    event = Event(stamp, meaning, code, text(order.get("statusName")))
    return Tracking(number, (event,), delivered_at=_arrival(event), complete=False)


def _history(data: Mapping[str, Any]) -> Tracking | None:
    """Return a history whose scans have words alone; the words of the list are read."""
    rows = data.get("statusHistory") or data.get("statusHistory ")
    if not isinstance(rows, list):
        return None
    events = []
    for row in records(rows):
        hour = row.get("createHour") or row.get("createdHour") or row.get("time")
        when = " ".join(filter(None, (text(row.get("createdDate")), text(hour))))
        said = text(row.get("statusName"))
        place = text(row.get("locateName")) or text(row.get("LocateName"))
        told = joined(said, place, hiding=_PHONE)
        code = text(row.get("status")) or text(row.get("statusId"))
        known = STATUSES.read(f"o{code}" if code else None, (said or "").casefold())
        events.append(Event(day_first_time(when, VIETNAM), known, code, told))
    history = oldest_first(events)
    arrived = [e for e in history if e.meaning.status is Status.DELIVERED]
    number = text(data.get("itemCode")) or text(data.get("code"))
    return Tracking(
        number,
        history,
        stated=UNKNOWN,
        delivered_at=_arrival(arrived[0]) if arrived else None,
    )


def _arrival(event: Event) -> Stamp | None:
    """Return when it arrived; of settled money the time says nothing of that."""
    arrived = (
        event.meaning.status is Status.DELIVERED and event.meaning.sub not in _MONEY
    )
    return event.stamp if arrived else None
