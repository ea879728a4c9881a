"""The processes of a deployment: they answer, log no secret, and end when told."""

import signal
import sys
from contextlib import closing

import pytest
from sqlalchemy import text
from tests import make
from tests.cli.process import Process, ask, free_port, until
from tests.conftest import SECRET_KEY


@pytest.fixture
def start(settings):
    """Start a process with settings; all are ended in the end."""
    started = []

    def run(*words, **given):
        env = {
            "TRACK_SECRET_KEYS": SECRET_KEY,
            "TRACK_DATABASE_URL": settings.database_url,
            "TRACK_LOG_LEVEL": "DEBUG",
            "TRACK_TICK_SECONDS": "1",
            **given,
        }
        started.append(Process(*words, env=env))
        return started[-1]

    yield run
    for process in started:
        process.close()


@pytest.mark.parametrize("command", ["run", "web"])
def test_a_server_answers_logs_no_secret_and_ends(start, of, made, command):
    parcel = make.a_parcel(of, made.brand)
    port = free_port()
    process = start(command, "--port", port)
    process.hear("Listening at")
    base = f"http://127.0.0.1:{port}"

    assert ask(f"{base}/healthz") == (200, '{"status":"ok"}\n')
    assert ask(f"{base}/readyz")[0] == 200
    status, page = ask(f"{base}/t/{parcel.token}")
    assert (status, "Lotus tea" in page) == (200, True)
    pushed, _ = ask(f"{base}/hooks/carriers/ghn/{made.hook_secret}", data=b"{}")
    assert pushed == 200
    assert process.end() == 0

    assert all(line["event"] and line["timestamp"] for line in process.documents())
    for secret in (parcel.token, made.hook_secret, SECRET_KEY):
        assert secret not in process.written


def test_a_request_that_fails_logs_no_secret(start, of, brand):
    parcel = make.a_parcel(of, brand)
    with of.database.write() as session:
        session.execute(text("ALTER TABLE orders RENAME TO lost"))
        session.commit()
    port = free_port()
    process = start("web", "--port", port, "--workers", 1)
    process.hear("Listening at")

    status, page = ask(f"http://127.0.0.1:{port}/t/{parcel.token}")
    assert process.end() == 0

    assert status == 500
    (line,) = [d for d in process.documents() if d["event"].startswith("Exception on")]
    assert line["event"] == "Exception on /t/… [GET]"
    assert "orders" in line["exception"]
    assert parcel.token not in process.written + page


def test_one_process_does_web_and_jobs(start, of, brand, rows):
    parcel = make.a_parcel(of, brand, carrier="ghn")
    port = free_port()
    process = start(
        "run",
        *("--port", port),
        TRACK_CARRIER_GHN_TOKEN="t",
        TRACK_CARRIER_GHN_BASE_URL="http://127.0.0.1:9",
    )
    process.hear("Listening at")
    assert ask(f"http://127.0.0.1:{port}/t/{parcel.token}")[0] == 200
    until(lambda: rows("SELECT 1 FROM poll WHERE failures > 0"))

    assert process.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_works_until_it_is_told_to_stop(start, number):
    process = start("worker")
    process.hear("worker started")

    assert process.end(number) == 0

    assert all(line["event"] for line in process.documents())
    assert process.err == []


AT_ANY_MOMENT = """
import os, signal, threading, time
threading.Thread(target=threading.Event().wait, daemon=True).start()  # of a library
from track_service.cli.stopping import told_to_stop

def ask(after):
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGTERM)

for i in range(400):
    with told_to_stop() as wait:
        threading.Thread(target=ask, args=(i * 2e-6,)).start()
        wait(None)
print("heard each time")
"""


def test_being_told_to_stop_is_heard_whenever_it_comes():
    program = (sys.executable,)
    with closing(Process("-c", AT_ANY_MOMENT, program=program)) as process:
        process.hear("heard each time")

        assert process.wait() == 0


def test_a_worker_polls(start, of, brand, rows):
    make.a_parcel(of, brand, carrier="ghn")
    process = start(
        "worker",
        TRACK_CARRIER_GHN_TOKEN="t0ps3cret",
        TRACK_CARRIER_GHN_BASE_URL="http://127.0.0.1:9",
    )
    process.hear("worker started")
    until(lambda: rows("SELECT 1 FROM poll WHERE failures > 0"))

    assert process.end() == 0
    assert "t0ps3cret" not in process.written


def test_a_worker_tells_its_counters_on_a_port_of_its_own(start, of, brand, rows):
    make.a_parcel(of, brand, carrier="ghn")
    port = free_port()
    process = start(
        "worker",
        "--metrics-port",
        port,
        TRACK_CARRIER_GHN_TOKEN="t0ps3cret",
        TRACK_CARRIER_GHN_BASE_URL="http://127.0.0.1:9",
    )
    process.hear("worker started")
    until(lambda: rows("SELECT 1 FROM poll WHERE failures > 0"))
    told = 'track_polls_total{carrier="ghn",result="unreachable"} 1.0'

    until(lambda: told in ask(f"http://127.0.0.1:{port}/metrics")[1])

    assert process.end() == 0
