"""Hosts: which are ours, and which a brand's own, as known a moment ago."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.sansio.utils import host_is_trusted

from track_service.store import hosts
from track_service.store.db import Database

_LOOK_AGAIN = timedelta(seconds=10)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Whose = tuple[int, str]
"""A brand's id and code."""


class Hosts:
    """Our own host, those that the operator named, and a copy of those brands proved.

    What this process writes counts at once, what others write after some seconds. While
    the database does not answer, what was known last holds.
    """

    def __init__(
        self,
        database: Database,
        wall: Callable[[], datetime],
        *,
        own: str,
        named: Collection[str] = (),
    ) -> None:
        self._database, self._wall = database, wall
        self._own, self._named = bare(own), named
        self._held: tuple[datetime, Mapping[str, Whose]] | None = None

    def whose(self, host: str) -> Whose | None:
        """Return whose a host is, None for ours and for one that nobody has proven."""
        name = bare(host)
        return None if name == self._own else self._served().get(name)

    def is_ours(self, host: str) -> bool:
        """Tell whether all brands are shown on a host: on ours, and on those named.

        Where none is named, the machine's own names are answered too.
        """
        name = bare(host)
        if name == self._own:
            return True
        return host_is_trusted(host, self._named) if self._named else name in _LOOPBACK

    def clear(self) -> None:
        """Forget all: something was written."""
        self._held = None

    def _served(self) -> Mapping[str, Whose]:
        wall, held = self._wall(), self._held
        if held is None or not timedelta() <= wall - held[0] < _LOOK_AGAIN:
            try:
                with self._database.read() as session:
                    self._held = held = (wall, hosts.served(session))
            except SQLAlchemyError:  # health must answer then too
                return held[1] if held else {}
        return held[1]


def bare(netloc: str) -> str:
    """Return the name of `host:port`; empty for what is none.

    A dot at the end (the DNS's root) makes no other name of it.
    """
    try:
        return (urlsplit(f"//{netloc}").hostname or "").rstrip(".")
    except ValueError:
        return ""
