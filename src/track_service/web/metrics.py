"""Prometheus: counters that grow while things happen, gauges read when asked."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy.orm import Session

from track_service.carriers import carriers
from track_service.core.status import Status
from track_service.store import asking, cases, figures, words


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

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, list(labels), registry=registry)

    parcels = gauge("track_shipments", "Parcels by status", "carrier", "status")
    for (carrier, status), count in figures.shipments_by_status(session).items():
        parcels.labels(carrier, status).set(count)
    notices = gauge(
        "track_notices_now", "Notices by state", "audience", "channel", "state"
    )
    for labels, count in figures.notices_by_state(session).items():
        notices.labels(*labels).set(count)
    concerns = gauge("track_concerns_open", "Concerns that stand open", "kind")
    for kind, count in figures.open_concerns(session).items():
        concerns.labels(kind).set(count)
    due = gauge("track_due", "Parcels that are due to be asked for", "carrier")
    age = gauge("track_due_age_seconds", "Age of the longest-due parcel", "carrier")
    pulled = {code for code, carrier in carriers().items() if carrier.pull}
    for carrier, (count, since) in figures.overdue(session, now=now).items():
        if carrier not in pulled:  # it tells by itself, nobody asks
            continue
        due.labels(carrier).set(count)
        age.labels(carrier).set((now - since).total_seconds())
    unknown = gauge(
        "track_unknown_codes", "Kept scans whose code no table holds", "carrier", "code"
    )
    for code in figures.unknown_codes(session):
        unknown.labels(code.carrier, code.code or "").set(code.scans)
    told = gauge(
        "track_storefront_words",
        "Words owed to storefronts, by state",
        "brand",
        "platform",
        "state",
    )
    for labels, count in words.by_state(session).items():
        told.labels(*labels).set(count)
    reported = gauge(
        "track_cases", "Cases of shoppers", "carrier", "hub", "kind", "state"
    )
    for carrier, hub, kind, is_open, count in cases.counts(session):
        state = "open" if is_open else "settled"
        reported.labels(carrier, hub or "", kind, state).set(count)
    unasked = gauge(
        "track_storefront_failures",
        "Questions for a storefront's orders that failed in a row",
        "brand",
        "platform",
    )
    for shop in asking.failing(session):
        unasked.labels(shop.brand, shop.platform).set(shop.failures)
    return registry
