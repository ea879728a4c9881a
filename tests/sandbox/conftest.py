from datetime import datetime, timedelta

import pytest
import requests
from tests.sandbox.shop import START, Shop

from track_service.sandbox import Sandbox


class Clock:
    """The domain clock of a test; it moves when told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock():
    return Clock(START)


@pytest.fixture
def sandbox(clock):
    box = Sandbox(seed=3, now=clock)
    box.start()
    yield box
    box.stop()


@pytest.fixture
def web():
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def shop(sandbox, web):
    return Shop(sandbox, web)
