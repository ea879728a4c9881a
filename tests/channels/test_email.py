import pytest
from tests.channels.mail import Mailroom, certificate, serving

from track_service.channels.base import DeliveryError, Outlets
from track_service.channels.email import Email
from track_service.config import Smtp
from track_service.http import Guarded

SHOP = "Shop <hello@shop.example>"
USERS = {b"shop": b"pass"}
KNOWN = {"username": "shop", "password": "pass"}


def plain(port, **options):
    return Email("127.0.0.1", port, tls="none", default_from=SHOP, **options)


def test_the_letter_arrives_with_all_its_parts(message):
    room = Mailroom()
    note = message(
        html="<p>It comes on <b>Monday</b>.</p>", reply_to="ask@shop.example"
    )
    with serving(room) as port:
        sent = plain(port).send(note)

    letter = room.read()
    assert {name: letter[name] for name in ("From", "To", "Reply-To", "Subject")} == {
        "From": SHOP,
        "To": "Ann Lee <ann@shopper.example>",
        "Reply-To": "ask@shop.example",
        "Subject": "Your parcel is late",
    }
    assert letter["Date"] == "Mon, 02 Mar 2026 09:30:00 +0000"
    assert letter["Message-ID"] == sent
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "en"
    assert letter.get_body(["plain"]).get_content() == "It comes on Monday.\r\n"
    assert "<b>Monday</b>" in letter.get_body(["html"]).get_content()
    assert room.envelopes[0].rcpt_tos == ["ann@shopper.example"]


def test_a_long_subject_arrives_with_every_blank(message):
    room, subject = Mailroom(), "Chưa giao được đơn hàng 1023 của bạn · Nhà Xinh"
    with serving(room) as port:
        plain(port).send(message(subject=subject))

    assert room.read()["Subject"] == subject


def test_a_repeat_has_the_same_id_and_another_notice_has_not(message):
    room = Mailroom()
    with serving(room) as port, plain(port).session() as send:
        ids = [send(message(key=key)) for key in ("a", "a", "b")]

    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@shop.example>")


def test_a_brand_sends_in_its_own_name_and_script(message):
    room = Mailroom()
    note = message(
        sender='"Tiệm \\"Sách\\", Huế" <chao@bücher.example>',
        to="Lê <le@Faß.example>",
        subject="Đơn hàng đến trễ",
        text="Thứ hai.",
        language="vi",
    )
    with serving(room, enable_SMTPUTF8=False) as port:
        plain(port).send(note)

    box = room.read()["From"].addresses[0]
    assert box.display_name == 'Tiệm "Sách", Huế'
    assert box.addr_spec == "chao@xn--bcher-kva.example"
    assert room.envelopes[0].rcpt_tos == ["le@xn--fa-hia.example"]
    assert room.read()["Subject"] == "Đơn hàng đến trễ"
    assert room.read().get_content() == "Thứ hai.\r\n"
    assert room.letters[0].isascii()


def test_a_non_ascii_address_is_used_where_the_server_takes_it(message):
    room = Mailroom()
    with serving(room, enable_SMTPUTF8=True) as port:
        plain(port).send(message(to="用户@shopper.example"))

    assert room.envelopes[0].rcpt_tos == ["用户@shopper.example"]
    assert "SMTPUTF8" in room.envelopes[0].mail_options


def test_a_non_ascii_address_is_given_up_where_the_server_takes_none(message):
    room = Mailroom()
    with (
        serving(room, enable_SMTPUTF8=False) as port,
        pytest.raises(DeliveryError, match="non-ASCII") as caught,
    ):
        plain(port).send(message(to="用户@shopper.example"))

    assert caught.value.permanent
    assert room.letters == []


@pytest.mark.parametrize("field", ["to", "sender", "reply_to", "subject", "language"])
@pytest.mark.parametrize("stop", ["\r\n", "\n", "\x00", "\u2028"])
def test_no_header_can_be_smuggled_in(message, field, stop):
    room = Mailroom()
    with (
        serving(room) as port,
        pytest.raises(DeliveryError, match="control characters") as caught,
    ):
        plain(port).send(message(**{field: f"a@b.example{stop}Bcc: all@b.example"}))

    assert caught.value.permanent
    assert room.letters == []


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@", "a@b c.example", "a@b@c.example", "A <a@b", "a@b, c@d"]
)
def test_what_is_no_address_is_refused_for_good(message, to):
    with pytest.raises(DeliveryError, match="recipient is no address") as caught:
        plain(1).send(message(to=to))

    assert caught.value.permanent


