"""notice_rate: mails judged, rendered and sent a second, over bare SMTP of the same."""

import smtplib
from email.message import EmailMessage

from sqlalchemy import text

from bench.measure import Result, fill, fresh_app, make_overdue, rate
from track_service.app import Service
from track_service.config import Smtp
from track_service.sandbox import Mailbox
from track_service.services.judge import judge_due
from track_service.services.notify import send_owed

MAILS = 60


def run() -> list[Result]:
    mailbox = Mailbox()
    host, port = mailbox.start()
    try:
        with fresh_app(smtp=Smtp(host, port, tls="none")) as (_, of):
            fill(of, [("ups", f"1Z{place:016}") for place in range(MAILS)])
            _make_late(of)
            value = rate(lambda: _send_all(of))
            example = mailbox.mails[-1]
        limit = rate(lambda: _bare(host, port, example))
    finally:
        mailbox.stop()
    return [Result("notice_rate", value, "mails/s", limit, 3)]


def _make_late(of: Service) -> None:
    """Let every parcel's promise be over, its carrier asked since, and sending be on."""
    with of.database.write() as session:
        session.execute(text("UPDATE brand SET sending = true"))
        make_overdue(session)
        session.commit()
    while judge_due(of.desk):
        pass
    with of.database.write() as session:  # a mass of equal notices would be held
        session.execute(text("UPDATE notice SET released = true"))
        session.commit()


def _send_all(of: Service) -> int:
    with of.database.write() as session:
        session.execute(
            text(
                "UPDATE notice SET state = 'owed', attempts = 0, due_at = '2026-01-01'"
            )
        )
        session.commit()
    sent = 0
    while step := send_owed(of.post):
        sent += step
    if sent != MAILS:
        raise RuntimeError(f"{sent} of {MAILS} were sent")
    return sent


def _bare(host: str, port: int, example: EmailMessage) -> int:
    with smtplib.SMTP(host, port) as server:
        for _ in range(MAILS):
            server.send_message(example)
    return MAILS
