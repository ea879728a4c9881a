"""Viettel Post: the secret of its pushes, and nobody's phone number in our texts."""

import json

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.viettelpost import ViettelPost
from track_service.http import Answer

OURS = {"push_token": "bí mật"}


@pytest.mark.parametrize(
    ("headers", "body", "trust"),
    [
        pytest.param({"authorization": "bí mật"}, {}, Trust.SIGNED, id="header"),
        pytest.param({}, {"TOKEN": "bí mật"}, Trust.SIGNED, id="body"),
        pytest.param(
            {"authorization": "khác"}, {"TOKEN": "bí mật"}, Trust.SIGNED, id="either"
        ),
        pytest.param({"authorization": "khác"}, {"TOKEN": "khác"}, Trust.REFUSED),
        pytest.param({}, {}, Trust.REFUSED, id="none given"),
        pytest.param({}, ["TOKEN"], Trust.REFUSED, id="no object"),
    ],
)
def test_the_secret_may_stand_in_the_header_or_in_the_body(headers, body, trust):
    push = Push(json.dumps(body).encode(), headers)

    assert ViettelPost.verify(push, OURS) is trust


def test_without_a_secret_of_ours_a_push_proves_no_more_than_our_address():
    assert ViettelPost.verify(Push(b"{}"), {}) is Trust.URL_ONLY


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("Gọi 0911000777 trước", "Gọi … trước"),
        ("Gọi 84911000777", "Gọi …"),
        ("Gọi +84 911 000 777.", "Gọi …."),
        ("Gọi (+84) 911-000-777", "Gọi …"),
        ("Bưu tá (0911.000.777) đi phát", "Bưu tá (…) đi phát"),
        ("Máy bàn 024 3900 0777", "Máy bàn …"),
        ("PHẠM VĂN ẢO đi phát", "… đi phát"),
        ("Mã bưu cục 550999, kiện 12", "Mã bưu cục 550999, kiện 12"),
        ("0911000777", None),
    ],
)
def test_phone_numbers_and_the_employee_are_taken_out_of_texts(note, kept):
    data = {
        "ORDER_NUMBER": "VTQ1",
        "ORDER_STATUS": 500,
        "ORDER_STATUSDATE": "05/03/2026 08:30:00",
        "NOTE": note,
        "EMPLOYEE_NAME": "Phạm Văn Ảo",
    }

    seen = ViettelPost.parse_push(Answer(json.dumps({"DATA": data}).encode()))

    assert [e.description for e in seen[0].events] == [kept]
