from track_service.channels import channels, open_channels
from track_service.channels.base import Outlets
from track_service.config import Smtp
from track_service.http import Guarded


def test_channels_are_found_by_being_there():
    assert [*channels()] == [*sorted(channels())]
    assert {"apprise", "email", "sms_esms", "zalo_zns", "webhook"} <= {*channels()}


def test_email_is_left_out_where_no_mail_server_is_set():
    opened = open_channels(Outlets(Guarded()))

    assert "email" not in opened
    assert {"apprise", "sms_twilio", "webhook"} <= {*opened}


def test_the_settings_of_the_mail_server_open_email():
    outlets = Outlets(Guarded(), mail_server=Smtp("127.0.0.1", 25))

    opened = open_channels(outlets)

    assert type(opened["email"]) is channels()["email"]


def test_a_message_shows_no_address_and_no_secret_when_printed(message):
    shown = repr(message(secret="whsec_c2VjcmV0", html="<p>Dear Ann</p>"))

    assert "notice-7" in shown
    assert not [word for word in ("ann@", "whsec_", "Dear", "Monday") if word in shown]
