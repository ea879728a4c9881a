import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import SECRET_KEY

from track_service.store.types import KEYS

HOUR = timedelta(hours=1)

# What another process runs: it leases, and says whether it may fetch the token.
RACER = """
import sys
from datetime import datetime
from track_service.app import create_app, service
from track_service.config import Settings
from track_service.store.accounts import DbTokens

url, key, now = sys.argv[1:]
of = service(create_app(Settings(secret_keys=(key,), database_url=url)))
tokens = DbTokens(of.database)
now = datetime.fromisoformat(now)
tokens.cached("k", now=now)
print("ready", flush=True)
sys.stdin.readline()
print("won" if tokens.lease("k", now=now, seconds=60) else "lost", flush=True)
"""


def test_a_token_is_kept_until_it_expires(tokens, hands):
    now = hands.now()
    tokens.put("k", "t1", expires_at=now + HOUR)

    assert tokens.cached("k", now=now) == "t1"
    assert tokens.cached("k", now=now + HOUR) is None
    assert tokens.cached("other", now=now) is None


def test_a_new_token_takes_the_place_of_the_last(tokens, hands):
    now = hands.now()
    tokens.put("k", "t1", expires_at=now + HOUR)
    tokens.put("k", "t2", expires_at=now + 2 * HOUR)

    assert tokens.cached("k", now=now + HOUR) == "t2"


def test_a_token_lies_sealed(tokens, rows, hands):
    tokens.put("k", "clear-text", expires_at=hands.now() + HOUR)

    (row,) = rows("SELECT token FROM token")

    assert "clear-text" not in row.token
    assert KEYS.open(row.token.encode()) == b"clear-text"


def test_no_file_of_the_database_holds_the_token(of, tokens, hands, settings):
    tokens.put("k", "clear-text", expires_at=hands.now() + HOUR)
    if settings.database_url.startswith("sqlite"):
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        written = b"".join(f.read_bytes() for f in file.parent.glob(f"{file.name}*"))

        assert b"clear-text" not in written
        assert b"token" in written
    else:
        assert tokens.cached("k", now=hands.now()) == "clear-text"


def test_one_alone_renews_until_it_is_done(tokens, hands):
    now = hands.now()
    assert tokens.lease("k", now=now, seconds=60)
    assert not tokens.lease("k", now=now, seconds=60)

    tokens.release("k")

    assert tokens.lease("k", now=now, seconds=60)


def test_a_lease_runs_out(tokens, hands):
    tokens.lease("k", now=hands.now(), seconds=60)

    assert not tokens.lease("k", now=hands.forward(seconds=59), seconds=60)
    assert tokens.lease("k", now=hands.forward(seconds=1), seconds=60)


def test_who_holds_a_valid_token_needs_no_lease(tokens, hands):
    tokens.put("k", "t1", expires_at=hands.now() + HOUR)

    assert not tokens.lease("k", now=hands.now(), seconds=60)
    assert tokens.lease("k", now=hands.forward(hours=1), seconds=60)


def test_a_refused_token_is_dropped(tokens, hands):
    tokens.put("k", "t1", expires_at=hands.now() + HOUR)

    tokens.drop("k", "t1")

    assert tokens.cached("k", now=hands.now()) is None
    assert tokens.lease("k", now=hands.now(), seconds=60)


def test_a_newer_token_is_not_dropped_with_the_old(tokens, hands):
    tokens.put("k", "t2", expires_at=hands.now() + HOUR)

    tokens.drop("k", "t1")
    tokens.drop("unheard of", "t1")

    assert tokens.cached("k", now=hands.now()) == "t2"


@pytest.mark.parametrize("before", ["nothing", "expired"])
def test_of_many_threads_one_renews(tokens, hands, before):
    if before == "expired":
        tokens.put("k", "t0", expires_at=hands.now() - HOUR)
    together = threading.Barrier(8, timeout=30)

    def race(_):
        together.wait()
        return tokens.lease("k", now=hands.now(), seconds=60)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(race, range(8)))

    assert won.count(True) == 1


def test_of_two_processes_one_renews(of, settings, hands):
    command = [sys.executable, "-c", RACER, settings.database_url, SECRET_KEY]
    racers = [
        subprocess.Popen(  # noqa: S603
            [*command, hands.now().isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [racer.stdout.readline() for racer in racers] == ["ready\n"] * 2
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    ends = [racer.communicate(timeout=30)[0].strip() for racer in racers]

    assert sorted(ends) == ["lost", "won"]
