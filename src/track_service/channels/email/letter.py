"""What goes over the wire: headers that nobody can smuggle into, text and HTML."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr

import idna
from email_validator import EmailNotValidError, validate_email

from track_service.channels.base import DeliveryError, Message


class _Policy(EmailPolicy):
    """The SMTP policy, but for the standard library's loss of blanks.

    Where it folds a header between two encoded words it drops the blank that stood
    there ("của bạn" arrives as "củabạn"); the older `Header` keeps it.
    """

    def _fold(self, name: str, value: str, refold_binary: bool = False) -> str:
        if value.isascii():
            return str(super()._fold(name, value, refold_binary))  # type: ignore[misc]
        words = [Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)]
        if isinstance(value, AddressHeader):  # the name alone may be encoded
            words = [
                formataddr((box.display_name, box.addr_spec)) for box in value.addresses
            ]
        return f"{name}: {', '.join(words)}{self.linesep}"


# 7bit: base64 or quoted-printable pass servers without 8BITMIME.
_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and its envelope."""

    mail: EmailMessage
    sender: str
    to: str
    needs_utf8: bool


def compose(message: Message, default_from: str) -> Letter:
    """Return what goes over the wire. Raises a permanent `DeliveryError`."""
    sender = mailbox(message.sender or default_from, "sender")
    to = mailbox(message.to, "recipient")
    answers = mailbox(message.reply_to, "reply-to") if message.reply_to else None
    # A repeat after a crash has the same id, so that mail readers can show it once.
    name = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = to
    if answers:
        mail["Reply-To"] = answers
    mail["Subject"] = _one_line(message.subject, "subject")
    mail["Date"] = format_datetime(message.sent_at)
    mail["Message-ID"] = f"<{name}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    if message.unsubscribe:  # RFC 8058: one POST, which no reader's page is needed for
        mail["List-Unsubscribe"] = f"<{_one_line(message.unsubscribe, 'link')}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    # Last, as the alternatives would take it with them.
    mail["Content-Language"] = _one_line(message.language, "language")
    used = [box.addr_spec for box in (sender, to, answers) if box]
    return Letter(mail, sender.addr_spec, to.addr_spec, not all(map(str.isascii, used)))


_NAMED = re.compile(r"\s*(.*?)\s*<([^<>]*)>\s*")


def mailbox(stated: str, what: str) -> Address:
    """Read `name <address>` or `address`; the domain is returned in IDNA's ASCII form."""
    found = _NAMED.fullmatch(_one_line(stated, what))
    name, address = found.groups() if found else ("", stated.strip())
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    local, _, domain = address.rpartition("@")
    try:
        # The validator takes no host of one's own net (localhost, .local), we do.
        checked = validate_email(f"{local}@example.com", check_deliverability=False)
        ascii_domain = idna.encode(domain, uts46=True).decode()
    except (EmailNotValidError, idna.IDNAError) as error:
        raise DeliveryError(f"the {what} is no address", permanent=True) from error
    return Address(name, checked.local_part, ascii_domain)


def _one_line(text: str, what: str) -> str:
    """Refuse what would begin a header of its own."""
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in text):
        raise DeliveryError(f"the {what} holds control characters", permanent=True)
    return text
