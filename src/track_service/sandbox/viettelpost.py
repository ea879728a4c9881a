"""Viettel Post as it pushes: numeric states, dd/MM/yyyy local times, no history."""

from typing import Any

from werkzeug.wrappers import Request

from track_service.sandbox.dice import marker
from track_service.sandbox.parcels import Did, Parcel, Step, words_of
from track_service.sandbox.wire import Desk, Reply

_STATES: dict[tuple[Did, str], tuple[int, str]] = {
    (Did.LABEL, ""): (103, "Giao cho Bưu cục"),
    (Did.CANCELLED, ""): (107, "Đối tác yêu cầu hủy qua API"),
    (Did.PICKED_UP, ""): (105, "Bưu tá đã nhận hàng"),
    (Did.ARRIVED, "origin"): (200, "Nhận từ bưu tá - Bưu cục gốc"),
    (Did.ARRIVED, ""): (400, "Khai thác đến"),
    (Did.DEPARTED, ""): (300, "Khai thác đi"),
    (Did.DELAYED, ""): (509, "Chuyển tiếp bưu cục khác"),
    (Did.AT_DEPOT, ""): (400, "Khai thác đến"),
    (Did.OUT_FOR_DELIVERY, ""): (500, "Giao bưu tá đi phát"),
    (Did.ATTEMPT_FAILED, ""): (506, "Phát thất bại"),
    (Did.ATTEMPT_FAILED, "last"): (505, "Phát thất bại - Yêu cầu chuyển hoàn"),
    (Did.ATTEMPT_FAILED, "refused"): (505, "Phát thất bại - Yêu cầu chuyển hoàn"),
    (Did.HELD, ""): (507, "Khách hàng đến bưu cục nhận"),
    (Did.RETURNING, ""): (515, "Bưu cục phát duyệt hoàn"),
    (Did.RETURNING, "moving"): (502, "Chuyển hoàn bưu cục gốc"),
    (Did.RETURNED, ""): (504, "Hoàn thành công - Chuyển trả người gửi"),
    (Did.DELIVERED, ""): (501, "Phát thành công"),
    (Did.COLLECTED, ""): (501, "Phát thành công"),
    (Did.NOVEL, ""): (997, "Đang mơ"),
}
_BACK = {502, 504, 505, 515}


class ViettelPost:
    """Nothing to ask for: what Viettel Post knows comes by push alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request, path: str) -> Reply:
        del path
        token = request.headers.get("Token")
        message = "Order does not exist" if token else "Header Token is required"
        return _error(200, message)

    def failure(self, status: int) -> Reply:
        return _error(status, "System error")


def push(parcel: Parcel, step: Step, token: str) -> dict[str, Any]:
    """Return the webhook body of a step; `token` is the agreed secret."""
    state, name = words_of(_STATES, step)
    note = {"weather": "Ảnh hưởng thời tiết", "sorting": "Nhầm tuyến"}.get(
        step.detail, ""
    )
    place = f"Bưu cục {step.hub.city} - {step.hub.region}"
    data = {
        "ORDER_NUMBER": parcel.number,
        "ORDER_REFERENCE": "DH" + marker(parcel.number, length=6).upper(),
        "ORDER_STATUSDATE": f"{step.local:%d/%m/%Y %H:%M:%S}",
        "ORDER_STATUS": state,
        "STATUS_NAME": name,
        "LOCALION_CURRENTLY": place,
        "LOCATION_CURRENTLY": place,
        "NOTE": note,
        "MONEY_COLLECTION": parcel.cod,
        "MONEY_TOTAL": 31900,
        "EXPECTED_DELIVERY": "Khoảng 2 ngày làm việc",
        "EXPECTED_DELIVERY_DATE": f"{parcel.promised_on:%d/%m/%Y} 00:00:00",
        "PRODUCT_WEIGHT": 1200,
        "ORDER_SERVICE": "VHT",
        "IS_RETURNING": state in _BACK,
        "REASON_CODE": None,
        "RECEIVER_FULLNAME": "Trần Thị C",
    }
    return {"DATA": data, "TOKEN": token}


def _error(status: int, message: str) -> Reply:
    document = {"status": status, "error": True, "message": message, "data": None}
    return Reply(status, document)
