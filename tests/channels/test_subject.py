from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from track_service.channels.base import Message
from track_service.channels.email.letter import compose


@pytest.mark.parametrize(
    "subject",
    [
        "Chưa giao được đơn hàng 1023 của bạn · Nhà Xinh",
        "Đơn hàng 1014 của bạn sẽ đến muộn hơn dự kiến, rất xin lỗi bạn · Nhà Xinh",
        "Your order 7 is late",
    ],
)
def test_a_long_subject_keeps_every_blank(subject):
    message = Message(
        to="a@shopper.example",
        subject=subject,
        text="…",
        sender="Nhà Xinh, đồ gia dụng và trang trí nội thất <a@shop.example>",
        key="k",
        sent_at=datetime(2026, 3, 2, tzinfo=UTC),
    )

    wire = compose(message, "x@shop.example").mail.as_bytes()

    arrived = message_from_bytes(wire, policy=policy.default)
    assert arrived["Subject"] == subject
    assert all(len(line) < 200 for line in wire.splitlines())
    assert (
        arrived["From"].addresses[0].display_name
        == "Nhà Xinh, đồ gia dụng và trang trí nội thất"
    )
