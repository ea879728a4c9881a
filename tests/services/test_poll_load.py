"""Several workers at one database: bounded, and with real threads."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock

import pytest
from tests import wire
from tests.conftest import NOW, Hands
from tests.make import a_parcel, an_order

from track_service.services.poll import poll_due

THREADS, PARCELS = 4, 25


class Ticking(Hands):
    """A clock that moves on a little whenever somebody waits; threads share it."""

    def __init__(self, at):
        super().__init__(at)
        self._lock = Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.forward(seconds=seconds)


@pytest.fixture
def hands():
    return Ticking(NOW)


@pytest.fixture
def settings(settings):
    accounts = dict(settings.accounts)
    accounts["ups"] = {**accounts["ups"], "per_second": "9999"}
    return replace(settings, accounts=accounts)


def test_four_workers_ask_for_every_parcel_once(of, brand, answers, rows):
    numbers = [f"1Z5R8939035756{n:04}" for n in range(PARCELS * THREADS)]
    for number in numbers:
        a_parcel(of, brand, carrier="ups", number=number, order=an_order(number))
    wire.ups_token(answers)
    asked = Counter()

    def answer(request):
        number = request.url.split("/")[-1].partition("?")[0]
        asked[number] += 1
        scan = wire.ups_scan(wire.DEPARTED, NOW)
        return 200, {}, json.dumps(wire.ups_body(number, scan))

    for number in numbers:
        answers.add_callback("GET", wire.ups_url(number), callback=answer)

    def work(_):
        done = 0
        while count := poll_due(of.desk, "ups"):
            done += count
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(work, range(THREADS)))

    assert sum(done) == len(numbers)
    assert asked == Counter(numbers)
    assert rows("SELECT COUNT(*) FROM event") == [(len(numbers),)]
    open_rows = "SELECT * FROM poll WHERE leased_until IS NOT NULL OR failures > 0"
    assert rows(open_rows) == []
    statuses = "SELECT status, COUNT(*) FROM shipment WHERE carrier = 'ups' GROUP BY 1"
    assert rows(statuses) == [("in_transit", len(numbers))]
