"""Clocks that the test moves, a breaker that remembers, and the names used."""

from datetime import UTC, datetime, timedelta

from track_service.http import Grant

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://api.acme.example/v2/track"
TOKEN_URL = "https://auth.acme.example/token"
GRANT = Grant(TOKEN_URL, "us", "s3cret")
HOOK = "https://hooks.example/in/pa55"


class Time:
    """A wall clock that moves by sleeping, and by `tick` seconds at each look."""

    def __init__(self, tick=0.0):
        self.now = NOW
        self.tick = tick
        self.slept = []

    def wall(self):
        self.now += timedelta(seconds=self.tick)
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


class Ticks:
    """A clock of plain seconds that moves by `tick` at each look."""

    def __init__(self, tick):
        self.now = 0.0
        self.tick = tick

    def __call__(self):
        self.now += self.tick
        return self.now


class Reports:
    """A breaker that always allows, and remembers what it was told."""

    def __init__(self):
        self.ok = []

    def allows(self, account, *, now):
        return True

    def report(self, account, *, now, ok):
        self.ok.append(ok)
