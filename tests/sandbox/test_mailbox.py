import builtins
import smtplib
from email.message import EmailMessage

import pytest

from track_service.sandbox import Mailbox


@pytest.fixture
def mailbox():
    box = Mailbox(keep=2)
    yield box
    box.stop()


def mail(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "shop@example.com", "pat@example.com"
    message["Subject"] = subject
    message.set_content("Kiện hàng đang đến.\n")
    return message


def test_a_mail_sent_by_smtp_is_kept_and_read(mailbox):
    host, port = mailbox.start()

    with smtplib.SMTP(host, port, timeout=10) as smtp:
        smtp.send_message(mail("On its way"))

    (kept,) = mailbox.mails
    assert kept["Subject"] == "On its way"
    assert kept.get_content().strip() == "Kiện hàng đang đến."


def test_only_the_newest_mails_are_kept(mailbox):
    host, port = mailbox.start()

    with smtplib.SMTP(host, port, timeout=10) as smtp:
        for subject in ("one", "two", "three"):
            smtp.send_message(mail(subject))

    assert [kept["Subject"] for kept in mailbox.mails] == ["two", "three"]


def test_a_missing_library_is_named(mailbox, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("aiosmtpd"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(RuntimeError, match=r"track-service\[demo\]"):
        mailbox.start()
