"""GHN (Giao Hàng Nhanh, Vietnam): https://api.ghn.vn/home/docs, order detail and webhook.

The detail holds the whole history; the webhook tells one change and is not signed.
Times are instants in UTC, read as the Vietnamese wall clock where the scan happened. Both give the same scan the same place (none), so that they agree on its key:
the hub that only the webhook names stands in the description. What became of the money
(COD, fee) is no step of the parcel: facts beside its scans.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
    amount,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import (
    Event,
    Money,
    MoneyKind,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer, Http

URL = "https://online-gateway.ghn.vn"
PATH = "/shiip/public-api/v2/shipping-order/detail"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))

# PFA and PCB: pick-up failed; DFC and DCD: delivery failed; RFE: return failed.
CAUSES: Mapping[str, str] = {
    "GHN-PFA1A0": "retailer_not_ready",
    "GHN-PFA1A1": "retailer_not_ready",
    "GHN-PFA2A1": "retailer_not_ready",
    "GHN-PFA2A2": "retailer_incorrect_data",
    "GHN-PFA2A3": "retailer_not_ready",
    "GHN-PFA3A2": "carrier_vehicle_issue",
    "GHN-PFA4A1": "retailer_packaging_issue",
    "GHN-PFA4A2": "retailer_incorrect_parcel",
    "GHN-PCB0B1": "retailer_cancelled",
    "GHN-PCB0B2": "retailer_incorrect_dimensions",
    "GHN-DFC1A0": "consignee_not_available",
    "GHN-DFC1A1": "consignee_incorrect_address",
    "GHN-DFC1A2": "consignee_not_available",
    "GHN-DFC1A4": "consignee_not_available",
    "GHN-DFC1A6": "carrier_vehicle_issue",
    "GHN-DFC1A7": "consignee_refused",
    "GHN-DCD0A1": "consignee_incorrect_address",
    "GHN-DCD0A5": "consignee_refused",
    "GHN-DCD0A6": "consignee_refused",
    "GHN-DCD0A7": "consignee_refused",
    "GHN-DCD0A8": "consignee_cancelled",
    "GHN-DCD1A1": "consignee_refused",
    "GHN-DCD1A3": "carrier_damaged_parcel",
    "GHN-DCD1A5": "consignee_refused",
    "GHN-RFE0A0": "retailer_not_ready",
    "GHN-RFE0A1": "retailer_incorrect_data",
    "GHN-RFE0A3": "retailer_incorrect_parcel",
    "GHN-RFE0A4": "carrier_damaged_parcel",
    "GHN-RFE0A5": "carrier_vehicle_issue",
    "GHN-RFE0A6": "retailer_not_ready",
}

# The webhook also tells changes of weight, COD and fee, with the status as it stands.
_STATUS_EVENTS = {"create", "switch_status"}
_CHANGES: Mapping[str, tuple[MoneyKind, str]] = {
    "update_cod": (MoneyKind.COD_CHANGED, "CODAmount"),
    "update_fee": (MoneyKind.FEE_CHANGED, "TotalFee"),
}
# GHN wraps nearly every failure in code 400: its words tell which one it is.
_TROUBLES = (
    (re.compile(r"too many request", re.I), Trouble.THROTTLED),
    (re.compile(r"phone_verify|phone verify", re.I), Trouble.INPUT_NEEDED),
    (re.compile(r"token|code=40[13]|ip_is_invalid", re.I), Trouble.AUTH),
    # Somebody else's order: this number's trouble, not the account's.
    (re.compile(r"not_owner|not owner", re.I), Trouble.NOT_FOUND),
    (
        re.compile(
            r"not[ _]?found|not exist|no documents|không tồn tại|không tìm", re.I
        ),
        Trouble.NOT_FOUND,
    ),
    (
        re.compile(
            r"(mã đơn|order[_ ]?code).*(không hợp lệ|invalid|not valid|required)", re.I
        ),
        Trouble.INVALID_NUMBER,
    ),
    (re.compile(r"server_err|code=5\d\d", re.I), Trouble.SERVER_ERROR),
)


class Ghn(Carrier):
    """One order a call; the order code is GHN's own."""

    code = "ghn"
    label = "Giao Hàng Nhanh"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.KEY
    eta = True
    countries = ("VN",)
    settings: ClassVar[tuple[str, ...]] = ("token",)
    push = True
    page_url = "https://donhang.ghn.vn/?order_code={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's token."""
        self._http = http
        self._url = settings.get("base_url", URL) + PATH
        self._token = settings["token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one order's detail."""
        return self._http.post(
            self._url,
            json={"order_code": wanted[0].number},
            headers={"Token": self._token},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a detail: `data` is one order, or a list when asked by the shop's code."""
        problem = http_problem(answer, error_body(answer).get("message"))
        if problem is not None:
            return [Tracking(None, problem=problem, complete=False)]
        body = json_body(answer)
        if text(body.get("code")) is None and text(body.get("code_message")) is None:
            raise BadAnswer("no `code`")
        if text(body.get("code")) != "200":
            return [_failure(body)]
        data = body["data"]
        if not data or data == [None]:
            return [failed(Trouble.NOT_FOUND, text(body.get("message")))]
        return [_order(order) for order in records(data)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change; one that is not of the status has no event."""
        body = json_body(push)
        number, code = text(body["OrderCode"]), text(body.get("Status"))
        if number is None:
            raise BadAnswer("no `OrderCode`")
        meaning = STATUSES.read(code)
        kind = (text(body.get("Type")) or "switch_status").lower()
        if kind not in _STATUS_EVENTS or code is None:
            return [
                Tracking(
                    number, stated=meaning, complete=False, money=_pushed_money(body)
                )
            ]
        event = Event(
            _moment(body.get("Time")),
            _with_cause(meaning, text(body.get("ReasonCode"))),
            code,
            _words(body),
        )
        delivered = event.stamp if meaning.status is Status.DELIVERED else None
        return [
            Tracking(
                number,
                (event,),
                delivered_at=delivered,
                complete=False,
                money=_pushed_money(body),
            )
        ]


CARRIER: type[Carrier] = Ghn


def _failure(body: Mapping[str, Any]) -> Tracking:
    told = map(body.get, ("code_message", "message", "code_message_value"))
    said = " ".join(dict.fromkeys(filter(None, map(text, told))))
    for words, trouble in _TROUBLES:
        if words.search(said):
            return failed(trouble, said)
    code = text(body.get("code")) or ""
    if code.isdecimal() and (problem := http_problem(Answer(b"", int(code)), said)):
        return Tracking(None, problem=problem, complete=False)
    return failed(Trouble.INPUT_NEEDED, said or f"code {body.get('code')}")


def _order(order: Mapping[str, Any]) -> Tracking:
    number = text(order["order_code"])
    if number is None:
        raise BadAnswer("no `order_code`")
    events = oldest_first([*_log(order)])
    now = current(events)
    return Tracking(
        number,
        events,
        stated=STATUSES.read(text(order.get("status"))),
        window=_window(order),
        delivered_at=_delivered_at(order, events)
        if now.status is Status.DELIVERED
        else None,
        complete=bool(events),
        money=tuple(_money(order)),
    )


def _money(order: Mapping[str, Any]) -> Iterator[Money]:
    """Yield what became of the money that the courier is to collect."""
    cod = amount(order.get("cod_amount"))
    for kind, flag, date in (
        (MoneyKind.COD_COLLECTED, "is_cod_collected", "cod_collect_date"),
        (MoneyKind.COD_REMITTED, "is_cod_transferred", "cod_transfer_date"),
    ):
        if cod is not None and order.get(flag) is True:
            yield Money(kind, _moment(order.get(date)), cod, "VND")


def _pushed_money(body: Mapping[str, Any]) -> tuple[Money, ...]:
    """Return what a push tells of money: a change, and when the COD was passed on."""
    facts = []
    change = _CHANGES.get((text(body.get("Type")) or "").lower())
    if change is not None:
        kind, field = change
        facts.append(
            Money(kind, _moment(body.get("Time")), amount(body.get(field)), "VND")
        )
    if (passed_on := _moment(body.get("CODTransferDate"))) is not None:
        cod = amount(body.get("CODAmount"))
        facts.append(Money(MoneyKind.COD_REMITTED, passed_on, cod, "VND"))
    return tuple(facts)


def _log(order: Mapping[str, Any]) -> Iterator[Event]:
    """Yield the log's scans; a status newer than the log is one more."""
    code = None
    for entry in records(order.get("log")):
        code = text(entry.get("status"))
        stamp = _moment(entry.get("updated_date"))
        yield Event(stamp, STATUSES.read(code), code)
    status = text(order.get("status"))
    if code is not None and status not in {code, None}:
        stamp = _moment(order.get("updated_date"))
        yield Event(stamp, STATUSES.read(status), status)


def _moment(value: object) -> Stamp | None:
    stamp = stated_time(value)
    if stamp is None or stamp.at is None:
        return stamp
    return Stamp.aware(stamp.at.astimezone(VIETNAM), stamp.precision)


def _delivered_at(order: Mapping[str, Any], events: Sequence[Event]) -> Stamp | None:
    told = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return told[-1] or _moment(order.get("finish_date"))


def _window(order: Mapping[str, Any]) -> Window | None:
    """Return the promised days: the span of `leadtime_order`, else the one day."""
    lead = order.get("leadtime_order") or {}
    lead = lead if isinstance(lead, dict) else {}
    promised = order.get("leadtime") or order.get("expected_delivery_time")
    first = _lead_day(lead.get("from_estimate_date") or promised)
    last = _lead_day(lead.get("to_estimate_date")) or first
    if first is None or last is None:
        return None
    return Window(min(first, last, key=_day_of), max(first, last, key=_day_of))


def _day_of(stamp: Stamp) -> Any:
    return stamp.local


def _lead_day(value: object) -> Stamp | None:
    """Return the local day that a lead time names.

    Live answers write the end of the local day as an instant (16:59:59Z); the document
    writes 23:59:59Z for it, where the date as it stands is the local one.
    """
    stamp = stated_time(value)
    if stamp is None or stamp.at is None or f"{stamp.local:%H:%M:%S}" == "23:59:59":
        return stamp and Stamp.day(stamp.local.date())
    return Stamp.day(stamp.at.astimezone(VIETNAM).date())


def _with_cause(meaning: Meaning, reason: str | None) -> Meaning:
    cause = CAUSES.get(reason or "")
    if cause is None or meaning.status is Status.DELIVERED:
        return meaning
    return replace(meaning, cause=cause)


def _words(body: Mapping[str, Any]) -> str | None:
    reason = text(body.get("Reason")) or text(body.get("Description"))
    return " · ".join(filter(None, [reason, text(body.get("Warehouse"))])) or None