@pytest.mark.parametrize(
    ("answers", "said", "permanent"),
    [
        ({"RCPT": "550 5.1.1 <ann@shopper.example> unknown"}, "recipient.*5.1.1", True),
        ({"RCPT": "450 4.2.0 greylisted"}, "recipient.*450 4.2.0", False),
        ({"DATA": "554 5.7.1 looks like spam"}, "letter.*554 5.7.1", True),
        ({"DATA": "451 try again"}, r"letter.*\(451\)", False),
        ({"MAIL": "553 not yours"}, "answered 553", False),
        ({"MAIL": "421 busy"}, "answered 421", False),
    ],
)
def test_a_refusal_says_whether_another_try_can_help(message, answers, said, permanent):
    with (
        serving(Mailroom(**answers)) as port,
        pytest.raises(DeliveryError, match=said) as caught,
    ):
        plain(port).send(message())

    assert caught.value.permanent is permanent
    assert "ann@" not in str(caught.value)


def test_a_batch_goes_over_one_connection_past_a_refused_recipient(message):
    room = Mailroom(RCPT="550 unknown")
    with serving(room) as port, plain(port).session() as send:
        with pytest.raises(DeliveryError):
            send(message())
        del room.answers["RCPT"]
        send(message())
        send(message())

    assert (room.greetings, len(room.letters)) == (1, 2)


@pytest.mark.parametrize("reply", ["421 enough for one connection", "hang up"])
def test_a_connection_that_the_server_ended_is_opened_anew(message, reply):
    room = Mailroom(NOOP=reply)
    with serving(room) as port, plain(port).session() as send:
        send(message())
        send(message())

    assert (room.greetings, len(room.letters)) == (2, 2)


def test_an_empty_batch_connects_to_nobody():
    room = Mailroom()
    with serving(room) as port, plain(port).session():
        pass

    assert room.greetings == 0


def test_a_mail_server_that_is_down_is_tried_again(message):
    with serving(Mailroom()) as port:
        pass

    with pytest.raises(DeliveryError, match="ConnectionRefusedError") as caught:
        plain(port).send(message())

    assert not caught.value.permanent


def test_without_starttls_nothing_goes_out(message):
    room = Mailroom()
    with (
        serving(room) as port,
        pytest.raises(DeliveryError, match="STARTTLS") as caught,
    ):
        Email("127.0.0.1", port, default_from=SHOP).send(message())

    assert not caught.value.permanent
    assert room.letters == []


def test_starttls_and_a_log_in_with_a_trusted_certificate(message, tmp_path):
    server, client = certificate(tmp_path)
    room = Mailroom()
    with serving(room, users=USERS, tls_context=server) as port:
        email = Email("127.0.0.1", port, **KNOWN, default_from=SHOP, context=client)
        email.check()
        email.send(message())

    assert room.read()["To"] == "Ann Lee <ann@shopper.example>"


def test_the_check_says_that_the_log_in_fails(tmp_path):
    server, client = certificate(tmp_path)
    wrong = {"username": "shop", "default_from": SHOP, "context": client}
    with (
        serving(Mailroom(), users=USERS, tls_context=server) as port,
        pytest.raises(DeliveryError, match=r"refused the log-in \(535\)") as caught,
    ):
        Email("127.0.0.1", port, **wrong).check()

    assert not caught.value.permanent


@pytest.mark.parametrize("tls", ["starttls", "ssl"])
def test_a_certificate_that_nobody_vouches_for_is_refused(message, tmp_path, tls):
    server, _ = certificate(tmp_path)
    room = Mailroom()
    options = {"ssl_context" if tls == "ssl" else "tls_context": server}
    with (
        serving(room, **options) as port,
        pytest.raises(DeliveryError, match="not trusted") as caught,
    ):
        Email("127.0.0.1", port, tls=tls, default_from=SHOP).send(message())

    assert not caught.value.permanent
    assert room.letters == []


def test_tls_from_the_first_byte(message, tmp_path):
    server, client = certificate(tmp_path)
    room = Mailroom()
    with serving(room, ssl_context=server) as port:
        Email("127.0.0.1", port, tls="ssl", default_from=SHOP, context=client).send(
            message()
        )

    assert len(room.letters) == 1


def test_the_check_says_that_the_sender_is_no_address():
    with pytest.raises(DeliveryError, match="sender is no address"):
        Email("127.0.0.1", 1, default_from="Shop").check()


def test_a_mistyped_tls_mode_does_not_mean_none():
    with pytest.raises(ValueError, match="not 'startls'"):
        Email("127.0.0.1", 1, tls="startls", default_from=SHOP)


def test_the_settings_open_the_channel():
    room = Mailroom()
    with serving(room) as port:
        outlets = Outlets(Guarded(), mail_server=Smtp("127.0.0.1", port, tls="none"))
        Email.open(outlets).check()

    assert room.greetings == 1
    assert Email.open(Outlets(Guarded())) is None
