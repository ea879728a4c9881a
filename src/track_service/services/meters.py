"""What is counted while it happens; the edge turns it into Prometheus counters."""

from typing import Protocol

from track_service.core.status import Status


class Meters(Protocol):
    """Counters that only ever grow."""

    def polled(self, carrier: str, result: str, parcels: int = 1) -> None:
        """Count parcels asked for, by what came of it (`ok` or a trouble)."""
        ...

    def pushed(self, carrier: str, result: str) -> None:
        """Count a body that a carrier sent, by what came of it."""
        ...

    def handed(self, platform: str, result: str) -> None:
        """Count a body that a storefront sent, by what came of it."""
        ...

    def scanned(self, carrier: str, status: Status) -> None:
        """Count a new scan; `unknown` is a code that no table holds."""
        ...

    def noticed(self, channel: str, result: str) -> None:
        """Count a notice tried on a channel, by what came of it."""
        ...
