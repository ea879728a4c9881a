"""How grave each kind of entry in ops' work queue is."""

from enum import IntEnum


class Severity(IntEnum):
    """The lower the number, the sooner a human should look."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


_OF: dict[str, Severity] = {
    "blind": Severity.CRITICAL,
    "held": Severity.CRITICAL,
    "exception": Severity.HIGH,
    "attempt_failed": Severity.HIGH,
    "undeliverable": Severity.HIGH,
    "webhook_off": Severity.HIGH,
    "channel_down": Severity.HIGH,
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
}


def severity_of(kind: str) -> Severity:
    """Return a kind's severity; a kind that no rule names is of medium severity."""
    return _OF.get(kind, Severity.MEDIUM)
