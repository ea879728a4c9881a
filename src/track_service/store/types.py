"""Column types: UTC instants, stamps as stated, and fields encrypted at rest."""

import hashlib
import hmac
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import DateTime, LargeBinary, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from track_service.core.tracking import Precision, Stamp


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is a programming error and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what the driver takes; SQLite knows no zones."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return an aware UTC datetime."""
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


class StampText(TypeDecorator[Stamp]):
    """A `Stamp` as `<RFC 3339 as stated>/<precision>`."""

    impl = String(48)
    cache_ok = True

    def process_bind_param(self, value: Stamp | None, dialect: Dialect) -> str | None:
        """Return the text."""
        return None if value is None else f"{value.text}/{value.precision}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Stamp | None:
        """Return the stamp."""
        if value is None:
            return None
        stated, _, precision = value.partition("/")
        when = datetime.fromisoformat(stated)
        return Stamp(when.replace(tzinfo=None), when.utcoffset(), Precision(precision))


Spells = tuple[tuple[datetime, datetime], ...]


class SpellsText(TypeDecorator[Spells]):
    """Stretches of time in UTC, as `<RFC 3339>/<RFC 3339>` each; none as NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Spells | None, dialect: Dialect) -> str | None:
        """Return the text."""
        told = (f"{start.isoformat()}/{end.isoformat()}" for start, end in value or ())
        return " ".join(told) or None

    def process_result_value(self, value: Any, dialect: Dialect) -> Spells | None:
        """Return the stretches."""
        if value is None:
            return None
        ends = (stretch.split("/") for stretch in value.split())
        return tuple(
            (datetime.fromisoformat(start), datetime.fromisoformat(end))
            for start, end in ends
        )


class Keys:
    """The service's secret keys: the first encrypts, all decrypt (so they can rotate)."""

    def __init__(self) -> None:
        self._boxes: tuple[Fernet, ...] = ()
        self._newest = b""

    def use(self, keys: Sequence[str]) -> None:
        """Take the keys of the settings; the app calls it once at start."""
        self._boxes = tuple(Fernet(key) for key in keys)
        self._newest = keys[0].encode() if keys else b""

    def digest(self, *parts: object) -> str:
        """Return 64 hexadecimal digits that stand for the parts and tell nothing of them.

        Another newest key gives another digest.
        """
        if not self._newest:
            raise LostKey("no keys were given at start")
        told = "\x1f".join(map(str, parts)).encode("utf-8", "replace")
        return hmac.new(self._newest, told, hashlib.sha256).hexdigest()

    def seal(self, clear: bytes) -> bytes:
        """Return the encrypted bytes."""
        return self._ready().encrypt(clear)

    def open(self, sealed: bytes) -> bytes:
        """Return the clear bytes. Raises `LostKey` where no key fits any more."""
        try:
            return self._ready().decrypt(sealed)
        except InvalidToken as error:
            raise LostKey("no key of TRACK_SECRET_KEYS opens a stored field") from error

    def renew(self, sealed: bytes) -> bytes:
        """Return what the newest key opens: the same, or sealed anew. Raises `LostKey`."""
        clear = self.open(sealed)
        try:
            self._boxes[0].decrypt(sealed)
        except InvalidToken:
            return self.seal(clear)
        return sealed

    def _ready(self) -> MultiFernet:
        if not self._boxes:
            raise LostKey("no keys were given at start")
        return MultiFernet(self._boxes)


class LostKey(Exception):
    """A stored secret cannot be opened with the keys at hand."""


KEYS = Keys()


class Secret(TypeDecorator[str]):
    """A text encrypted at rest."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the sealed text."""
        return None if value is None else KEYS.seal(value.encode()).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Return the clear text."""
        return None if value is None else KEYS.open(value.encode()).decode()


class SecretBody(TypeDecorator[bytes]):
    """Bytes compressed, then encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Return the sealed bytes."""
        return None if value is None else KEYS.seal(zlib.compress(value, 3))

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        """Return the clear bytes."""
        return None if value is None else zlib.decompress(KEYS.open(bytes(value)))
