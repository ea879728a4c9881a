"""Notices under faults: kill -9, failing providers, jumping clocks, two senders at once.

`python -m bench.notice_faults [CRASHES [PARCELS [DATABASE_URL]]]` prints one JSON line.
Late parcels, so many a channel, are judged and their notices sent by real processes, two
at a time, that are killed at random instants. The mail server (aiosmtpd), the webhooks'
receiver, the push service and the gateways (Twilio, eSMS and Zalo, as the sandbox plays
them) are real servers on loopback; receipts come back to a web process. Each refuses
some messages, and takes some without saying so; Zalo hands out some of its tokens, which
serve once, without saying so too. Of every killed process the next one's clock is
elsewhere: an hour back to two ahead of the one before it, a day where nothing is due.

Each parcel calls for one message to its shopper and for two webhooks, or for a push to
one browser. Lost is what never came; two ids is what came under more than one; a
duplicate is what came again under the same id, by whatever channel. Where a provider
took a message and said no, another one is owed by free channels: such are counted apart
from what crashes alone brought.
"""

import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import flask_migrate
from cryptography.fernet import Fernet
from sqlalchemy import text

from bench.hearers import Bench, fill, mend
from bench.measure import served
from bench.providers import providers
from track_service.app import create_app, service
from track_service.clock import Clock, wall
from track_service.config import Settings, Smtp
from track_service.services.delivering import pass_on_late
from track_service.services.judge import judge_due
from track_service.services.notify import send_owed

SEED = 11


def worker(settings, skew, judging, ready):
    """Judge or send until killed, or until nothing is due; say when that begins."""
    clock = Clock(now=lambda: wall() + skew, wall=lambda: wall() + skew)
    app = create_app(settings, clock=clock)
    of = service(app)
    ready.set()
    with app.app_context():
        pass_on_late(of.post)
        while judge_due(of.desk, limit=20) if judging else send_owed(of.post, limit=20):
            pass


def main(crashes=300, parcels=300, url=None):
    with tempfile.TemporaryDirectory() as folder, providers() as given:
        received, mail_port, gateways, hooks = given
        settings = Settings(
            secret_keys=(Fernet.generate_key().decode(),),
            database_url=url or f"sqlite:///{Path(folder) / 'bench.db'}",
            smtp=Smtp("127.0.0.1", mail_port, tls="none"),
            allowed_private_hosts=("127.0.0.1",),
        )
        app = create_app(settings)
        with app.app_context(), served(app) as web:
            flask_migrate.upgrade()
            bench = Bench(service(app), gateways, hooks, web)
            wanted = fill(bench, parcels)
            faults = Faults(bench, settings)
            faults.crash(1 + crashes // 10, judging=True)
            _release(bench.of)
            faults.crash(crashes)
            left = faults.finish()
    told = {
        "database": settings.database_url.partition(":")[0],
        "crashes": faults.killed,
        "tokens": gateways.tokens,
        "tokens_lost": faults.mended,
        "left": left,
    }
    found = {
        code: received[code].figures(whom, faults.killed)
        for code, whom in wanted.items()
    }
    print(json.dumps(told | found))


def _release(of):
    """Let the notices go: so many equal ones at once are held for a human to look at."""
    with of.database.write() as session:
        session.execute(text("UPDATE notice SET released = true"))
        session.commit()


class Faults:
    """Processes that are killed at random, whose clocks jump, and their operator."""

    def __init__(self, bench, settings):
        self.killed = self.mended = 0
        self._bench, self._settings = bench, settings
        self._dice = random.Random(SEED)
        self._skew = timedelta()
        self._spawn = multiprocessing.get_context("forkserver")
        self._spawn.set_forkserver_preload(["track_service.app", "bench.measure"])

    def crash(self, until, *, judging=False):
        """Run two workers at a time until so many were killed, or nothing is due."""
        running, empty = [], 0
        while self.killed < until and empty < 20:
            while len(running) < 2:
                ahead = 1440 if empty else 120
                self._skew += timedelta(minutes=self._dice.uniform(-60, ahead))
                running.append(self._started(judging=judging))
            victim, ready = running.pop(self._dice.randrange(2))
            ready.wait()
            victim.join(self._dice.uniform(0, 1))
            if victim.is_alive():
                os.kill(victim.pid, signal.SIGKILL)
                self.killed, empty = self.killed + 1, 0
            else:
                empty += 1
            victim.join()
            self._between()
        for last, _ in running:
            last.join()

    def finish(self):
        """Send what is left with clocks that go on; return what became of all."""
        of = self._bench.of
        for _ in range(40):
            self._skew += timedelta(hours=13)
            last, _ = self._started()
            last.join()
            self._between()
            with of.database.read() as session:
                owed = "SELECT COUNT(*) FROM notice WHERE state = 'owed'"
                if not session.scalar(text(owed)):
                    break
        with of.database.read() as session:
            states = session.execute(
                text("SELECT channel, state, COUNT(*) FROM notice GROUP BY 1, 2")
            )
            return {f"{channel} {state}": n for channel, state, n in states}

    def _started(self, *, judging=False):
        ready = self._spawn.Event()
        args = (self._settings, self._skew, judging, ready)
        started = self._spawn.Process(target=worker, args=args)
        started.start()
        return started, ready

    def _between(self):
        """Let receipts come in, and the operator see to Zalo's token."""
        self._bench.gateways.call_back()
        self.mended += mend(self._bench)


if __name__ == "__main__":
    main(*(int(a) if a.isdigit() else a for a in sys.argv[1:]))
