"""Notices under faults: kill -9, failing gateways, jumping clocks, two senders at once.

`python -m bench.notice_faults [CRASHES [PARCELS [DATABASE_URL]]]` prints one JSON line.
Late parcels are judged and their notices sent by real processes, two at a time, that
are killed at random instants. The mail server (aiosmtpd), the webhooks' receiver and
the SMS gateway (Twilio, as the sandbox plays it) are real servers on loopback. Each
refuses some messages, and takes some without saying so. Of every killed process the
next one's clock is elsewhere: an hour back to a day ahead of the one before it.

Each parcel calls for one message to its shopper, a mail or an SMS, and for two webhooks.
Lost is what never came; two ids is what came under more than one; a duplicate is what
came again under the same id. Where a gateway took a message and said no, another one
is owed by free channels: such are counted apart from what crashes alone brought.
"""

import email
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import flask_migrate
from aiosmtpd.controller import Controller
from cryptography.fernet import Fernet
from sqlalchemy import text
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from bench.measure import _Quiet
from track_service.app import create_app, service
from track_service.clock import Clock, wall
from track_service.config import Settings, Smtp
from track_service.core.parcel import Customer, Order
from track_service.core.rules import read
from track_service.sandbox.mailbox import _free_port
from track_service.sandbox.phones import Phones
from track_service.services import brands, ways
from track_service.services.judge import judge_due
from track_service.services.notify import send_owed
from track_service.services.register import NewShipment, register
from track_service.store import brands as kept_brands

REFUSED, UNSAID = 0.1, 0.1  # shares of messages
SEED = 11
KINDS = ("late", "not_collected")  # what is wrong with each parcel
_SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_AT_ANY_TIME = read({"quiet_hours": None, "per_day": None, "together_minutes": 0})


@dataclass
class Received:
    """What came by one channel: for whom under which id, and what was not said."""

    dice: random.Random
    came: list[tuple[str, str]] = field(default_factory=list)
    unsaid: set[str] = field(default_factory=set)

    def take(self, whom: str, key: str) -> bool:
        """Take a message or not; tell whether its sender hears that it was taken."""
        luck = self.dice.random()
        if luck < REFUSED:
            return False
        self.came.append((whom, key))
        if luck < REFUSED + UNSAID:
            self.unsaid.add(key)
            return False
        return True

    def figures(self, wanted: set[str], crashes: int) -> dict[str, object]:
        ids = defaultdict(set)
        for whom, key in self.came:
            ids[whom].add(key)
        again = {key: n - 1 for (_, key), n in Counter(self.came).items() if n > 1}
        by_crash = sum(n for key, n in again.items() if key not in self.unsaid)
        return {
            "wanted": len(wanted),
            "received": len(self.came),
            "lost": len(wanted - ids.keys()),
            "under_two_ids": sum(len(found) > 1 for found in ids.values()),
            "duplicates_by_crash_per_1000": round(1000 * by_crash / crashes, 1),
            "taken_unsaid": len(self.unsaid),
            "duplicates_of_unsaid": sum(again.values()) - by_crash,
        }


class MailServer:
    """A mail server that at times refuses, or takes a mail and then says no."""

    def __init__(self, received):
        self.received = received

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - its name
        mail = email.message_from_bytes(envelope.content)
        said = self.received.take(envelope.rcpt_tos[0], mail["Message-ID"])
        return "250 OK" if said else "451 try again"


def receiver(received):
    """Return the webhooks' receiver as a WSGI app."""

    @Request.application
    def take(request):
        told = request.get_json()
        parcel = told["data"].get("shipment")
        if parcel is None:  # of the brand as a whole
            return Response(status=204)
        whom = f"{told['type']} {parcel}"
        said = received.take(whom, request.headers["webhook-id"])
        return Response(status=204 if said else 503)

    return take


def worker(settings, skew, judging, ready):
    """Judge or send until killed, or until nothing is due; say when that begins."""
    clock = Clock(now=lambda: wall() + skew, wall=lambda: wall() + skew)
    app = create_app(settings, clock=clock)
    of = service(app)
    ready.set()
    with app.app_context():
        while judge_due(of.desk, limit=20) if judging else send_owed(of.post, limit=20):
            pass


