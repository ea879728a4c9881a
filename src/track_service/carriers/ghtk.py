"""GHTK (Giao Hàng Tiết Kiệm, Vietnam): https://api.ghtk.vn/en/docs/submit-order.

Asked, GHTK tells the current state alone; the history is what its webhook told.
Times without an offset are Vietnamese local time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hmac import compare_digest
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote
from zoneinfo import ZoneInfo

from track_service.carriers.base import (
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
    amount,
    error_body,
    http_problem,
    is_json,
    json_body,
    links,
    part,
    reader,
    stated_time,
    text,
)
from track_service.core.detail import Detail
from track_service.core.status import Meaning, Status
from track_service.core.tracking import (
    Event,
    Money,
    MoneyKind,
    Place,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer, Http

URL = "https://services.giaohangtietkiem.vn"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# Told when the money is settled, which says nothing of when the parcel arrived.
_MONEY = {"6": MoneyKind.COD_REMITTED, "11": MoneyKind.RETURN_SETTLED}
# The parcel is still meant to arrive: its `deliver_date` is a promise, not a fact.
_UNDER_WAY = {
    *("1", "2", "12", "7", "127", "8", "128", "123", "3", "4", "49", "10", "410"),
}

# Some of these numbers (123, 127, 128) are statuses too: another list.
CAUSES: Mapping[str, str] = {
    # pick-up put off
    "100": "retailer_not_ready",
    "101": "retailer_not_ready",
    "102": "retailer_not_ready",
    "103": "retailer_incorrect_data",
    "104": "retailer_not_ready",
    "105": "carrier_capacity_exceeded",
    "106": "weather_delay",
    "107": "unknown",
    # pick-up failed
    "111": "retailer_incorrect_parcel",
    "112": "retailer_cancelled",
    "113": "retailer_not_ready",
    "114": "unknown",
    "115": "retailer_cancelled",
    # delivery put off
    "120": "carrier_capacity_exceeded",
    "121": "consignee_not_available",
    "122": "consignee_not_available",
    "123": "consignee_not_available",
    "124": "consignee_incorrect_address",
    "125": "consignee_incorrect_address",
    "126": "weather_delay",
    "127": "unknown",
    "128": "retailer_not_ready",
    "129": "parcel_being_researched",
    "1200": "retailer_incorrect_data",
    # delivery failed
    "130": "consignee_refused",
    "131": "consignee_not_available",
    "132": "consignee_not_available",
    "133": "retailer_cancelled",
    "134": "unknown",
    "135": "retailer_cancelled",
    # return put off
    "140": "retailer_not_ready",
    "141": "retailer_not_ready",
    "142": "retailer_not_ready",
    "143": "retailer_not_ready",
    "144": "unknown",
}
_MAY_HAVE_CAUSE = {
    Status.INFO_RECEIVED,
    Status.ATTEMPT_FAILED,
    Status.EXCEPTION,
    Status.RETURNING,
    Status.CANCELLED,
}

# By error code, else by words: most failures come with HTTP 200.
_TROUBLES = (
    (re.compile(r"^(401|201\d\d)\b|token|unauthori|xác thực", re.I), Trouble.AUTH),
    (re.compile(r"^429\b|too many|quá nhiều", re.I), Trouble.THROTTLED),
    (
        re.compile(
            r"^(404|50109)\b|không tồn tại|không tìm thấy|not (found|exist)", re.I
        ),
        Trouble.NOT_FOUND,
    ),
    (re.compile(r"^(5\d\d|10101|10103)\b", re.I), Trouble.SERVER_ERROR),
    (re.compile(r"^(422|30\d\d\d)\b", re.I), Trouble.INVALID_NUMBER),
)


class Ghtk(Carrier):
    """One order a call; the webhook's secret is a `hash` in the address we gave GHTK."""

    code = "ghtk"
    label = "Giao Hàng Tiết Kiệm"
    proof = (Proof.OFFICIAL,)
    auth = Auth.KEY
    eta = True
    countries = ("VN",)
    settings: ClassVar[tuple[str, ...]] = ("token",)
    optional: ClassVar[tuple[str, ...]] = ("client_source", "push_hash")
    push = True
    page_url = "https://i.ghtk.vn/{number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client, the account's token and the partner's name."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/services/shipment/v2/"
        self._headers = {"Token": settings["token"]}
        if source := settings.get("client_source"):
            self._headers["X-Client-Source"] = source

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one order's current state."""
        return self._http.get(
            self._url + quote(wanted[0].number, safe=""), headers=self._headers
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a status answer, or the answer to an order's creation."""
        body = error_body(answer)
        problem = http_problem(answer, body.get("message"))
        if problem is not None:
            return [Tracking(None, problem=problem, complete=False)]
        if not isinstance(body.get("success"), bool):
            raise BadAnswer("no `success`")
        if body["success"]:
            return [_order(body["order"])]
        known = body.get("error")
        if isinstance(known, dict) and text(known.get("ghtk_label")):
            return [_stated(text(known["ghtk_label"]), known.get("status"))]
        return [_failure(body, answer)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change, sent as JSON or as a form."""
        body = _push_body(push)
        number, code = text(body["label_id"]), text(body["status_id"])
        if number is None or code is None:
            raise BadAnswer("no `label_id` or no `status_id`")
        event = Event(
            _moment(body.get("action_time")),
            _with_cause(STATUSES.read(code), text(body.get("reason_code"))),
            code,
            text(body.get("reason")),
            _place(body),
        )
        arrived = event.meaning.status is Status.DELIVERED and code not in _MONEY
        delivered = event.stamp if arrived else None
        return [
            Tracking(
                number,
                (event,),
                delivered_at=delivered,
                complete=False,
                money=_money(event, body),
                detail=_detail(body),
            )
        ]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the address's `hash` against the account's, where it has one."""
        hash_ = settings.get("push_hash")
        if not hash_:
            return Trust.URL_ONLY
        given = push.query.get("hash", "")
        same = compare_digest(_bytes(given), _bytes(hash_))
        return Trust.URL_ONLY if same else Trust.REFUSED


CARRIER: type[Carrier] = Ghtk


def _bytes(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")


def _failure(body: Mapping[str, Any], answer: Answer) -> Tracking:
    code = body.get("error_code") or body.get("code")
    told = [code, body.get("message"), body.get("log_id")]
    said = " ".join(filter(None, map(text, told))) or f"HTTP {answer.status}"
    for words, trouble in _TROUBLES:
        if words.search(said):
            return failed(trouble, said)
    if answer.status == 404:
        return failed(Trouble.NOT_FOUND, said)
    return failed(Trouble.INPUT_NEEDED, said)


def _stated(number: str | None, code: object) -> Tracking:
    return Tracking(number, stated=STATUSES.read(text(code)), complete=False)


def _order(order: Mapping[str, Any]) -> Tracking:
    number = text(order.get("label_id")) or text(order.get("label"))
    if number is None:
        raise BadAnswer("no `label_id`")
    code = text(order.get("status")) or text(order.get("status_id"))
    promised = _day(order.get("deliver_date"))
    expected = promised or _day(order.get("estimated_deliver_time"))
    result = replace(
        _stated(number, code),
        window=Window(expected, expected) if expected and code in _UNDER_WAY else None,
    )
    modified = _moment(order.get("modified"))
    if modified is None or code is None:
        return result
    event = Event(modified, result.stated, code, text(order.get("status_text")))
    return replace(
        result,
        events=(event,),
        delivered_at=_delivered_at(event, promised),
        money=_money(event, order),
    )


def _detail(told: Mapping[str, Any]) -> Detail:
    return Detail(proof_url=next(iter(links(part(told, "pod", "proof_url"))), None))


def _money(event: Event, told: Mapping[str, Any]) -> tuple[Money, ...]:
    """Return what a settling tells: of the COD how much, of a return that it is done."""
    kind = _MONEY.get(event.code or "")
    if kind is None:
        return ()
    remitted = kind is MoneyKind.COD_REMITTED
    cod = amount(told.get("pick_money")) if remitted else None
    return (Money(kind, event.stamp, cod, "VND" if cod is not None else None),)


def _delivered_at(event: Event, day: Stamp | None) -> Stamp | None:
    """Return when it arrived: the state's own time, where it is that day's."""
    if event.meaning.status is not Status.DELIVERED:
        return None
    if event.code in _MONEY or event.stamp is None:
        return day
    if day is not None and day.local.date() != event.stamp.local.date():
        return day
    return event.stamp


def _push_body(push: Answer) -> Mapping[str, Any]:
    if is_json(push):
        body = json_body(push)
        if not isinstance(body, dict):
            raise BadAnswer("no object")
        return body
    form = dict(parse_qsl(push.body.decode(errors="replace"), keep_blank_values=True))
    if "label_id" not in form:
        raise BadAnswer(f"neither JSON nor a form of ours: {push.body[:60]!r}")
    return form


def _moment(value: object) -> Stamp | None:
    stated = text(value)
    # A form whose "+" was not escaped reads "…T12:18:39 07:00".
    stated = stated and re.sub(r"(T\S+) (\d\d:?\d\d)$", r"\1+\2", stated)
    return stated_time(stated, VIETNAM)


def _day(value: object) -> Stamp | None:
    """Return the day in a text as `2026-09-06` or `Chiều 2026-09-06`, if there is one."""
    found = re.search(r"\b\d{4}-\d\d-\d\d\b", text(value) or "")
    return stated_time(found[0]) if found else None


def _with_cause(meaning: Meaning, reason: str | None) -> Meaning:
    cause = CAUSES.get(reason or "")
    if cause is None or meaning.status not in _MAY_HAVE_CAUSE:
        return meaning
    return replace(meaning, cause=cause)


def _place(body: Mapping[str, Any]) -> Place:
    """Return the station's province and country; a form writes `cur_station[…]`."""
    station = body.get("cur_station")
    if not isinstance(station, dict):
        station = {
            key[12:-1]: value
            for key, value in body.items()
            if key.startswith("cur_station[") and key.endswith("]")
        }
    country = text(station.get("address_l0"))
    return Place(
        city=text(station.get("address_l1")),
        country=country if country and re.fullmatch("[A-Z]{2}", country) else None,
    )
