from tests import make

from track_service.core.parcel import Customer
from track_service.services.notify import send_owed


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