def main(crashes=300, parcels=1500, url=None):
    dice = random.Random(SEED)
    mails, hooks = Received(random.Random(1)), Received(random.Random(2))
    phones = Phones(seed=SEED, keep=10**6, lost=UNSAID)
    phones.start()
    post = Controller(MailServer(mails), hostname="127.0.0.1", port=_free_port())
    post.start()
    web = make_server(
        "127.0.0.1", 0, receiver(hooks), threaded=True, request_handler=_Quiet
    )
    threading.Thread(target=web.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
        settings = Settings(
            secret_keys=(Fernet.generate_key().decode(),),
            database_url=url or f"sqlite:///{Path(folder) / 'bench.db'}",
            smtp=Smtp("127.0.0.1", post.port, tls="none"),
            allowed_private_hosts=("127.0.0.1", f"127.0.0.1:{web.server_port}"),
        )
        app = create_app(settings)
        of = service(app)
        with app.app_context():
            flask_migrate.upgrade()
            wanted = _late_parcels(of, parcels, web.server_port, phones)
            judged, skew = _crash(settings, dice, crashes // 10, judging=True)
            _release(of)
            sent, skew = _crash(settings, dice, crashes - judged, skew=skew)
            left = _finish(settings, of, skew)
    texts = Received(dice, [(t.to, t.key) for t in phones.texts])
    seen = judged + sent
    found = {
        name: received.figures(whom, seen)
        for name, received, whom in zip(
            ("email", "sms", "webhook"), (mails, texts, hooks), wanted, strict=True
        )
    }
    kind = settings.database_url.partition(":")[0]
    told = {"database": kind, "crashes": seen, "parcels": parcels, "left": left}
    print(json.dumps(told | found))
    post.stop()
    web.shutdown()
    phones.stop()


def _late_parcels(of, parcels, port, phones):
    """Register parcels whose promise is over; return who shall hear, by channel."""
    mailed, texted, hooked = set(), set(), set()
    brand = replace(
        brands.new_brand("bench", "Bench", sending=True),
        webhook_url=f"http://127.0.0.1:{port}/",
        webhook_secret=_SECRET,
    )
    with of.database.write() as session:
        made = brands.add(session, brand, now=wall(), mint=of.mint).brand
        kept_brands.change(session, replace(made, rules=_AT_ANY_TIME))
        of_phones = phones.settings("sms_twilio")
        ways.put(session, made, "sms_twilio", of_phones, place=1, minutes=1440)
        ways.put(session, made, "email", {}, place=2, minutes=1440)
        for n in range(parcels):
            if n % 2:
                customer = Customer(email=f"a{n}@example.com", locale="en")
                mailed.add(customer.email)
            else:
                customer = Customer(phone=f"+849{n:08}", locale="en")
                texted.add(customer.phone)
            new = NewShipment(Order(f"{n}", customer=customer), "ups", f"1Z{n:016}")
            done = register(session, made, new, now=wall(), mint=of.mint)
            hooked |= {f"shipment.{kind} {done.public_id}" for kind in KINDS}
        session.execute(
            text("UPDATE shipment SET promised_on = :day, created_at = :past"),
            {"day": "2026-01-05", "past": "2026-01-01 00:00:00"},
        )
        session.execute(
            text("UPDATE poll SET seen_at = :now"), {"now": "2026-01-08 00:00:00"}
        )
        session.commit()
    return mailed, texted, hooked


def _release(of):
    """Let the notices go: so many equal ones at once are held for a human to look at."""
    with of.database.write() as session:
        session.execute(text("UPDATE notice SET released = true"))
        session.commit()


def _crash(settings, dice, crashes, *, judging=False, skew=timedelta()):
    """Kill workers at random, two at a time; return how many were, and the clock."""
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload(["track_service.app", "bench.measure"])
    killed, running, empty = 0, [], 0
    while killed < crashes and empty < 20:
        while len(running) < 2:
            skew += timedelta(minutes=dice.uniform(-60, 1440 if empty else 120))
            running.append(_started(spawn, settings, skew, judging=judging))
        victim, ready = running.pop(dice.randrange(2))
        ready.wait()
        victim.join(dice.uniform(0, 1))
        if victim.is_alive():
            os.kill(victim.pid, signal.SIGKILL)
            killed, empty = killed + 1, 0
        else:
            empty += 1
        victim.join()
    for last, _ in running:
        last.join()
    return killed, skew


def _started(spawn, settings, skew, *, judging=False):
    ready = spawn.Event()
    started = spawn.Process(target=worker, args=(settings, skew, judging, ready))
    started.start()
    return started, ready


def _finish(settings, of, skew):
    """Send what is left with clocks that go on; return how much never went."""
    spawn, owed = multiprocessing.get_context("forkserver"), 0
    for _ in range(40):
        skew += timedelta(hours=13)
        last, _ = _started(spawn, settings, skew)
        last.join()
        with of.database.read() as session:
            owed = session.scalar(
                text("SELECT COUNT(*) FROM notice WHERE state = 'owed'")
            )
        if not owed:
            break
    with of.database.read() as session:
        states = session.execute(
            text("SELECT channel, state, COUNT(*) FROM notice GROUP BY 1, 2")
        )
        return {f"{channel} {state}": n for channel, state, n in states}


if __name__ == "__main__":
    main(*(int(a) if a.isdigit() else a for a in sys.argv[1:]))
