"""What a carrier told us of a parcel, in our words: Stamp, Place, Event, Tracking."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

from track_service.core.detail import NOTHING, Detail
from track_service.core.status import UNKNOWN, Meaning, Status


class Precision(StrEnum):
    """How exactly a time was stated: a day stays a day."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as the carrier stated it.

    `local` is the wall clock where it happened, naive; `offset` is stated or resolved
    beyond doubt from the place, else None. A time without offset is never taken as UTC.
    """

    local: datetime
    offset: timedelta | None = None
    precision: Precision = Precision.SECOND

    @classmethod
    def day(cls, value: date) -> "Stamp":
        """Return a stamp that knows the day and no more."""
        return cls(datetime(value.year, value.month, value.day), None, Precision.DAY)  # noqa: DTZ001

    @classmethod
    def aware(cls, value: datetime, precision: Precision = Precision.SECOND) -> "Stamp":
        """Return a stamp from an aware datetime, its own offset kept."""
        offset = value.utcoffset()
        if offset is None:
            raise ValueError("a naive time has no offset: give local and offset")
        return cls(value.replace(tzinfo=None), offset, precision)

    @property
    def at(self) -> datetime | None:
        """The instant in UTC, or None where the offset or the hour is not known."""
        if self.offset is None or self.precision is Precision.DAY:
            return None
        return self.local.replace(tzinfo=timezone(self.offset)).astimezone(UTC)

    @property
    def text(self) -> str:
        """RFC 3339 with the offset if known; a day as `YYYY-MM-DD`."""
        if self.precision is Precision.DAY:
            return self.local.date().isoformat()
        local = self.local.replace(microsecond=0).isoformat()
        return local if self.offset is None else local + offset_text(self.offset)


def offset_text(offset: timedelta) -> str:
    """Return an offset from UTC as `+07:00`."""
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scan happened, as far as stated; `country` is ISO 3166 alpha-2."""

    city: str | None = None
    region: str | None = None
    country: str | None = None
    postal: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One scan: the carrier's code and words, our meaning, when and where.

    `stamp` is None where the carrier states a condition without any time.
    """

    stamp: Stamp | None
    meaning: Meaning
    code: str | None = None
    description: str | None = None
    place: Place = field(default_factory=Place)

    @property
    def key(self) -> str:
        """The scan's identity: when (to the minute), what and where, not in which words.

        A push and a poll that tell one scan agree on it, so no source is in it; where
        the meaning is unknown the carrier's own code stands for it.
        """
        status, sub = self.meaning.status, self.meaning.sub
        what = f"?{self.code}" if status is Status.UNKNOWN else f"{status}.{sub or ''}"
        return f"{_when(self.stamp)}|{what}|{_where(self.place)}"


def _when(stamp: Stamp | None) -> str:
    if stamp is None:
        return "-"
    if stamp.precision is Precision.DAY:
        return stamp.local.date().isoformat()
    if stamp.at is not None:
        return f"{stamp.at:%Y-%m-%dT%H:%MZ}"
    return f"{stamp.local:%Y-%m-%dT%H:%M}"


def _where(place: Place) -> str:
    spot = place.city or place.postal or place.region or ""
    return f"{' '.join(spot.casefold().split())},{(place.country or '').upper()}"


class MoneyKind(StrEnum):
    """What became of the money; remitted is passed on to the shop."""

    COD_COLLECTED = "cod_collected"
    COD_REMITTED = "cod_remitted"
    COD_CHANGED = "cod_changed"
    FEE_CHANGED = "fee_changed"
    RETURN_SETTLED = "return_settled"
    COMPENSATED = "compensated"


@dataclass(frozen=True, slots=True)
class Money:
    """What a carrier tells of a parcel's money: a fact, and no step of its way.

    `currency` is ISO 4217; it and the amount are None where they are not stated.
    """

    kind: MoneyKind
    stamp: Stamp | None = None
    amount: Decimal | None = None
    currency: str | None = None

    @property
    def key(self) -> str:
        """The fact's identity: what and when; a change is known by its amount too."""
        changed = self.kind in {MoneyKind.COD_CHANGED, MoneyKind.FEE_CHANGED}
        return f"{self.kind}|{_when(self.stamp)}|{self.amount if changed else ''}"


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a parcel is expected; either end may be a bare day."""

    start: Stamp
    until: Stamp


class Trouble(StrEnum):
    """Why a carrier gave no tracking for a number, or for a whole call."""

    NOT_FOUND = "not_found"
    INVALID_NUMBER = "invalid_number"
    AUTH = "auth"
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    BAD_ANSWER = "bad_answer"
    INPUT_NEEDED = "input_needed"


@dataclass(frozen=True, slots=True)
class Problem:
    """A trouble with the carrier's own words for it."""

    kind: Trouble
    message: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """All that one answer says of one parcel.

    `events` are oldest first. `stated` is the condition that the carrier names beside
    its scans (UNKNOWN where it names none); it decides where there are no scans.
    `ahead` is such a condition that the scans do not show, and that holds all the same:
    a parcel marked as lost, say; its stamp is None where the carrier dates it not.
    `carrier` is whom an aggregator names as the parcel's carrier, in its own words.
    `complete` tells whether the answer is meant to hold the parcel's whole history:
    only such an answer may mark a scan withdrawn. `number` is None where a failure is
    the whole answer's. `money` and `detail` are told beside the scans and move nothing.
    """

    number: str | None
    events: tuple[Event, ...] = ()
    stated: Meaning = UNKNOWN
    window: Window | None = None
    delivered_at: Stamp | None = None
    signed_by: str | None = None
    carrier: str | None = None
    problem: Problem | None = None
    complete: bool = True
    ahead: Event | None = None
    money: tuple[Money, ...] = ()
    detail: Detail = NOTHING
