"""What the console's templates may use: dataclasses whose fields are their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from track_service.carriers import carriers
from track_service.core.severity import LISTED, Severity
from track_service.services.numbers import Numbers
from track_service.services.queue_words import what, where
from track_service.services.queue_work import Status
from track_service.store.audit import Deed
from track_service.store.cases import Case
from track_service.store.queue import Entry, Event, Totals

STATUSES = {
    Status.OPEN: "Open",
    Status.IN_WORK: "In work",
    Status.WAITING: "Waiting",
    Status.DONE: "Done",
}
SEVERITIES = {severity.name.lower(): severity.name.title() for severity in Severity}
_STATES = {
    "": "Open",
    "muted": "Muted",
    "closed": "Done or cleared",
    "all": "Everything",
}
_OWNERS = {"me": "Me", "nobody": "Nobody"}
_SPANS = {"4": "4 hours", "24": "a day", "72": "3 days", "168": "a week"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPage:
    """The form to sign in."""

    token: str
    wrong: str | None
    to: str
    email: str
    has_oidc: bool
    language: str = "en"
    brand: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsidePage:
    """What every page of somebody who is signed in shows."""

    token: str
    user: str
    tab: str
    sees_log: bool
    language: str = "en"
    brand: None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in the words of a list."""

    entry: Entry
    what: str
    where: str
    severity: str
    status: str
    age: str
    due: str
    is_over: bool
    is_muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage(InsidePage):
    """A page of the work queue, with its filters as they are set."""

    lines: Sequence[Line]
    group: Line | None
    totals: Totals
    given: Mapping[str, str]
    choices: Mapping[str, tuple[str, Mapping[str, str]]]
    several: bool
    statuses: Mapping[Status, str]
    colleagues: Sequence[tuple[int, str]]
    may_work: bool
    told: str | None
    more: str | None
    csv: str
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage(InsidePage):
    """One entry, what is known of it, and what happened to it."""

    line: Line
    facts: Sequence[tuple[str, str]]
    page_url: str | None
    report: Case | None
    outcomes: Sequence[str]
    events: Sequence[tuple[str, str, str, str | None]]
    statuses: Mapping[Status, str]
    colleagues: Sequence[tuple[int, str]]
    may_work: bool
    may_decide: bool
    told: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPage(InsidePage):
    """The form in which a user chooses a password; `told` once it is changed."""

    email: str
    shortest: int
    wrong: str | None
    told: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage(InsidePage):
    """Who did what."""

    deeds: Sequence[Deed]
    more: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersPage(InsidePage):
    """A brand's days in figures, the newest first."""

    code: str
    codes: Sequence[str]
    span: int
    spans: Sequence[int]
    total: Numbers
    days: Sequence[Numbers]


def choices(
    brands: Sequence[str], colleagues: Sequence[tuple[int, str]]
) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what a list can be narrowed to: label and options by argument."""
    anything = {"": "All"}
    found = {
        "state": ("Show", dict(_STATES)),
        "brand": ("Brand", anything | {code: code for code in brands}),
        "severity": ("Severity", anything | SEVERITIES),
        "kind": ("Kind", anything | {k: k.replace("_", " ") for k in LISTED}),
        "carrier": ("Carrier", anything | _carriers()),
        "owner": ("Owner", anything | _OWNERS | {str(i): n for i, n in colleagues}),
        "older": ("Open for", anything | _SPANS),
    }
    if len(brands) < 2:
        del found["brand"]
    return found


def _carriers() -> dict[str, str]:
    labels = {code: carrier.label for code, carrier in carriers().items()}
    return dict(sorted(labels.items(), key=lambda pair: pair[1].casefold()))


def line(entry: Entry, *, now: datetime) -> Line:
    """Return an entry's line at `now`."""
    ended = entry.closed_at or now
    left = entry.due_at - ended
    over = f"{span(-left)} over" if left <= timedelta() else f"{span(left)} left"
    return Line(
        entry=entry,
        what=what(entry),
        where=where(entry),
        severity=entry.severity.name.lower(),
        status=STATUSES[Status(entry.status)],
        age=span(ended - entry.opened_at),
        due="" if entry.closed_at else over,
        is_over=left <= timedelta() and not entry.closed_at,
        is_muted=entry.muted_until is not None and entry.muted_until > now,
    )


def span(time: timedelta) -> str:
    """Return a span in its two greatest units at most: 3 d 4 h, 2 h 5 min."""
    minutes = max(0, int(time.total_seconds()) // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    units = [(days, "d"), (hours, "h"), (minutes, "min")]
    told = [f"{number} {unit}" for number, unit in units if number]
    if not told:
        return "0 min"
    return " ".join(told[: 1 if days >= 10 else 2])


_HAPPENED = {
    "cleared": "Its cause has ended; cleared by itself",
    "returned": "Its cause is back; open again",
    "note": "Note",
    "assign": "Owner",
    "status": "Status",
    "mute": "Muted",
    "released": "The held messages were let go",
    "dropped": "The held messages were dropped",
    "settled": "The case was settled",
}


def happening(
    event: Event, names: Mapping[int, str]
) -> tuple[str, str, str, str | None]:
    """Return when, who, what and a person's words of an event."""
    told = _HAPPENED.get(event.what, event.what)
    detail = event.detail
    if event.what == "status" and detail is not None:
        detail = STATUSES[Status(detail)].lower()
    if event.what == "assign":
        detail = names.get(int(detail), "somebody") if detail else "nobody"
    if event.what == "mute":
        told, detail = ("Muted until", detail[:16]) if detail else ("Heard again", None)
    by = event.by or {"service": "Track Service"}.get(event.actor, event.actor)
    at = event.at.isoformat(sep=" ", timespec="minutes")[:16]
    return at, by, f"{told}: {detail}" if detail else told, event.words
