"""A brand's rules of notices: what its shoppers hear of, by what, when and how often.

As a document (`read`, `document`) it holds `events`, `quiet_hours`, `per_day`,
`together_minutes` and `voucher`; what it leaves out is as usual. docs/notices.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from track_service.core import voucher_rule
from track_service.core.alerts import ALERTS, NOT_SHIPPED
from track_service.core.judgement import ConcernKind
from track_service.core.order_events import OrderEvent
from track_service.core.steps import Step
from track_service.core.voucher_rule import VoucherRule, WrongVoucher

_TROUBLES = (ConcernKind(a.kind) for a in ALERTS if a.kind != NOT_SHIPPED)
# What a shopper can be told of an order before it is in a parcel, and of its parcels.
EVENTS = (*OrderEvent, *Step, *_TROUBLES)
# What helps only today; it counts among a day's notices, and is not held back by them.
CANNOT_WAIT: frozenset[str] = frozenset(
    {
        Step.OUT_FOR_DELIVERY,
        Step.AVAILABLE_FOR_PICKUP,
        ConcernKind.ATTEMPT_FAILED,
        ConcernKind.ON_HOLD,
    }
)
_USUAL: Mapping[str, tuple[str, ...] | None] = {
    **dict.fromkeys(
        (Step.AVAILABLE_FOR_PICKUP, Step.RETURN_RECEIVED, Step.MOVING_AGAIN)
    ),
    **dict.fromkeys(a.kind for a in ALERTS if a.shopper and a.kind in EVENTS),
}
_MOST_A_DAY, _LONGEST = 50, 120
_KEYS = frozenset({"events", "quiet_hours", "per_day", "together_minutes", "voucher"})


class WrongRules(ValueError):
    """A document holds no rules; the message names the place and what is wanted."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nobody is written to, by the shopper's clock."""

    start: time
    until: time

    def holds(self, local: time) -> bool:
        """Tell whether a time of day is quiet; they may go over midnight."""
        if self.start < self.until:
            return self.start <= local < self.until
        return local >= self.start or local < self.until


@dataclass(frozen=True, slots=True)
class Rules:
    """What shoppers hear of, and when.

    `events` holds each kind that is told, with the channels that may tell it (None:
    any). `together` is how long news of one order's parcels wait for each other.
    """

    events: Mapping[str, tuple[str, ...] | None] = field(
        default_factory=lambda: dict(_USUAL)
    )
    quiet: Quiet | None = Quiet(time(21), time(8))
    per_day: int | None = 3
    together: timedelta = timedelta(minutes=10)
    voucher: VoucherRule | None = None

    def tells(self, kind: str) -> bool:
        """Tell whether shoppers hear of events of a kind."""
        return kind in self.events

    def allows(self, kind: str, channel: str) -> bool:
        """Tell whether a channel may tell of a kind."""
        channels = self.events.get(kind)
        return kind in self.events and (channels is None or channel in channels)

    def wake(self, now: datetime, zone: tzinfo) -> datetime | None:
        """Return when the quiet hours end (aware UTC), None where it is not quiet."""
        local = now.astimezone(zone)
        if self.quiet is None or not self.quiet.holds(local.time()):
            return None
        return _next(local, self.quiet.until, zone)

    def tomorrow(self, now: datetime, zone: tzinfo) -> datetime:
        """Return when the next day's first notice may go out (aware UTC)."""
        local = now.astimezone(zone)
        midnight = _next(local, time(0), zone)
        return self.wake(midnight, zone) or midnight


DEFAULT = Rules()


def read(told: object, *, channels: Collection[str] | None = None) -> Rules:
    """Return the rules of a document. Raises `WrongRules`.

    `channels` are those that a shopper can be told by, None where any name will do.
    """
    given = _object(told, "the rules")
    if strange := sorted(given.keys() - _KEYS):
        raise WrongRules(f"{strange[0]!r} is no rule: {', '.join(sorted(_KEYS))}")
    minutes = _number(given.get("together_minutes", 10), "together_minutes", _LONGEST)
    cap = given.get("per_day", DEFAULT.per_day)
    if cap is not None and _number(cap, "per_day", _MOST_A_DAY) == 0:
        raise WrongRules("per_day is at least 1, or null for no cap")
    return Rules(
        events=_events(given.get("events", {}), channels),
        quiet=_quiet(given["quiet_hours"]) if "quiet_hours" in given else DEFAULT.quiet,
        per_day=cap,
        together=timedelta(minutes=minutes),
        voucher=_voucher(given.get("voucher")),
    )


def document(rules: Rules) -> dict[str, Any]:
    """Return rules as the document that `read` takes, with nothing left out."""
    quiet = rules.quiet
    return {
        "events": {kind: _told(rules, kind) for kind in EVENTS},
        "quiet_hours": quiet and [f"{at:%H:%M}" for at in (quiet.start, quiet.until)],
        "per_day": rules.per_day,
        "together_minutes": int(rules.together.total_seconds() // 60),
        "voucher": voucher_rule.document(rules.voucher),
    }


def _told(rules: Rules, kind: str) -> bool | list[str]:
    channels = rules.events.get(kind)
    return kind in rules.events if channels is None else list(channels)


def _next(local: datetime, at: time, zone: tzinfo) -> datetime:
    """Return when a clock next shows a time, later than now."""
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _events(
    told: object, channels: Collection[str] | None
) -> dict[str, tuple[str, ...] | None]:
    found = dict(_USUAL)
    given = _object(told, "events")
    for kind in given:
        if kind not in EVENTS:
            raise WrongRules(f"events: {kind!r} is no kind: {', '.join(EVENTS)}")
    for kind, how in given.items():
        if how is False:
            found.pop(kind, None)
        elif how is True:
            found[kind] = None
        else:
            found[kind] = _channels(how, kind, channels)
    return found


def _channels(
    told: object, kind: str, channels: Collection[str] | None
) -> tuple[str, ...]:
    if not isinstance(told, list) or not told:
        raise WrongRules(f"events.{kind} is true, false or a list of channels")
    for code in told:
        if not isinstance(code, str) or (channels is not None and code not in channels):
            known = ", ".join(sorted(channels or ()))
            raise WrongRules(f"events.{kind}: {code!r} is no channel: {known}")
    return tuple(dict.fromkeys(told))


def _voucher(told: object) -> VoucherRule | None:
    try:
        return voucher_rule.read(told)
    except WrongVoucher as error:
        raise WrongRules(str(error)) from error


def _quiet(told: object) -> Quiet | None:
    if told is None:
        return None
    if not isinstance(told, list) or len(told) != 2:
        raise WrongRules('quiet_hours is null or two times: ["21:00", "08:00"]')
    start, until = map(_time, told)
    if start == until:
        raise WrongRules("quiet_hours begin and end at the same time")
    return Quiet(start, until)


def _time(told: object) -> time:
    try:
        if isinstance(told, str) and len(told) == len("21:00"):
            return time.fromisoformat(told)
    except ValueError:
        pass
    raise WrongRules(f"quiet_hours: {told!r} is no time such as 21:00")


def _number(told: object, where: str, most: int) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= most:
        raise WrongRules(f"{where} is a whole number up to {most}")
    return told


def _object(told: object, where: str) -> dict[str, Any]:
    if not isinstance(told, dict) or not all(isinstance(name, str) for name in told):
        raise WrongRules(f"{where}: a JSON object is wanted")
    return told
