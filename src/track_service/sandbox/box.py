"""The sandbox as a whole: parcels, eight carriers' desks, the server, the pushes."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType

from track_service.sandbox.dhl_unified import DhlUnified
from track_service.sandbox.dice import marker
from track_service.sandbox.faults import Faults, disturb
from track_service.sandbox.fedex import Fedex
from track_service.sandbox.ghn import Ghn
from track_service.sandbox.ghtk import Ghtk
from track_service.sandbox.parcels import Parcel
from track_service.sandbox.population import crowd, held
from track_service.sandbox.pushes import Outbox, check_hooks
from track_service.sandbox.royal_mail import RoyalMail
from track_service.sandbox.server import Front, Server
from track_service.sandbox.ups import Ups
from track_service.sandbox.usps import Usps
from track_service.sandbox.viettelpost import ViettelPost
from track_service.sandbox.wire import Carrier, Desk, Tokens, View

_CLIENT = ("client_id", "client_secret")
_DESKS: Mapping[str, tuple[Callable[[Desk], Carrier], tuple[str, ...]]] = (
    MappingProxyType(
        {
            "ups": (Ups, _CLIENT),
            "fedex": (Fedex, _CLIENT),
            "usps": (Usps, _CLIENT),
            "dhl_unified": (DhlUnified, ("api_key",)),
            "royal_mail": (RoyalMail, _CLIENT),
            "ghn": (Ghn, ("token",)),
            "ghtk": (Ghtk, ("token", "push_hash")),
            "viettelpost": (ViettelPost, ("push_token",)),
        }
    )
)
CARRIERS = tuple(_DESKS)


class Sandbox:
    """Carriers on loopback. `now` is the domain clock, aware UTC, however fast.

    The same seed gives the same parcels, credentials and, asked the same questions
    in the same order, the same answers. `faults` may be replaced at any time.
    `latency` is in wall seconds, added to every answer.
    """

    def __init__(
        self,
        *,
        seed: int,
        now: Callable[[], datetime],
        faults: Faults = Faults(),  # noqa: B008 - it is frozen
        latency: float = 0.0,
    ) -> None:
        self._seed = seed
        self._now = now
        self.faults = faults
        self._parcels: dict[tuple[str, str], Parcel] = {}
        self._stopping = threading.Event()
        self._url = ""
        self._outbox = Outbox(self.credentials)
        self._front = Front(
            {carrier: self._desk(carrier) for carrier in CARRIERS},
            faults=lambda: self.faults,
            wait=self._stopping.wait,
            latency=latency,
        )
        self._server = Server(self._front)

    def start(self, port: int = 0) -> str:
        """Serve on 127.0.0.1 and return the base URL; port 0 takes any free one."""
        self._stopping.clear()
        self._url = self._server.start(port)
        return self._url

    def stop(self) -> None:
        """End the server; answers that hang are let go."""
        self._stopping.set()
        self._server.stop()
        self._outbox.close()

    def base_url(self, carrier: str) -> str:
        """Return what stands in for the carrier's host; its real paths follow."""
        if carrier not in _DESKS:
            raise ValueError(f"no such carrier here: {carrier}")
        return f"{self._url}/{carrier}"

    def credentials(self, carrier: str) -> dict[str, str]:
        """Return what the carrier would have given its customer."""
        _, names = _DESKS[carrier]
        return {name: marker(self._seed, carrier, name) for name in names}

    def populate(self, count: int, *, start: datetime) -> list[Parcel]:
        """Add and return that many parcels, which at `start` are in every state."""
        taken = {number for _, number in self._parcels}
        parcels = list(crowd(count, start=start, seed=self._seed, taken=taken))
        for parcel in parcels:
            self.add(parcel)
        return parcels

    def hold(self, *, start: datetime) -> Parcel:
        """Add and return a parcel that customs hold at `start`."""
        taken = {number for _, number in self._parcels}
        parcel = held(start=start, seed=self._seed, taken=taken)
        self.add(parcel)
        return parcel

    def add(self, parcel: Parcel) -> None:
        """Let the parcel's carrier know it, in place of one with its number."""
        self._parcels[parcel.carrier, parcel.number] = parcel

    def push_due(self, hooks: Mapping[str, str]) -> int:
        """Post the pushes due by now to the hooks, by carrier; return how many went.

        The first call tells the whole past. What a hook does not accept is kept
        for the next call. Raises ValueError for a hook that is not on loopback.
        """
        check_hooks(hooks)
        parcels = list(self._parcels.values())
        self._outbox.collect(
            parcels, carriers=hooks, faults=self.faults, now=self._now()
        )
        return self._outbox.send(hooks)

    @property
    def counts(self) -> dict[str, dict[int, int]]:
        """Return `{carrier: {HTTP status: requests}}`."""
        return self._front.counts.by_carrier()

    def _desk(self, carrier: str) -> Carrier:
        make, _ = _DESKS[carrier]
        desk = Desk(
            credentials=self.credentials(carrier),
            now=self._now,
            look=partial(self._look, carrier),
            tokens=Tokens(f"{self._seed}|{carrier}", self._now),
        )
        return make(desk)

    def _look(self, carrier: str, number: str) -> View | None:
        parcel = self._parcels.get((carrier, number))
        if parcel is None:
            return None
        now = self._now()
        seen = parcel.until(now)
        if not seen:
            return None
        told = disturb(seen, self.faults, carrier, number, now=now)
        return View(parcel, tuple(told), now)
