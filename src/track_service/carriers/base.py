"""What a carrier is to us: a class with a code table, `fetch`, `parse` and `verify`."""

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from track_service.core.money import with_money
from track_service.core.ordering import in_order
from track_service.core.places import located
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tidying import dated
from track_service.core.tracking import Problem, Tracking, Trouble
from track_service.http import Answer, Http

_MOST_SCANS = 500
_WORD = 4  # letters


class BadAnswer(Exception):
    """The bytes are no answer of this carrier; asked again later, nothing is lost."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A parcel to ask for; some carriers tell more to who knows the postcode.

    `carrier` is our code of the parcel's own, for whoever is asked in its place. `add`
    tells whether an aggregator that does not know the number yet is to watch it from
    now on, for which it may charge.
    """

    number: str
    postal: str | None = None
    country: str | None = None
    shipped_on: date | None = None
    carrier: str | None = None
    add: bool = True


@dataclass(frozen=True, slots=True)
class Rate:
    """How often an account may ask: calls a second (may be below 1) and a day."""

    per_second: float = 10.0
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """A body that came in, with what proves where it came from.

    Header names are lower case; `query` holds the last value of each key. `path` is
    where it was sent to and `at` when it came (aware UTC, None: not to be judged).
    `keys` are the carrier's public keys by id, None where they could not be had.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    at: datetime | None = None
    keys: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """What a carrier wants to hear when its push was taken, and when it was refused.

    `tries_first` tells that it tries an address before it uses it: it wants a 200 for
    a GET, a HEAD and an empty POST.
    """

    taken: str = '{"success": true}'
    refused: str = '{"success": false}'
    content_type: str = "application/json"
    tries_first: bool = False


class Trust(StrEnum):
    """What a push proves: signed by the carrier, only knows our URL, or neither."""

    SIGNED = "signed"
    URL_ONLY = "url_only"
    REFUSED = "refused"


class Proof(StrEnum):
    """What a reading rests on; one that rests on `COMMUNITY` alone is not proven."""

    OFFICIAL = "official document"
    SAMPLE = "genuine sample"
    COMMUNITY = "community"


class Auth(StrEnum):
    """How an account shows a carrier who asks."""

    OPEN = "none"
    BASIC = "HTTP Basic"
    OAUTH = "OAuth 2.0"
    LOGIN = "login for a token"
    KEY = "key in a header"
    QUERY = "key in the query"
    BODY = "account in the body"
    SIGNED = "signed request"


class StatusMap(Mapping[str, Meaning]):
    """A carrier's code table; a code it does not hold reads as unknown.

    A word may be told in other capitals than the table has, a short code may not: its
    case can be what tells it from another.
    """

    def __init__(self, codes: Mapping[str, Meaning | Status]) -> None:
        self._codes = {
            code: m if isinstance(m, Meaning) else Meaning(m)
            for code, m in codes.items()
        }
        self._words: dict[str, Meaning] | None = None

    @classmethod
    def from_tsv(cls, path: Path) -> "StatusMap":
        """Read a table of `code, status, sub_status, cause` (more columns may follow)."""
        with path.open(encoding="utf-8", newline="") as file:
            return cls(
                {
                    row["code"]: Meaning(
                        Status(row["status"]),
                        row["sub_status"] or None,
                        row.get("cause") or None,
                    )
                    for row in csv.DictReader(file, delimiter="\t")
                }
            )

    def read(self, *codes: object) -> Meaning:
        """Return the meaning of the first code that the table holds, else UNKNOWN."""
        for code in (str(code) for code in codes if code is not None):
            known = self._codes.get(code) or self._by_word().get(code.casefold())
            if known is not None:
                return known
        return UNKNOWN

    def _by_word(self) -> Mapping[str, Meaning]:
        """Return what words mean in any capitals, those of two meanings left out."""
        if self._words is None:
            told: dict[str, set[Meaning]] = {}
            for code, meaning in self._codes.items():
                if sum(map(str.isalpha, code)) >= _WORD:
                    told.setdefault(code.casefold(), set()).add(meaning)
            self._words = {
                w: found.pop() for w, found in told.items() if len(found) == 1
            }
        return self._words

    def __getitem__(self, code: str) -> Meaning:
        """Return the meaning of a code that is in the table."""
        return self._codes[code]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the codes."""
        return iter(self._codes)

    def __len__(self) -> int:
        """Return how many codes the table holds."""
        return len(self._codes)


