"""Which entries somebody asks for, read out of words: for the page, the API, the CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from track_service.carriers import carriers
from track_service.core.severity import Severity
from track_service.store import queue, queue_filter
from track_service.store.queue import Entry
from track_service.store.queue_filter import NOBODY, Wanted

STATES = ("open", "muted", "closed", "all")
_LONGEST = 120
_MOST = 2**31 - 1


class WrongFilter(Exception):
    """What is asked for is not understood; `field` names the argument."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


@dataclass(frozen=True, slots=True)
class Page:
    """A page of entries and the cursor of the next, None behind the last."""

    entries: list[Entry]
    cursor: str | None


def read(
    args: Mapping[str, str],
    *,
    brands: Mapping[str, int],
    user_id: int | None,
    now: datetime,
) -> Wanted:
    """Return the filter that arguments describe. Raises `WrongFilter`.

    `brands` are those that the asker may see, by code. `owner` is me, nobody or an id;
    `over` (1) are entries past their time, `older` those open for so many hours; `q` is
    an order's or a tracking number.
    """
    given = {name: value.strip() for name, value in args.items() if value.strip()}
    for name, value in given.items():
        if len(value) > _LONGEST or not value.isprintable():
            raise WrongFilter(name, "is too long or holds what is no text")
    code, q = given.get("brand"), given.get("q")
    if code is not None and code not in brands:
        raise WrongFilter("brand", "is none of yours")
    older = _number(given, "older")
    return Wanted(
        brand_ids=sorted(brands.values()) if code is None else [brands[code]],
        state=_choice(given, "state", STATES) or "open",
        carrier=given.get("carrier"),
        kind=given.get("kind"),
        severity=_severity(given),
        owner_id=_owner(given, user_id),
        before=None if older is None else now - timedelta(hours=min(older, 100_000)),
        due=now if given.get("over") == "1" else None,
        group=_number(given, "group"),
        numbers=() if q is None else tuple({q, "".join(q.split()).upper()}),
        carriers=tuple(carriers()) if q else (),
    )


def page(
    session: Session, wanted: Wanted, *, now: datetime, cursor: str | None, limit: int
) -> Page:
    """Return a page of entries. Raises `WrongFilter` for what is no cursor of its list."""
    after = _place(wanted, cursor) if cursor else ()
    ids = queue_filter.page_ids(session, wanted, now=now, after=after, limit=limit + 1)
    entries = queue.load(session, ids[:limit])
    if len(ids) <= limit or not entries:
        return Page(entries, None)
    place = queue.place(entries[-1], wanted)
    return Page(entries, "~".join(map(_word, place)))


def _word(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _place(wanted: Wanted, cursor: str) -> tuple[Any, ...]:
    words = cursor.split("~")
    try:
        if not queue_filter.is_by_urgency(wanted):
            (entry_id,) = words
            return (_small(entry_id),)
        severity, due, entry_id = words
        return (_small(severity), _aware(due), _small(entry_id))
    except ValueError as error:
        raise WrongFilter("cursor", "is no cursor of this list") from error


def _aware(word: str) -> datetime:
    at = datetime.fromisoformat(word)
    if at.tzinfo is None:
        raise ValueError(word)
    return at


def _small(word: str) -> int:
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 19 else -1
    if number < 0:
        raise ValueError(word)
    return number


def _choice(given: Mapping[str, str], name: str, known: tuple[str, ...]) -> str | None:
    value = given.get(name)
    if value is not None and value not in known:
        raise WrongFilter(name, f"is none of {', '.join(known)}")
    return value


def _severity(given: Mapping[str, str]) -> Severity | None:
    names = tuple(severity.name.lower() for severity in Severity)
    value = _choice(given, "severity", names)
    return None if value is None else Severity[value.upper()]


def _owner(given: Mapping[str, str], user_id: int | None) -> int | None:
    value = given.get("owner")
    if value == "nobody":
        return NOBODY
    if value == "me" and user_id is not None:
        return user_id
    return _number(given, "owner")


def _number(given: Mapping[str, str], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:11]) <= _MOST):
        raise WrongFilter(name, "is no number")
    return int(value[:11])
