"""What a storefront is to us: a class that verifies a hook and reads its orders."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from track_service.core.goods import Product
from track_service.core.handover import Handover
from track_service.core.numbers import checks
from track_service.core.tracking import Stamp
from track_service.core.word import Word
from track_service.http import Answer, Guarded

# How far a stamped hook's time may be from ours, as Standard Webhooks counsels.
FRESH = timedelta(minutes=5)
NONE: Mapping[str, str] = MappingProxyType({})


class BadPayload(Exception):
    """The body is none of this platform's; the message tells where it went wrong."""


class WrongSettings(Exception):
    """A connection cannot be made of these settings; the message repeats no secret."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A body that a platform sent, with what proves where it came from.

    Header names are lower case; `query` holds the last value of each key. `keys` are
    the platform's public keys by id, None where none are wanted or to be had.
    """

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    keys: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sampled:
    """What tells one made-up order from another; `now` is in UTC."""

    number: str
    external_id: int
    now: datetime

    @property
    def serial(self) -> str:
        """Seven digits that no other made-up order's parcel is likely to have."""
        return f"{self.external_id % 10**7:07}"

    @property
    def ups_number(self) -> str:
        """A number of UPS's form, of the shipper that its documents' examples have."""
        body = f"999AA101{self.serial}"
        return next(f"1Z{body}{n}" for n in range(10) if checks.ups(f"{body}{n}"))


class Proven(StrEnum):
    """What a hook proves: signed, only knows our URL, stale, or none of the platform's."""

    SIGNED = "signed"
    URL_ONLY = "url_only"
    STALE = "stale"
    REFUSED = "refused"


class Kind(StrEnum):
    """What a topic is about."""

    ORDER = "order"
    PARCEL = "parcel"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Sold:
    """A page of past or missed orders, and where the next one begins (None: no more)."""

    handovers: Sequence[Handover]
    cursor: str | None = None


class Storefront(ABC):
    """One platform's adapter. A module holds one and names it `STOREFRONT`.

    `settings` are the names that a brand's connection must give, `optional` those it
    may (an API key, a shop's address). `topics` are the platform's names of what it
    tells; those it does not list are answered and let go. `verify` and `parse` are
    pure; `complete`, `sold` and `fetch_keys` ask the platform through the client for
    URLs that tenants set.
    """

    code: ClassVar[str]
    label: ClassVar[str]
    settings: ClassVar[tuple[str, ...]] = ("secret",)
    optional: ClassVar[tuple[str, ...]] = ()
    topics: ClassVar[Mapping[str, Kind]] = {}
    asks: ClassVar[tuple[str, ...]] = ()  # settings without which it cannot be asked

    def __init__(self, client: Guarded, settings: Mapping[str, str]) -> None:
        """Keep the client and the connection's settings."""
        self.client = client
        self.given = settings

    @staticmethod  # noqa: B027 - most platforms have nothing to refuse
    def check(settings: Mapping[str, str]) -> None:
        """Refuse settings that are all there but cannot be. Raises `WrongSettings`."""

    @staticmethod
    @abstractmethod
    def topic(hook: Hook) -> str | None:
        """Return the topic that a hook states, None where it states none."""

    @staticmethod
    def is_trial(hook: Hook) -> bool:
        """Tell whether a platform only tries whether somebody is there, unsigned."""
        return False

    @staticmethod
    def challenge(query: Mapping[str, str]) -> str | None:
        """Return what a platform wants to hear that tries an address by GET, if it does."""
        return None

    @staticmethod
    @abstractmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Tell what a hook proves, over its raw body. `now` is the real time."""

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook | None:
        """Return an order with a parcel as the platform would send it, to try our hook.

        None where the platform alone can sign, or tells no more than an id.
        """
        return None

    @staticmethod
    def key_id(hook: Hook, settings: Mapping[str, str]) -> str | None:
        """Return which public key a hook is signed with, None where by none."""
        return None

    def fetch_keys(self) -> Answer:
        """Ask for the public keys of its hooks, a JWK set. Raises `HttpError`."""
        raise NotImplementedError(f"{self.code} has no public keys")

    @staticmethod
    def identity(hook: Hook) -> str | None:
        """Return what names this delivery, the same when it is repeated."""
        return None

    @staticmethod
    @abstractmethod
    def parse(
        body: bytes, topic: str | None, settings: Mapping[str, str] = NONE
    ) -> list[Handover]:
        """Return the orders that a payload or an API answer tells. Raises `BadPayload`.

        A payload without a topic is read by its shape. What tells of no order gives [].
        `settings` are the connection's, for a platform that is read by them.
        """

    @staticmethod
    def products(body: bytes, settings: Mapping[str, str] = NONE) -> list[Product]:
        """Return the products that a payload on one tells. Raises `BadPayload`.

        One without a title was deleted. `told_at` is the platform's time of the payload.
        """
        return []

    def complete(self, thin: Handover) -> Handover | None:
        """Ask for what a thin payload only names, None for what is no order (any more).

        Called only where all that `asks` names is set. Raises `HttpError`.
        """
        return thin

    def tell(self, word: Word) -> None:
        """Tell the platform what has become of a parcel. Raises `HttpError`.

        It may be told the same twice.
        """
        raise NotImplementedError(f"{self.code} is told nothing")

    def count(self, *, since: Stamp | None) -> int | None:
        """Ask how many orders `sold` would tell, None where the platform cannot say."""
        return None

    def sold(self, *, since: Stamp | None, cursor: str | None) -> Sold:
        """Ask for orders changed since then, a page at a time.

        An order may be told twice. Raises `HttpError` and `BadPayload`.
        """
        raise NotImplementedError(f"{self.code} has no way to ask for orders")