# What every account may set: another host (a carrier's own test system, the sandbox)
# and the quota that was agreed, where it is not the usual one; a `per_day` of 0 is none.
COMMON = ("base_url", "per_second", "per_day")


class Carrier(ABC):
    """One carrier's adapter. Data first, then `fetch` (I/O) and `parse` (pure).

    A module holds one and names it `CARRIER`. `settings` are the names that an account
    must give, `optional` those it may; besides, every account may give those of `COMMON`.
    An `aggregator` tells what other carriers told it; it `adds` numbers where `fetch`
    has it watch those that it does not know yet. `leaves_off` tells that an answer about
    several names only those which are known.
    `eta` and `signer` tell whether its answers may name the expected time and who signed,
    `local_times` that a time without an offset is the wall clock where the scan was.
    """

    code: ClassVar[str]
    label: ClassVar[str]
    proof: ClassVar[tuple[Proof, ...]]
    auth: ClassVar[Auth]
    aggregator: ClassVar[bool] = False
    adds: ClassVar[bool] = False
    leaves_off: ClassVar[bool] = False
    eta: ClassVar[bool] = False
    signer: ClassVar[bool] = False
    local_times: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ()
    settings: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()
    batch_size: ClassVar[int] = 1
    rate: ClassVar[Rate] = Rate()
    pull: ClassVar[bool] = True
    push: ClassVar[bool] = False
    ack: ClassVar[Ack] = Ack()
    key_header: ClassVar[str | None] = None
    page_url: ClassVar[str | None] = None

    @abstractmethod
    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for 1 to `batch_size` parcels in one call. Raises `HttpError`.

        Whatever the carrier answers comes back, errors too: `parse` reads those.
        """
        raise NotImplementedError(f"{self.code} is push only")

    @staticmethod
    @abstractmethod
    def parse(answer: Answer) -> list[Tracking]:
        """Read one answer of `fetch`, in the carrier's order. Raises `BadAnswer`."""

    @staticmethod
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one body that the carrier sent us. Raises `BadAnswer`."""
        raise BadAnswer("this carrier sends no pushes")

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Tell what a push proves, under the account's settings."""
        return Trust.URL_ONLY

    def fetch_keys(self) -> Answer:
        """Ask for the public keys of its pushes, a JWK set. Raises `HttpError`.

        Asked only where `key_header` names the header that tells a push's key.
        """
        raise NotImplementedError(f"{self.code} has no public keys")


def agreed_rate(carrier: type[Carrier], settings: Mapping[str, str]) -> Rate:
    """Return how often an account may ask. Raises ValueError for what is no number."""
    per_second = float(settings.get("per_second", carrier.rate.per_second))
    if not 0 < per_second < 10_000:
        raise ValueError("per_second")
    per_day = carrier.rate.per_day
    if "per_day" in settings:
        per_day = int(settings["per_day"]) or None
    if per_day is not None and per_day < 1:
        raise ValueError("per_day")
    return Rate(per_second, per_day)


def read(
    carrier: type[Carrier], answer: Answer, *, push: bool = False
) -> list[Tracking]:
    """Return what an answer says; one that is not the carrier's is a `bad_answer`."""
    try:
        told = carrier.parse_push(answer) if push else carrier.parse(answer)
        stated = [with_money(dated(_newest(tracking))) for tracking in told]
    except BadAnswer as error:
        return [failed(Trouble.BAD_ANSWER, str(error))]
    if not carrier.local_times:
        return stated
    home = carrier.countries[0] if len(carrier.countries) == 1 else None
    return [located(tracking, home=home) for tracking in stated]


def _newest(tracking: Tracking) -> Tracking:
    """Leave off the oldest of more scans than any journey has."""
    if len(tracking.events) <= _MOST_SCANS:
        return tracking
    newest = tuple(in_order(tracking.events)[-_MOST_SCANS:])
    return replace(tracking, events=newest, complete=False)


def unless_expired(head: Meaning, now: Meaning = UNKNOWN) -> Meaning:
    """Return what an aggregator states of a parcel, `now` being what its scans say.

    "Expired" means that it stopped asking, so nobody can say where the parcel is: an
    exception, unless its scans tell how it ended.
    """
    if head.status is not Status.EXPIRED:
        return head
    ended = now.status.is_final and now.status is not Status.EXPIRED
    return now if ended else Meaning(Status.EXCEPTION, "generic")


def failed(kind: Trouble, message: object, number: str | None = None) -> Tracking:
    """Return a Tracking that says why there is none."""
    return Tracking(
        number, problem=Problem(kind, str(message or kind)[:500]), complete=False
    )
