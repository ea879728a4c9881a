"""GHTK (Giao Hàng Tiết Kiệm) as it answers and pushes: the present state alone."""

from typing import Any

from werkzeug.wrappers import Request

from track_service.sandbox.dice import marker
from track_service.sandbox.parcels import Did, Parcel, Step, words_of
from track_service.sandbox.wire import Desk, Reply, View, offset_of

_PATH = "/services/shipment/v2/"
_IN_STORE = (3, "Đã lấy hàng/Đã nhập kho")
_STATES: dict[tuple[Did, str], tuple[int, str]] = {
    (Did.LABEL, ""): (2, "Đã tiếp nhận"),
    (Did.CANCELLED, ""): (-1, "Hủy đơn hàng"),
    (Did.PICKED_UP, ""): _IN_STORE,
    (Did.ARRIVED, ""): _IN_STORE,
    (Did.DEPARTED, ""): _IN_STORE,
    (Did.DELAYED, ""): _IN_STORE,
    (Did.AT_DEPOT, ""): _IN_STORE,
    (Did.OUT_FOR_DELIVERY, ""): (4, "Đã điều phối giao hàng/Đang giao hàng"),
    (Did.ATTEMPT_FAILED, ""): (10, "Delay giao hàng"),
    (Did.ATTEMPT_FAILED, "last"): (9, "Không giao được hàng"),
    (Did.ATTEMPT_FAILED, "refused"): (9, "Không giao được hàng"),
    (Did.DAMAGED, ""): (13, "Đơn hàng bồi hoàn"),
    (Did.LOST, ""): (13, "Đơn hàng bồi hoàn"),
    (Did.RETURNING, ""): (20, "Đang trả hàng"),
    (Did.RETURNED, ""): (21, "Đã trả hàng"),
    (Did.DELIVERED, ""): (5, "Đã giao hàng/Chưa đối soát"),
    (Did.NOVEL, ""): (997, "Đang mơ"),
}
_REASONS = {
    "": ("122", "Không liên lạc được khách hàng"),
    "second": ("123", "KH hẹn ngày giao khác"),
    "no_access": ("125", "Địa chỉ người nhận không chính xác"),
    "last": ("131", "Không liên lạc được KH 3 lần"),
    "refused": ("130", "KH không đồng ý nhận sản phẩm"),
}


class Ghtk:
    """`GET /services/shipment/v2/{label}` with the header Token."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request, path: str) -> Reply:
        if request.method != "GET" or not path.startswith(_PATH):
            return _error(404, "10104", "Đường dẫn không tồn tại")
        if request.headers.get("Token") != self._desk.credentials["token"]:
            return _error(401, "20101", "Token không hợp lệ")
        view = self._desk.look(path.removeprefix(_PATH))
        if view is None:
            return _error(400, "50109", "Không tìm thấy đơn hàng")
        return Reply(200, {"success": True, "message": "", "order": _order(view)})

    def failure(self, status: int) -> Reply:
        return _error(status, "10101", "Hệ thống đang bận")


def push(parcel: Parcel, step: Step) -> dict[str, Any]:
    """Return the webhook fields of a step; the secret goes into the address."""
    state, _ = words_of(_STATES, step)
    failed = step.did is Did.ATTEMPT_FAILED
    code, reason = _REASONS[step.detail] if failed else ("", "")
    return {
        "partner_id": _partner(parcel),
        "label_id": parcel.number,
        "status_id": state,
        "action_time": f"{step.local:%Y-%m-%dT%H:%M:%S}{offset_of(step)}",
        "reason_code": code,
        "reason": reason,
        "weight": 1.2,
        "fee": 30400,
        "pick_money": parcel.cod,
        "return_part_package": 0,
    }


def _error(status: int, code: str, message: str) -> Reply:
    document = {
        "success": False,
        "message": message,
        "error_code": code,
        "log_id": marker(code, message, length=12),
    }
    return Reply(status, document)


def _partner(parcel: Parcel) -> str:
    return "DO-" + marker(parcel.number, length=8).upper()


def _order(view: View) -> dict[str, Any]:
    parcel, latest = view.parcel, view.latest
    state, text = words_of(_STATES, latest)
    done = view.find(Did.DELIVERED)
    # Until delivery this is the promised day, then the actual one.
    day = done.local.date() if done else view.expected_on or parcel.promised_on
    stamp = "%Y-%m-%d %H:%M:%S"
    stated: int | str = state
    if coin(parcel):  # it comes as a number or as text, one never knows
        stated = str(state)
    return {
        "label_id": parcel.number,
        "partner_id": _partner(parcel),
        "status": stated,
        "status_text": text,
        "created": f"{parcel.steps[0].local:{stamp}}",
        "modified": f"{latest.local:{stamp}}",
        "message": "",
        "pick_date": f"{parcel.shipped_on}",
        "deliver_date": f"{day}",
        "customer_fullname": "Nguyễn Thị Mẫu",
        "customer_tel": "0900000003",
        "address": f"{parcel.destination.city}, {parcel.destination.region}",
        "storage_day": "0",
        "ship_money": "30400",
        "insurance": "0",
        "value": str(parcel.cod),
        "weight": 1.2,
        "pick_money": parcel.cod,
        "is_freeship": "1",
    }


def coin(parcel: Parcel) -> bool:
    """Toss a coin that always falls the same way for a parcel."""
    return int(marker(parcel.number, length=2), 16) % 2 == 0
