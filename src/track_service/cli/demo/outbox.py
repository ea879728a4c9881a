"""`/demo/…`: the mails that went out and the alerts that came in. Only in the demo."""

from collections import deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import escape
from typing import Any

from flask import Blueprint, Response, abort, request

from track_service.sandbox import Mailbox, Phones

_LOOSE = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts that the demo's shops received, oldest first."""

    webhooks: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=500))
    apprise: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=500))


def blueprint(mailbox: Mailbox, phones: Phones, alerts: Alerts) -> Blueprint:
    """Return the pages over a mailbox, the phones and the alerts."""
    bp = Blueprint("demo", __name__, url_prefix="/demo")

    @bp.get("/outbox")
    def outbox() -> Response:
        rows = [
            f'<li><a href="/demo/outbox/{place}">{escape(str(mail["Subject"]))}</a>'
            f" <small>to {escape(str(mail['To']))}</small></li>"
            for place, mail in enumerate(mailbox.mails)
        ]
        told = [
            f"<li>{escape(str(alert.get('title') or alert.get('type')))}</li>"
            for alert in (*alerts.webhooks, *alerts.apprise)
        ]
        texts = [
            f"<li>{escape(text.words)} <small>{text.provider} to {text.to}</small></li>"
            for text in list(phones.texts)
        ]
        return _page(
            f"<h1>Messages ({len(texts)})</h1><ul>{''.join(reversed(texts))}</ul>"
            f"<h1>Mails ({len(rows)})</h1><ol reversed>{''.join(reversed(rows))}</ol>"
            f"<h1>Alerts ({len(told)})</h1><ul>{''.join(reversed(told))}</ul>"
        )

    @bp.get("/outbox/<int:place>")
    def mail(place: int) -> Response:
        mails = mailbox.mails
        if place >= len(mails):
            abort(404)
        return _page(_body(mails[place], "html") or escape(str(mails[place])))

    @bp.get("/outbox/<int:place>.txt")
    def plain(place: int) -> Response:
        mails = mailbox.mails
        if place >= len(mails):
            abort(404)
        return Response(mails[place].as_string(), content_type="text/plain")

    @bp.post("/alerts/<kind>")
    def alert(kind: str) -> tuple[str, int]:
        kept = alerts.webhooks if kind == "webhook" else alerts.apprise
        kept.append(request.get_json(force=True))
        return "", 204

    return bp


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _page(html: str) -> Response:
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _LOOSE
    return response
