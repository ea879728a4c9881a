"""The alerts, as one table: when each opens and clears, how grave it is, who is told.

In order of urgency: of an order's alerts the first one is its flag, and while it lasts
the shopper hears of nothing lesser. docs/alerts.md shows this table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from track_service.core.judgement import ConcernKind
from track_service.core.severity import Severity, severity_of

NOT_SHIPPED = "not_shipped"  # of an order that is in no parcel yet


@dataclass(frozen=True, slots=True)
class Alert:
    """One kind of alert; `opens` and `clears` are for people, the rules are code.

    `shopper` and `ops` tell who hears of it, unless a brand says otherwise.
    """

    kind: str
    label: str
    opens: str
    clears: str
    shopper: bool = True
    ops: bool = True

    @property
    def severity(self) -> Severity:
        """How soon a human should look."""
        return severity_of(self.kind)


ALERTS = (
    Alert(
        ConcernKind.PROBABLY_LOST,
        "Probably lost",
        "No news for three times as long as it takes to be stalled, and for ten working"
        " days at least",
        "Any new scan, or an end",
    ),
    Alert(
        ConcernKind.EXCEPTION,
        "Problem",
        "The carrier reports it lost, damaged, refused or undeliverable",
        "A later scan shows it on its way again, or at its end",
    ),
    Alert(
        ConcernKind.ON_HOLD,
        "On hold",
        "The carrier waits for customs, a payment, papers, or the right address",
        "A later scan shows it on its way again, or at its end",
    ),
    Alert(
        ConcernKind.ATTEMPT_FAILED,
        "Attempt failed",
        "A delivery attempt failed; one alert a day of attempts",
        "The courier tries again, the carrier answers it, or the parcel comes to its end",
    ),
    Alert(
        ConcernKind.RETURNING,
        "On the way back",
        "The carrier sends it back",
        "It is back, or goes to the shopper again",
    ),
    Alert(
        ConcernKind.PICKUP_WAITING,
        "Waits at a pick-up point",
        "It has been ready for two working days, or the day before the last on which it"
        " can be collected has begun, and the carrier was seen since",
        "It is collected, or sent back",
    ),
    Alert(
        ConcernKind.LATE,
        "Late",
        "The promised day is over, and the carrier has since been seen not to deliver",
        "It is delivered, ready to be collected, or not to come",
    ),
    Alert(
        ConcernKind.STALLED,
        "Stalled",
        "Silent for longer than 99 of 100 silences of its carrier on its lane and leg"
        " (until that is known: four working days, two when out for delivery)",
        "Any new scan, or an end",
    ),
    Alert(
        ConcernKind.DELAYED,
        "Delayed",
        "The carrier's own date lies after the promise, or it reports a delay",
        "Its date is within the promise again, or it moves on",
    ),
    Alert(
        ConcernKind.AT_RISK,
        "At risk (foreseen)",
        "By the figures of the lane it comes late with a chance of 60 % or more",
        "That chance falls below 40 %, it comes, or is late",
        shopper=False,
    ),
    Alert(
        ConcernKind.NOT_COLLECTED,
        "Label without pick-up",
        "Announced, and silent for longer than announced parcels of its carrier are"
        " (until that is known: four working days)",
        "The carrier has it, or it is cancelled",
        shopper=False,
    ),
    Alert(
        NOT_SHIPPED,
        "Not shipped",
        "Nine of ten orders of its shop were handed over within this time (until that"
        " is known: three working days)",
        "It is handed over or cancelled",
        shopper=False,
    ),
)

_RANK = {alert.kind: rank for rank, alert in enumerate(ALERTS)}


def rank(kind: str) -> int:
    """Return the place of a kind in the order of urgency, 0 the most urgent."""
    return _RANK[kind]


def alert_of(kind: str) -> Alert:
    """Return the alert of a kind that the table holds."""
    return ALERTS[_RANK[kind]]


def flag(kinds: Iterable[str]) -> Alert | None:
    """Return the one alert that an order is flagged with, None where nothing is wrong."""
    return min(map(alert_of, kinds), key=lambda alert: rank(alert.kind), default=None)
