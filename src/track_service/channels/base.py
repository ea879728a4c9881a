"""What a channel is to us: a class with a code, `open`, `send` and `check`.

A paid one is never sent to twice blindly: it has a `cost`, and can be asked (`ask`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self

from track_service.channels.pairs import Pairs
from track_service.http import Guarded


class DeliveryError(Exception):
    """The message did not go out; the text names no person and holds no secret.

    `permanent`: trying again cannot help. `retry_after`: how long the receiver asked
    to be left alone, None where it named no time. `suppress`: why nothing shall be sent
    to this address again, None if it is not to blame. `alarm`: until ops mend it, no
    message of the brand goes out by this channel. `gone`: the receiver wants no more.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        suppress: str | None = None,
        alarm: bool = False,
        gone: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.suppress = suppress
        self.alarm = alarm
        self.gone = gone


class UnknownOutcome(DeliveryError):
    """Nobody knows whether the message went out: ask before it is sent again."""


class Form(StrEnum):
    """What a message is to a channel."""

    LETTER = "letter"  # subject, text and HTML
    TEXT = "text"  # a line or two
    TEMPLATE = "template"  # a template's number and what fills it


class Fate(StrEnum):
    """What became of a message, as its provider tells."""

    UNSENT = "unsent"  # the provider knows nothing of it
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a message costs: an amount in a currency, for so many units (segments)."""

    amount: Decimal
    currency: str
    units: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a shopper answered to a message that asks: stars of five, and words."""

    stars: int
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider tells of one message, named by our `key` or its `provider_id`.

    `answer` is what its receiver said to it. `suppress` is why its `address` is not to
    be written to again (`hard_bounce`, `complaint`, `unsubscribed`); `address` is None
    where the message tells it.
    """

    fate: Fate
    key: str | None = None
    provider_id: str | None = None
    error: str | None = None
    cost: Cost | None = None
    suppress: str | None = None
    address: str | None = field(default=None, repr=False)
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """What a provider sends us; header names are in lower case, `now` is wall time."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    now: datetime | None = None


class CallbackRefused(Exception):
    """A callback does not prove where it comes from, or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one receiver.

    `to`, `sender` and `reply_to` are as the channel wants them: `Name <address>` for
    email (the name as plain text), a URL elsewhere. `payload` is for machines and
    signed with `secret`. `key` stays the same over all tries, so that a receiver can
    tell a repeat. `sent_at` is the wall clock of this try, aware. `settings` are the
    brand's own for this channel; `told_before` counts what was sent by it of the same
    order. `unsubscribe` is where one POST ends such messages.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    sender: str | None = None
    reply_to: str | None = None
    language: str = "en"
    unsubscribe: str | None = field(default=None, repr=False)
    payload: Mapping[str, Any] | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    told_before: int = 0
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
    """What channels are opened with; each takes what it needs."""

    guarded: Guarded
    mail_server: MailServer | None = None
    mail_from: str = "tracking@localhost"
    allowed_private_hosts: tuple[str, ...] = ()
    pairs: Pairs | None = None


class Channel(ABC):
    """One way to reach somebody. A module holds one and names it `CHANNEL`.

    `paid`: a message costs money, so it is never sent twice blindly. `address` is the
    field of a customer that it writes to. `calls_by_get`: its provider's callbacks are
    GET requests. `settings` are what a brand must give to use it, `optional` what it
    may.
    """

    code: ClassVar[str]
    form: ClassVar[Form] = Form.LETTER
    paid: ClassVar[bool] = False
    address: ClassVar[str] = "email"
    calls_by_get: ClassVar[bool] = False
    settings: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()

    @classmethod
    @abstractmethod
    def open(cls, outlets: Outlets) -> Self | None:
        """Return a channel, None where the settings do not suffice for one."""

    @abstractmethod
    def send(self, message: Message) -> str | None:
        """Send and return the provider's id, if it has one. Raises `DeliveryError`.

        Where the message may have gone out all the same it is an `UnknownOutcome`.
        """

    @classmethod
    def cost(cls, message: Message) -> Cost | None:
        """Return what a message will cost, None where it costs nothing."""
        del message
        return None

    def ask(
        self, message: Message, provider_id: str | None, *, since: datetime
    ) -> Receipt | None:
        """Return what became of a message that was tried at `since` (wall time).

        None where the provider cannot tell (yet). Raises `DeliveryError`.
        """
        del message, provider_id, since
        return None

    @classmethod
    def receipts(
        cls, callback: Callback, settings: Mapping[str, str]
    ) -> list[Receipt] | None:
        """Return what a provider's callback tells; None where the channel has none.

        Raises `CallbackRefused` where it is not proven by the provider's own scheme.
        """
        del callback, settings
        return None

    @classmethod
    def wrong(cls, settings: Mapping[str, str]) -> str | None:
        """Return what is wrong with a brand's settings, None if nothing is."""
        del settings
        return None

    def trouble(self, settings: Mapping[str, str]) -> str | None:
        """Return what a brand's operator must mend before anything goes out."""
        del settings
        return None

    @contextmanager
    def session(self) -> Iterator[Callable[[Message], str | None]]:
        """Give a `send` for a batch; a channel may keep its connection meanwhile."""
        yield self.send

    def check(self) -> None:  # noqa: B027 - most have nothing to check
        """Tell the operator what would stop every message. Raises `DeliveryError`."""
