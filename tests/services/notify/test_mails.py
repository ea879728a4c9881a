from tests import make

from track_service.core.parcel import Customer
from track_service.services.notify import send_owed
from track_service.services.second_factor import ask_link
from track_service.store import suppressions


def test_a_mail_speaks_its_shopper_s_language_in_the_brand_s_look(
    of, brand, change, damaged, mailroom
):
    brand = change(brand, theme={"primary": "#123456"})
    customer = Customer("Mai Ví Dụ", "mai@shopper.example", locale="vi-VN")
    parcel = damaged(brand, order=make.an_order(customer=customer))

    send_owed(of.post)

    mail = mailroom.read()
    plain, html = (mail.get_body((k,)).get_content() for k in ("plain", "html"))
    assert mail["Content-Language"] == "vi"
    assert mail["From"] == "Acme <shop@acme.example>"
    assert mail["To"] == "mai@shopper.example"
    assert mail["Reply-To"] == "help@acme.example"
    assert mail["Subject"] == "Kiện hàng của đơn 1001 gặp sự cố · Acme"
    assert "Mai Ví Dụ" in plain
    assert "#123456" in html
    assert 'lang="vi"' in html
    assert f"https://track.example/t/{parcel.token}" in html


def test_without_an_address_of_its_own_a_brand_uses_ours(
    of, brand, change, damaged, mailroom
):
    damaged(change(brand, mail_from=None, support_email=None))

    send_owed(of.post)

    mail = mailroom.read()
    assert mail["From"] == "tracking@localhost"
    assert mail["Reply-To"] is None
    assert mail["Content-Language"] == "en"


def test_an_address_that_a_link_s_mail_cannot_reach_is_written_to_no_more(
    of, brand, damaged, mailroom, states, hands
):
    parcel = make.a_parcel(of, brand)
    number = parcel.order.number
    mailroom.answers["RCPT"] = "550 5.1.1 no such user"
    ask = {"number": number, "client": "192.0.2.1"}
    ask_link(of.desk, brand, **ask, wall=hands.now())
    send_owed(of.post)
    mailroom.answers.clear()
    with of.database.read() as session:
        (one,) = suppressions.listed(session, brand.id)
    assert (one.channel, one.reason) == ("email", "hard_bounce")

    hands.forward(hours=1)
    ask_link(of.desk, brand, **ask, wall=hands.now())
    damaged(brand, "N2", order=make.an_order("1002"))
    send_owed(of.post)

    assert mailroom.letters == []
    assert [state for state, _ in states()] == ["dead", "withdrawn", "suppressed"]
