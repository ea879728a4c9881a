import copy

import pytest

from track_service.core import zns

LATE = {
    "template_id": "312345",
    "params": {
        "customer_name": {"type": "customer_name", "value": "customer", "else": "bạn"},
        "order_code": {"type": "code", "value": "order"},
        "eta": {"type": "label", "value": "arrival", "else": "đang cập nhật"},
    },
    "title": "Đơn hàng <order_code> đến muộn",
    "paragraphs": ["Chào <customer_name>, chúng tôi xin lỗi vì đơn hàng đến muộn."],
    "table": [["Mã đơn hàng", "<order_code>"], ["Dự kiến giao", "<eta>"]],
    "buttons": ["Theo dõi đơn hàng"],
}


def changed(**given):
    return {"late": {**copy.deepcopy(LATE), **given}}


def test_a_good_template_has_no_findings():
    assert zns.lint({"late": LATE}) == []


@pytest.mark.parametrize(
    ("document", "where", "what"),
    [
        ([], "", "object of templates"),
        ({"late": 7}, "late", "an object"),
        (changed(template_id="abc"), "late.template_id", "number"),
        (changed(layout="poster"), "late.layout", "custom, rating"),
        (changed(title="Muộn"), "late.title", "9 to 65"),
        (changed(title="x" * 66), "late.title", "9 to 65"),
        (changed(paragraphs=[]), "late.paragraphs", "1 to 4"),
        (changed(paragraphs=["Xin chào bạn."] * 5), "late.paragraphs", "1 to 4"),
        (changed(table=[["Mã đơn hàng", "<order_code>"]]), "late.table", "2 to 8"),
        (
            changed(table=[["Mã", "<order_code>"], ["Dự kiến", "<eta>"]]),
            "late.table.0",
            "3 to 35",
        ),
        (
            changed(table=[["Mã đơn", "<order_code> <eta>"], ["Dự kiến", "<eta>"]]),
            "late.table.0",
            "at most 1 param",
        ),
        (changed(buttons=["Xem"]), "late.buttons.0", "5 to 30"),
        (changed(buttons=["Xem đơn"] * 3), "late.buttons", "at most 2"),
        (
            changed(paragraphs=["Xem tại https://shop.example/don-hang nhé bạn"]),
            "late.paragraphs.0",
            "button",
        ),
        (
            changed(paragraphs=["Gọi 0901 234 567 để được hỗ trợ thêm"]),
            "late.paragraphs.0",
            "button",
        ),
        (
            changed(paragraphs=["Tặng bạn mã giảm giá cho đơn hàng sau"]),
            "late.paragraphs.0",
            "advertising",
        ),
        (
            changed(paragraphs=["Chào <name>, đơn hàng của bạn đến muộn."]),
            "late.params",
            "<name> is used",
        ),
    ],
)
def test_what_zalo_would_refuse_is_found(document, where, what):
    found = [one for one in zns.lint(document) if one.where == where]

    assert found, zns.lint(document)
    assert what in found[0].what


def test_ten_parameters_are_allowed_and_eleven_are_not():
    def many(count):
        params = {f"p_{n}": {"type": "code", "value": "order"} for n in range(count)}
        return {"late": {"template_id": "1", "params": params}}

    assert zns.lint(many(10)) == []
    assert zns.lint(many(11))[0].what == "has 11 parameters, 1 to 10 are allowed"


@pytest.mark.parametrize(
    ("name", "param"),
    [
        ("order-code", {"type": "code", "value": "order"}),
        ("order_code", {"type": "number", "value": "order"}),
        ("order_code", {"type": "code", "value": "email"}),
        ("order_code", {"type": "code", "value": "order", "else": "x" * 31}),
    ],
)
def test_a_wrong_parameter_is_found(name, param):
    found = zns.lint({"late": {"template_id": "1", "params": {name: param}}})

    assert [one.where for one in found] == [f"late.params.{name}"]


def test_a_template_is_filled_within_its_lengths():
    facts = {"customer": "Nguyễn Thị " * 5, "order": "DH-1001", "arrival": None}

    data = zns.fill(LATE, facts)

    assert data["order_code"] == "DH-1001"
    assert data["eta"] == "đang cập nhật"
    assert len(data["customer_name"]) <= 30
    assert data["customer_name"].endswith("…")


@pytest.mark.parametrize(
    ("order", "why"), [(None, "order is not known"), ("X" * 31, "more than 30")]
)
def test_half_a_code_is_never_told(order, why):
    with pytest.raises(zns.Unfillable, match=why):
        zns.fill(LATE, {"order": order})
