"""Voice: one language's sentences, dates, times and money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from track_service.templating.catalog import catalogue

# Clear of month/day order: a day is written with its month's name, in each language.
_FULL: Mapping[str, str] = {"en": "EEEE d MMMM", "vi": "EEEE, d MMMM"}
_SHORT: Mapping[str, str] = {"en": "EEE d MMM", "vi": "EEEEE, d/M"}
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def N_(message: str) -> str:  # noqa: N802 - the name that extraction knows
    """Mark a message for translation where it stands; it is said elsewhere."""
    return message


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks one language. Placeholders of messages are `{name}`; values are inert."""

    language: str

    def say(self, message: str, /, **values: object) -> str:
        """Return the message in this language, its placeholders filled."""
        text = catalogue(self.language).gettext(message)
        return text.format(**values) if values else text

    def many(self, one: str, more: str, n: int, /, **values: object) -> str:
        """Return the message for `n` things; `{n}` is the number."""
        return catalogue(self.language).ngettext(one, more, n).format(n=n, **values)

    def full_date(self, day: date, today: date, *, short: bool = False) -> str:
        """Return `Saturday 22 November`, with the year unless it is this one."""
        pattern = (_SHORT if short else _FULL).get(self.language, "EEE d MMM")
        if day.year != today.year:
            pattern += "/y" if pattern.endswith("/M") else " y"
        return format_date(day, pattern, locale=self.language)

    def day(self, day: date, today: date) -> str:
        """Return a date as a label that says so if it is near: `Today, 22 November`."""
        near = {
            -1: N_("Yesterday, {date}"),
            0: N_("Today, {date}"),
            1: N_("Tomorrow, {date}"),
        }.get((day - today).days)
        if near is None:
            return self.full_date(day, today)
        return self.say(near, date=format_date(day, "d MMMM", locale=self.language))

    def time(self, local: datetime) -> str:
        """Return the wall clock as stated, 24 hours, to the minute."""
        return f"{local:%H:%M}"

    def money(self, amount: Decimal, currency: str | None) -> str:
        """Return an amount; without a currency the bare number."""
        if currency is None:
            return format_decimal(amount, locale=self.language)
        return format_currency(amount, currency, locale=self.language)

    def country(self, code: str) -> str:
        """Return a country's name, the code itself if it is none."""
        names = Locale.parse(self.language).territories
        return str(names.get(code.upper(), code))

    def ago(self, then: datetime, now: datetime) -> str:
        """Return how long ago, in steps so wide that a page stays fresh for a while."""
        past = max(now - then, timedelta())
        if past < 15 * _MINUTE:
            return self.say("a few minutes ago")
        if past < _HOUR:
            return self.say("less than an hour ago")
        if past < 2 * _DAY:
            return self.many("{n} hour ago", "{n} hours ago", past // _HOUR)
        return self.many("{n} day ago", "{n} days ago", past // _DAY)


def ago_changes(then: datetime, now: datetime) -> datetime:
    """Return the next instant at which `Voice.ago` says something else."""
    past = max(now - then, timedelta())
    if past < 15 * _MINUTE:
        return then + 15 * _MINUTE
    if past < _HOUR:
        return then + _HOUR
    step = _HOUR if past < 2 * _DAY else _DAY
    return then + (past // step + 1) * step


def own_name(language: str) -> str:
    """Return a language's name in itself: `Tiếng Việt`."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]
