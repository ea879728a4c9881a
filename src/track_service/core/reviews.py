"""What a shopper is asked once a parcel has come, and when: restraint before curiosity.

Of a parcel that went wrong it is asked whether that was put right, and nothing of its
products before it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from track_service.core.calendar import latest
from track_service.core.cases import is_closed
from track_service.core.judgement import PromiseState
from track_service.core.parcel import Shipment
from track_service.core.promise import promise_state
from track_service.core.status import Status
from track_service.core.tracking import Event

REMINDED_AFTER = timedelta(days=7)
MOST_ASKED = 2  # the question and one reminder
STARS = range(1, 6)
KIND = "review_request"  # of the notice that asks
LIKELY = range(11)  # "how likely is it that you recommend us": 0 to 10
_MISHAPS = frozenset({"lost", "damaged", "disposed"})
_LATE = frozenset({PromiseState.LATE, PromiseState.BROKEN})
_UNHAPPY_STARS, _DETRACTOR = 2, 6  # of five stars, of ten points: and below


class Question(StrEnum):
    """What comes after the delivery's own rating."""

    REVIEW = "review"
    RECOVERY = "recovery"


def cause(shipment_id: int, question: Question, asked: int) -> str:
    """Return what names the notice that asks, after it was asked so often."""
    return f"{KIND}:{shipment_id}:{question}:{asked}"


def causes(shipment_id: int) -> list[str]:
    """Return the names of all notices that may ever ask a parcel's shopper."""
    return [cause(shipment_id, q, n) for q in Question for n in range(MOST_ASKED)]


@dataclass(frozen=True, slots=True)
class Asking:
    """A brand's wishes. `by_mail`: mails ask too, not only pages.

    `use_days` is how long a product is used before it is judged; `of_category` says so
    for a category alone, by its name in small letters.
    """

    by_mail: bool = False
    use_days: int = 7
    of_category: Mapping[str, int] = field(default_factory=dict)

    def use_time(self, categories: Iterable[str | None]) -> timedelta:
        """Return the longest time that one of these categories is used."""
        days = [
            self.of_category.get((one or "").casefold(), self.use_days)
            for one in categories
        ]
        return timedelta(days=max(days, default=self.use_days))


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a parcel beside its scans: cases, and what its shopper said.

    `is_right` is their answer whether what went wrong was put right, None before;
    `is_unhappy` that a bad rating waits for a human, which speaks against no other one.
    """

    has_case: bool = False
    had_case: bool = False
    is_right: bool | None = None
    is_unhappy: bool = False


def may_rate(shipment: Shipment, past: Past, *, now: datetime, zone: tzinfo) -> bool:
    """Tell whether a delivery may be rated: it came, not long ago, and no case is open."""
    is_here = shipment.meaning.status is Status.DELIVERED
    is_done = shipment.quiet or shipment.erased_at is not None or past.has_case
    return is_here and not is_done and not is_closed(shipment, now=now, zone=zone)


def question(
    shipment: Shipment, past: Past, *, now: datetime, zone: tzinfo
) -> Question | None:
    """Return what may be asked beside the delivery's rating, None for nothing more.

    A gift's products are judged by nobody: who reads the page may not be who bought.
    """
    if past.is_unhappy or not may_rate(shipment, past, now=now, zone=zone):
        return None
    if not past.is_right and (
        past.had_case or went_wrong(shipment, now=now, zone=zone)
    ):
        return Question.RECOVERY if past.is_right is None else None
    return None if shipment.order.is_gift else Question.REVIEW


def went_wrong(shipment: Shipment, *, now: datetime, zone: tzinfo) -> bool:
    """Tell whether a parcel came late, or was lost or damaged on its way."""
    meanings = (event.meaning for event in shipment.events)
    mishap = any(
        one.status is Status.EXCEPTION and one.sub in _MISHAPS for one in meanings
    )
    return mishap or is_late(shipment, now=now, zone=zone) is True


def is_late(shipment: Shipment, *, now: datetime, zone: tzinfo) -> bool | None:
    """Tell whether a parcel came after its promised day, None where none was promised."""
    state = promise_state(shipment, now=now, zone=zone)
    return None if state is PromiseState.NO_PROMISE else state in _LATE


def delivered_at(shipment: Shipment, *, zone: tzinfo) -> datetime:
    """Return when a delivered parcel came, at the latest (aware UTC)."""
    came = [e.stamp for e in shipment.events if e.meaning.status is Status.DELIVERED]
    stamps = (shipment.delivered_at, *came[-1:])
    return next((latest(one, zone) for one in stamps if one), shipment.created_at)


def next_due(due_at: datetime, asked: int) -> datetime | None:
    """Return when to ask again after it was asked so often, None for never again."""
    return due_at + REMINDED_AFTER if asked < MOST_ASKED else None


def is_unhappy(stars: int | None, likely: int | None, is_right: bool | None) -> bool:
    """Tell whether answers call for a human: few stars, few points, not put right."""
    few = stars is not None and stars <= _UNHAPPY_STARS
    return few or (likely is not None and likely <= _DETRACTOR) or is_right is False


def region(events: Iterable[Event]) -> str | None:
    """Return the last region that a scan names, else its city; 120 characters at most."""
    named = (e.place.region or e.place.city for e in reversed(tuple(events)))
    found = next(filter(None, named), None)
    return found[:120] if found else None
