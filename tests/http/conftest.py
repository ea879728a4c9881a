import pytest
import responses
from tests.http.fakes import Reports, Time
from tests.http.server import serving

from track_service.http import Guarded, Http, session
from track_service.http.memory import MemoryLimits, MemoryTokens


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def reports():
    return Reports()


@pytest.fixture
def answers():
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def make_http(time, reports):
    ours = session(4)

    def make(made=ours, **changes):
        ports = {
            "account": "acme-1",
            "tokens": MemoryTokens(),
            "limits": MemoryLimits(),
            "breaker": reports,
            "wall": time.wall,
            "sleep": time.sleep,
            "jitter": lambda: 1.0,
        }
        return Http(made, **(ports | changes))

    yield make
    ours.close()


@pytest.fixture
def http(make_http):
    return make_http()


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def make_guarded():
    made = []

    def make(addresses=("93.184.215.14",), **changes):
        asked = []

        def look_up(host, port):
            asked.append((host, port))
            return list(addresses)

        guarded = Guarded(**({"resolve": look_up} | changes))
        guarded.asked = asked
        made.append(guarded)
        return guarded

    yield make
    for guarded in made:
        guarded.close()
