"""Prometheus: counters that grow while things happen, gauges read when asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy.orm import Session

from track_service.carriers import carriers
from track_service.core.status import Status
from track_service.store import asking, cases, figures, words

_Of = tuple[str, ...]


class Counters:
    """The `Meters` of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._polls = self._counter(
            "track_polls", "Parcels asked for, by result", ["carrier", "result"]
        )
        self._pushes = self._counter(
            "track_pushes",
            "Bodies that carriers sent, by result",
            ["carrier", "result"],
        )
        self._hooks = self._counter(
            "track_storefront_hooks",
            "Bodies that storefronts sent, by result",
            ["platform", "result"],
        )
        self._scans = self._counter(
            "track_scans",
            "New scans; unknown is a code no table holds",
            ["carrier", "status"],
        )
        self._notices = self._counter(
            "track_notices", "Notices tried, by result", ["channel", "result"]
        )

    def _counter(self, name: str, text: str, labels: list[str]) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def polled(self, carrier: str, result: str, parcels: int = 1) -> None:
        """Count parcels asked for."""
        self._polls.labels(carrier, result).inc(parcels)

    def pushed(self, carrier: str, result: str) -> None:
        """Count a body that a carrier sent."""
        self._pushes.labels(carrier, result).inc()

    def handed(self, platform: str, result: str) -> None:
        """Count a body that a storefront sent."""
        self._hooks.labels(platform, result).inc()

    def scanned(self, carrier: str, status: Status) -> None:
        """Count a new scan."""
        self._scans.labels(carrier, status).inc()

    def noticed(self, channel: str, result: str) -> None:
        """Count a notice tried."""
        self._notices.labels(channel, result).inc()

    def total(self, name: str, **labels: str) -> float:
        """Return the sum of a counter over all series that carry these labels."""
        return sum(
            sample.value
            for metric in self.registry.collect()
            for sample in metric.samples
            if sample.name == f"{name}_total"
            and labels.items() <= sample.labels.items()
        )


def text(session: Session, counters: Counters, *, now: datetime) -> bytes:
    """Return the exposition: this process's counters and the database's gauges."""
    return generate_latest(counters.registry) + generate_latest(_gauges(session, now))


def _gauges(session: Session, now: datetime) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, told: str, labels: str, counts: Mapping[Any, float]) -> None:
        made = Gauge(name, told, labels.split(), registry=registry)
        for of, count in counts.items():
            made.labels(*of).set(count)

    gauge(
        "track_shipments",
        "Parcels by status",
        "carrier status",
        figures.shipments_by_status(session),
    )
    gauge(
        "track_notices_now",
        "Notices by state",
        "audience channel state",
        figures.notices_by_state(session),
    )
    gauge(
        "track_concerns_open",
        "Concerns that stand open",
        "kind",
        {(kind,): count for kind, count in figures.open_concerns(session).items()},
    )
    due = _due(session, now)
    gauge(
        "track_due",
        "Parcels that are due to be asked for",
        "carrier",
        {of: count for of, (count, _) in due.items()},
    )
    gauge(
        "track_due_age_seconds",
        "Age of the longest-due parcel",
        "carrier",
        {of: (now - since).total_seconds() for of, (_, since) in due.items()},
    )
    gauge(
        "track_unknown_codes",
        "Kept scans whose code no table holds",
        "carrier code",
        {(c.carrier, c.code or ""): c.scans for c in figures.unknown_codes(session)},
    )
    gauge(
        "track_storefront_words",
        "Words owed to storefronts, by state",
        "brand platform state",
        words.by_state(session),
    )
    gauge(
        "track_cases",
        "Cases of shoppers",
        "carrier hub kind state",
        {
            (carrier, hub or "", kind, "open" if is_open else "settled"): count
            for carrier, hub, kind, is_open, count in cases.counts(session)
        },
    )
    gauge(
        "track_storefront_failures",
        "Questions for a storefront's orders that failed in a row",
        "brand platform",
        {(x.brand, x.platform): x.failures for x in asking.failing(session)},
    )
    return registry


def _due(session: Session, now: datetime) -> dict[_Of, tuple[int, datetime]]:
    """Who of each carrier is due: a carrier that tells by itself is asked by nobody."""
    pulled = {code for code, carrier in carriers().items() if carrier.pull}
    overdue = figures.overdue(session, now=now)
    return {(code,): due for code, due in overdue.items() if code in pulled}
