"""What a channel is to us: a class with a code, `open`, `send` and `check`."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, Self

from track_service.http import Guarded


class DeliveryError(Exception):
    """The message did not go out; the text names no person and holds no secret.

    `permanent`: trying again cannot help. `retry_after`: how long the receiver asked
    to be left alone, None where it named no time.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one receiver.

    `to`, `sender` and `reply_to` are as the channel wants them: `Name <address>` for
    email (the name as plain text), a URL elsewhere. `payload` is for machines and
    signed with `secret`. `key` stays the same over all tries, so that a receiver can
    tell a repeat. `sent_at` is the wall clock of this try, aware.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    sender: str | None = None
    reply_to: str | None = None
    language: str = "en"
    payload: Mapping[str, Any] | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    key: str
    sent_at: datetime


class MailServer(Protocol):
    """Where mail goes out; `tls` is none, starttls or ssl."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def username(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def tls(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Outlets:
    """What channels are opened with; each takes what it needs.

    `settings` are those of one channel by its code, for channels that come later.
    """

    guarded: Guarded
    mail_server: MailServer | None = None
    mail_from: str = "tracking@localhost"
    allowed_private_hosts: tuple[str, ...] = ()
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Channel(ABC):
    """One way to reach somebody. A module holds one and names it `CHANNEL`."""

    code: ClassVar[str]

    @classmethod
    @abstractmethod
    def open(cls, outlets: Outlets) -> Self | None:
        """Return a channel, None where the settings do not suffice for one."""

    @abstractmethod
    def send(self, message: Message) -> str | None:
        """Send and return the provider's id, if it has one. Raises `DeliveryError`."""

    @contextmanager
    def session(self) -> Iterator[Callable[[Message], str | None]]:
        """Give a `send` for a batch; a channel may keep its connection meanwhile."""
        yield self.send

    def check(self) -> None:  # noqa: B027 - most have nothing to check
        """Tell the operator what would stop every message. Raises `DeliveryError`."""
