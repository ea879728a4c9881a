"""What looking after parcels takes: carriers, database, clocks, chance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from track_service.carriers.base import Carrier
from track_service.core.fallback import Fallback
from track_service.http import Dns, Guarded
from track_service.services import look
from track_service.services.foresight import Foresight
from track_service.services.keyring import Keyring
from track_service.services.meters import Meters
from track_service.store.db import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that polls and pushes are handled with.

    `carriers` are by code. `accounts` are the settings of each carrier's account, by
    which pushes are verified; `per_day` the calls a day of those that have a budget.
    `now` is the domain's time, `wall` the real one. Shops are asked through `guarded`,
    the holders of their domains by `dns`.
    """

    carriers: Mapping[str, Carrier]
    accounts: Mapping[str, Mapping[str, str]]
    per_day: Mapping[str, int]
    database: Database
    now: Callable[[], datetime]
    wall: Callable[[], datetime]
    jitter: Callable[[], float]
    name: Callable[[], str]
    meters: Meters
    retention: timedelta = timedelta(days=30)
    fallback: Fallback = field(default_factory=Fallback)
    keyring: Keyring = field(default_factory=Keyring)
    guarded: Guarded = field(default_factory=Guarded)
    dns: Dns = field(default_factory=Dns)
    foresight: Foresight = field(default_factory=Foresight)

    def eye(self) -> look.Eye:
        """Return what a look needs, at this moment."""
        self.foresight.refresh(self.database, now=self.now())
        return look.Eye(self.now(), self.jitter, self.name, self.foresight.see)
