"""Voice: one language's sentences, dates, times and money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from track_service.templating.catalog import catalogue


@dataclass(frozen=True, slots=True)
class _Dates:
    """How a language writes a day; clear of month/day order by the month's name."""

    full: str
    short: str
    near: str = "d MMMM"
    year: str = " y"
    short_year: str = " y"


_DATES: Mapping[str, _Dates] = {
    "en": _Dates("EEEE d MMMM", "EEE d MMM"),
    "vi": _Dates("EEEE, d MMMM", "EEEEE, d/M", short_year="/y"),
    "de": _Dates("EEEE, d. MMMM", "EEE, d. MMM", "d. MMMM"),
    "es": _Dates("EEEE, d 'de' MMMM", "EEE, d MMM", "d 'de' MMMM", year=" 'de' y"),
    "fr": _Dates("EEEE d MMMM", "EEE d MMM"),
}
_PLAIN = _Dates("EEE d MMM", "EEE d MMM")
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
        forms = _DATES.get(self.language, _PLAIN)
        pattern, year = (
            (forms.short, forms.short_year) if short else (forms.full, forms.year)
        )
        return self._dated(day, pattern + (year if day.year != today.year else ""))

    def day(self, day: date, today: date) -> str:
        """Return a date as a label that says so if it is near: `Today, 22 November`."""
        near = {
            -1: N_("Yesterday, {date}"),
            0: N_("Today, {date}"),
            1: N_("Tomorrow, {date}"),
        }.get((day - today).days)
        if near is None:
            return self.full_date(day, today)
        return self.say(
            near, date=self._dated(day, _DATES.get(self.language, _PLAIN).near)
        )

    def _dated(self, day: date, pattern: str) -> str:
        if self.language == "fr" and day.day == 1:
            pattern = pattern.replace("d ", "d'er' ")
        return format_date(day, pattern, locale=self.language)

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
