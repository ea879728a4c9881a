"""What may call for ops, and how grave each kind of it is."""

from collections.abc import Collection, Mapping
from enum import IntEnum


class Severity(IntEnum):
    """The lower the number, the sooner a human should look."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


CASE = "case"  # any of what a shopper reports
_REPORTS: Mapping[str, Severity] = {
    "redeliver": Severity.CRITICAL,  # a courier's next trip waits for nobody
    "not_received": Severity.HIGH,
    "nobody_came": Severity.HIGH,
    "wrong_address": Severity.HIGH,
    "damaged": Severity.MEDIUM,
    "item_missing": Severity.MEDIUM,
    "unhappy": Severity.LOW,
}
_LISTED: Mapping[str, Severity] = {
    "blind": Severity.CRITICAL,
    "held": Severity.CRITICAL,
    "exception": Severity.HIGH,
    "attempt_failed": Severity.HIGH,
    "undeliverable": Severity.HIGH,
    "webhook_off": Severity.HIGH,
    "probably_lost": Severity.HIGH,
    "on_hold": Severity.HIGH,
    "returning": Severity.HIGH,
    "late": Severity.MEDIUM,
    "stalled": Severity.MEDIUM,
    "pickup_waiting": Severity.MEDIUM,
    "not_collected": Severity.MEDIUM,
    "not_shipped": Severity.MEDIUM,
    "delayed": Severity.LOW,
    "at_risk": Severity.LOW,
    **_REPORTS,
}
_OF: Mapping[str, Severity] = {
    **_LISTED,
    "channel_down": Severity.HIGH,
    "vouchers_low": Severity.MEDIUM,
}
LISTED = tuple(_LISTED)  # kinds of entries in ops' work queue
TOLD = (*_OF, CASE)  # kinds that a rule of alerts may be for


def severity_of(kind: str) -> Severity:
    """Return a kind's severity."""
    return _OF[kind]


def kinds_meant(kind: str) -> Collection[str]:
    """Return the kinds of entries that a rule for a kind of `TOLD` is for."""
    return _REPORTS if kind == CASE else (kind,)
