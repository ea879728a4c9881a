"""GHN (Giao Hàng Nhanh) as it answers and pushes: status words, UTC with Z."""

from datetime import UTC
from typing import Any

from werkzeug.wrappers import Request

from track_service.sandbox.dice import dice, marker
from track_service.sandbox.parcels import Did, Parcel, Step
from track_service.sandbox.wire import Desk, Reply, View, json_of

_DETAIL = "/shiip/public-api/v2/shipping-order/detail"
_MESSAGES = {
    429: "Too many request. This request is processing",
    500: "Internal Server Error",
}
_WORDS = {
    Did.LABEL: "ready_to_pick",
    Did.CANCELLED: "cancel",
    Did.PICKED_UP: "picked",
    Did.ARRIVED: "storing",
    Did.DEPARTED: "transporting",
    Did.DELAYED: "sorting",
    Did.AT_DEPOT: "storing",
    Did.OUT_FOR_DELIVERY: "delivering",
    Did.ATTEMPT_FAILED: "delivery_fail",
    Did.DAMAGED: "damage",
    Did.LOST: "lost",
    Did.RETURNING: "return",
    Did.RETURNED: "returned",
    Did.DELIVERED: "delivered",
    Did.NOVEL: "mo_thay",
}
_REASONS = {
    "": ("GHN-DFC1A0", "Người nhận không nghe máy"),
    "refused": ("GHN-DFC1A1", "Người nhận từ chối nhận hàng"),
    "no_access": ("GHN-DFC1A7", "Không vào được địa chỉ giao"),
}


class Ghn:
    """`POST …/v2/shipping-order/detail` with the header Token."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request, path: str) -> Reply:
        if request.method != "POST" or path != _DETAIL:
            return _error(404, "Not Found")
        if request.headers.get("Token") != self._desk.credentials["token"]:
            return _error(400, "code=401, message=Token is not valid!")
        number = json_of(request).get("order_code")
        if not isinstance(number, str) or not number:
            return _error(400, "order_code is required", "USER_ERR_COMMON")
        view = self._desk.look(number)
        if view is None:
            return _error(400, "Đơn hàng không tồn tại", "USER_ERR_COMMON")
        return Reply(200, {"code": 200, "message": "Success", "data": _detail(view)})

    def failure(self, status: int) -> Reply:
        # A throttled GHN says 400; its HTTP status is 400 as well.
        said = 400 if status == 429 else status
        return _error(said, _MESSAGES[status])


def push(parcel: Parcel, step: Step) -> list[dict[str, Any]]:
    """Return the webhook bodies that a step causes; weighing tells no status."""
    code, reason = "", ""
    if step.did is Did.ATTEMPT_FAILED:
        code, reason = _REASONS.get(step.detail, _REASONS[""])
    body = {
        "CODAmount": parcel.cod,
        "CODTransferDate": None,
        "ClientOrderCode": "",
        "ConvertedWeight": 200,
        "Description": "",
        "Fee": {"MainService": 27000, "CODFee": 0, "Return": 0},
        "Height": 10,
        "IsPartialReturn": False,
        "Length": 10,
        "OrderCode": parcel.number,
        "PartialReturnCode": "",
        "PaymentType": 1,
        "Reason": reason,
        "ReasonCode": code,
        "ShopID": 100001,
        "Status": _status(step),
        "Time": _stamp(step),
        "TotalFee": 27000,
        "Type": "create" if step.did is Did.LABEL else "switch_status",
        "Warehouse": f"Bưu cục {step.hub.city}",
        "Weight": 1000,
        "Width": 10,
    }
    if step.did is Did.PICKED_UP and dice(parcel.number, "weighed").random() < 0.5:
        return [body, body | {"Type": "update_weight", "ConvertedWeight": 350}]
    return [body]


def _status(step: Step) -> str:
    if step.did is Did.RETURNING and step.detail == "moving":
        return "return_transporting"
    if step.did is Did.ATTEMPT_FAILED and step.detail == "last":
        return "waiting_to_return"
    return _WORDS[step.did]


def _error(code: int, message: str, code_message: str = "") -> Reply:
    document: dict[str, Any] = {"code": code, "message": message, "data": None}
    if code_message:
        document["code_message"] = code_message
    return Reply(code, document)


def _stamp(step: Step) -> str:
    # The fraction has as many digits as it happens to need.
    digits = dice(step.at.isoformat(), "fraction").randint(0, 999)
    fraction = f".{digits:03}".rstrip("0").rstrip(".")
    return f"{step.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _detail(view: View) -> dict[str, Any]:
    parcel = view.parcel
    first, latest = parcel.steps[0], view.latest
    done = view.find(Did.DELIVERED, Did.RETURNED)
    day = view.expected_on or parcel.promised_on
    leadtime = f"{day}T16:59:59Z"  # the end of that day in Vietnam
    data: dict[str, Any] = {
        "_id": marker(parcel.number, length=24),
        "order_code": parcel.number,
        "client_order_code": "",
        "shop_id": 100001,
        "to_address": f"{parcel.destination.city}, {parcel.destination.region}",
        "from_address": f"{parcel.origin.city}, {parcel.origin.region}",
        "weight": 1000,
        "cod_amount": parcel.cod,
        "is_cod_collected": done is not None and done.did is Did.DELIVERED,
        "status": _status(latest),
        "leadtime": leadtime,
        "leadtime_order": {
            "from_estimate_date": leadtime,
            "to_estimate_date": leadtime,
        },
        "created_date": _stamp(first),
        "order_date": _stamp(first),
        "updated_date": _stamp(latest),
        "finish_date": _stamp(done) if done else None,
        "payment_type_id": 2,
        "required_note": "KHONGCHOXEMHANG",
    }
    told = [step for step in view.steps if step.did is not Did.LABEL]
    if told:  # an order that nobody has touched yet has no log at all
        data["log"] = [
            {
                "status": _status(step),
                "payment_type_id": 2,
                "updated_date": _stamp(step),
            }
            for step in told
        ]
    return data
