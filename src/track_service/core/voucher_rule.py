"""A brand's rule of vouchers: for which troubles an order is given one, and which.

As the part `voucher` of the document of `core.rules`. docs/notices.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from track_service.core.judgement import ConcernKind

LONGEST_CODE = 60  # letters
# They count by days, so they are no kinds that call for a voucher at once.
BY_DAYS = frozenset({ConcernKind.LATE, ConcernKind.DELAYED})
_MOST_DAYS, _MOST_LEFT = 60, 100_000
_KINDS = tuple(kind for kind in ConcernKind if kind not in BY_DAYS)
_KEYS = ("late_days", "kinds", "code", "warn_below")


class WrongVoucher(ValueError):
    """What was told is no rule; the message names the place and what is wanted."""


@dataclass(frozen=True, slots=True)
class VoucherRule:
    """When an order is given a voucher.

    `late_days`: once a parcel is late, or stated to come late, by so many days; None
    for never. `kinds` call for one at once. `code` is given to every order, None where
    each is given one of the brand's stock; ops hear when fewer than `warn_below` are
    left of that.
    """

    late_days: int | None = None
    kinds: tuple[ConcernKind, ...] = ()
    code: str | None = field(default=None, repr=False)
    warn_below: int = 20


def read(told: object) -> VoucherRule | None:
    """Return the rule of a document, None for none. Raises `WrongVoucher`."""
    if told is None:
        return None
    if not isinstance(told, dict) or not told.keys() <= set(_KEYS):
        raise WrongVoucher(f"voucher is null or an object of {', '.join(_KEYS)}")
    days, kinds = told.get("late_days"), told.get("kinds", [])
    if not isinstance(kinds, list) or not all(kind in _KINDS for kind in kinds):
        raise WrongVoucher(f"voucher.kinds is a list of {', '.join(_KINDS)}")
    if days is None and not kinds:
        raise WrongVoucher("voucher wants late_days, kinds or both")
    return VoucherRule(
        None if days is None else _number(days, "late_days", 1, _MOST_DAYS),
        tuple(ConcernKind(kind) for kind in dict.fromkeys(kinds)),
        None if told.get("code") is None else _code(told["code"]),
        _number(told.get("warn_below", 20), "warn_below", 0, _MOST_LEFT),
    )


def document(rule: VoucherRule | None) -> Mapping[str, Any] | None:
    """Return a rule as the document that `read` takes."""
    if rule is None:
        return None
    return {
        "late_days": rule.late_days,
        "kinds": list(rule.kinds),
        "code": rule.code,
        "warn_below": rule.warn_below,
    }


def is_code(told: object) -> bool:
    """Tell whether something can be a voucher's code: printable, without blanks around."""
    return (
        isinstance(told, str)
        and 0 < len(told) <= LONGEST_CODE
        and told.isprintable()
        and told == told.strip()
    )


def _code(told: Any) -> str:
    if not is_code(told):
        raise WrongVoucher(f"voucher.code is up to {LONGEST_CODE} printable letters")
    return str(told)


def _number(told: object, where: str, least: int, most: int) -> int:
    if isinstance(told, bool) or not isinstance(told, int) or not least <= told <= most:
        raise WrongVoucher(f"voucher.{where} is a whole number from {least} to {most}")
    return told
