from pathlib import Path

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


def test_every_setting_of_a_channel_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "channels.md").read_text()

    wanted = {
        name
        for channel in channels().values()
        for name in (*channel.settings, *channel.optional)
        if name not in {"base_url", "oauth_url"}  # for the sandbox
    }

    assert [name for name in sorted(wanted) if f"`{name}" not in page] == []
