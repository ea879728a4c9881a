"""Email over SMTP (RFC 5321, 5322), verified TLS, one connection a batch."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.policy import SMTPUTF8
from typing import ClassVar, Self

from track_service.channels.base import (
    Callback,
    Channel,
    DeliveryError,
    Message,
    Outlets,
    Receipt,
)
from track_service.channels.email import bounces
from track_service.channels.email.letter import compose, mailbox

TIMEOUT = 20.0  # seconds


class Email(Channel):
    """Sends through one mail server.

    `tls`: none, starttls (required, never fallen back from) or ssl. `context` is the
    system's trust by default.
    """

    code: ClassVar[str] = "email"
    optional: ClassVar[tuple[str, ...]] = bounces.SETTINGS

    def __init__(
        self,
        host: str,
        port: int,
        *,
        username: str | None = None,
        password: str | None = None,
        tls: str = "starttls",
        default_from: str,
        timeout: float = TIMEOUT,
        context: ssl.SSLContext | None = None,
    ) -> None:
        if tls not in {"none", "starttls", "ssl"}:
            raise ValueError(f"tls is none, starttls or ssl, not {tls!r}")
        self._host, self._port = host, port
        self._username, self._password = username, password
        self._tls = tls
        self._default_from = default_from
        self._timeout = timeout
        self._context = context or ssl.create_default_context()

    @classmethod
    def open(cls, outlets: Outlets) -> Self | None:
        """Return the channel, None where no mail server is set."""
        server = outlets.mail_server
        if server is None:
            return None
        return cls(
            server.host,
            server.port,
            username=server.username,
            password=server.password,
            tls=server.tls,
            default_from=outlets.mail_from,
        )

    def send(self, message: Message) -> str:
        """Send over a connection of its own; return the Message-ID."""
        with self.session() as send:
            return send(message)

    @classmethod
    def receipts(
        cls, callback: Callback, settings: Mapping[str, str]
    ) -> list[Receipt] | None:
        """Return what a mail provider calls back of bounces and complaints."""
        return bounces.read(callback, settings)

    @contextmanager
    def session(self) -> Iterator[Callable[[Message], str]]:
        """Give a `send` that keeps its connection, and opens it anew where it broke."""
        line = _Line(self._connect, self._default_from)
        try:
            yield line.send
        finally:
            line.close()

    def check(self) -> None:
        """Connect, greet, log in and quit. Raises `DeliveryError` with what failed."""
        mailbox(self._default_from, "sender")
        try:
            smtp = self._connect()
        except OSError as error:
            raise _failure(error) from error
        _close(smtp)

    def _connect(self) -> smtplib.SMTP:
        where, timeout, context = (self._host, self._port), self._timeout, self._context
        if self._tls == "ssl":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                *where, timeout=timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(*where, timeout=timeout)
        try:
            if self._tls == "starttls":
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if self._username:
                smtp.login(self._username, self._password or "")
        except OSError:
            smtp.close()
            raise
        return smtp


class _Line:
    """A connection that opens when first needed."""

    def __init__(self, connect: Callable[[], smtplib.SMTP], default_from: str) -> None:
        self._connect = connect
        self._default_from = default_from
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: Message) -> str:
        letter = compose(message, self._default_from)
        try:
            smtp = self._ready()
            utf8 = letter.needs_utf8
            if utf8 and not smtp.has_extn("smtputf8"):
                raise DeliveryError(
                    "the mail server takes no non-ASCII addresses", permanent=True
                )
            smtp.sendmail(
                letter.sender,
                [letter.to],
                letter.mail.as_bytes(policy=SMTPUTF8 if utf8 else None),  # its own
                mail_options=["SMTPUTF8", "BODY=8BITMIME"] if utf8 else [],
            )
        except OSError as error:
            raise _failure(error) from error
        return str(letter.mail["Message-ID"])

    def close(self) -> None:
        if self._smtp is not None:
            _close(self._smtp)

    def _ready(self) -> smtplib.SMTP:
        # Servers end a connection after so many letters; NOOP tells before one is lost.
        if self._smtp is None or not _is_alive(self._smtp):
            self.close()
            self._smtp = None
            self._smtp = self._connect()
        return self._smtp


def _is_alive(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.noop()[0] == 250
    except OSError:
        return False


def _close(smtp: smtplib.SMTP) -> None:
    with suppress(OSError):
        smtp.quit()
    smtp.close()


def _failure(error: OSError) -> DeliveryError:
    """Say what failed, without the server's own words: these may name the address.

    Permanent is only what the server says of this recipient or this letter; a refused
    log-in, sender or certificate is the operator's to mend, so it is tried again.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()))
            said = _code(code, words)
            # 5.1.*: the address itself is wrong (RFC 3463); others may be our fault.
            gone = code >= 500 and " 5.1." in said
            return DeliveryError(
                f"the recipient was refused ({said})",
                permanent=code >= 500,
                suppress="hard_bounce" if gone else None,
            )
        case smtplib.SMTPDataError():
            said = _code(error.smtp_code, error.smtp_error)
            return DeliveryError(
                f"the letter was refused ({said})", permanent=error.smtp_code >= 500
            )
        case smtplib.SMTPAuthenticationError():
            return DeliveryError(
                f"the mail server refused the log-in ({error.smtp_code})"
            )
        case smtplib.SMTPResponseException():
            said = _code(error.smtp_code, error.smtp_error)
            return DeliveryError(f"the mail server answered {said}")
        case smtplib.SMTPNotSupportedError():
            return DeliveryError(f"the mail server cannot do what is set: {error}")
        case ssl.SSLCertVerificationError():
            return DeliveryError("the mail server's certificate is not trusted")
        case _:
            return DeliveryError(
                f"no talk with the mail server: {type(error).__name__}"
            )


def _code(code: int, words: bytes | str) -> str:
    """Return the reply code, with its enhanced code (RFC 3463) where one is given."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    found = re.match(r"[245]\.\d{1,3}\.\d{1,3}", text)
    return f"{code} {found[0]}" if found else str(code)


CHANNEL: type[Channel] = Email
