"""The main job, end to end: carriers asked over HTTP, pushes taken, shoppers told.

Everything is real but the carriers, and those are the sandbox, which shares no code
with the parsers: what it holds of a parcel is the truth that we are measured by.
"""

import re
import threading
from datetime import UTC, datetime

import pytest
import requests
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.conftest import SECRET_KEY, Counting, Hands
from track_service.app import create_app, service
from track_service.config import Settings, Smtp
from track_service.core.parcel import Customer, Item, Order
from track_service.sandbox import CARRIERS, PUSHERS, Did, Faults, Mailbox, Sandbox
from track_service.services import brands
from track_service.services.judge import judge_due
from track_service.services.notify import send_owed
from track_service.services.poll import poll_due
from track_service.services.register import NewShipment, register
from track_service.store import shipments
from track_service.store.db import db

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PARCELS, DAYS = 48, 16
TROUBLED = Faults(
    seed=3,
    throttled=0.02,
    server_error=0.03,
    cut_off=0.02,
    garbage=0.02,
    reordered=0.2,
    duplicated=0.05,
    reworded=0.05,
    retry_after=30,
)
ENDS = {
    Did.DELIVERED: {"delivered"},
    Did.COLLECTED: {"delivered"},
    Did.RETURNED: {"returned"},
    Did.CANCELLED: {"cancelled"},
    Did.LOST: {"exception"},
    Did.LABEL: {"info_received", "pending"},
}


class Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def sandbox():
    sandbox = Sandbox(seed=11, now=lambda: sandbox.hands.now())
    sandbox.hands = Hands(START)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def shop(migrated, sandbox, mailbox):
    """The wired parts, their address, and the sandbox's parcels in one brand."""
    host, port = mailbox.start()
    settings = Settings(
        secret_keys=(SECRET_KEY,),
        database_url=migrated(),
        base_url="https://track.example",
        smtp=Smtp(host, port, tls="none"),
        accounts={
            code: {
                **sandbox.credentials(code),
                "base_url": sandbox.base_url(code),
                "per_second": "5000",
                "per_day": "0",
            }
            for code in CARRIERS
        },
    )
    app = create_app(settings, clock=sandbox.hands.clock(), mint=Counting().mint())
    server = make_server("127.0.0.1", 0, app, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    of = service(app)
    with of.database.write() as session:
        made = brands.add(
            session,
            brands.new_brand("acme", "Acme", sending=True, mail_from="a@acme.example"),
            now=START,
            mint=of.mint,
        )
        for place, parcel in enumerate(sandbox.populate(PARCELS, start=START)):
            order = Order(
                f"{place}",
                items=(Item("Lamp"),),
                customer=Customer("Kim Secret", f"s{place}@shopper.example"),
            )
            new = NewShipment(
                order,
                parcel.carrier,
                parcel.number,
                promised_on=parcel.promised_on,
                shipped_on=parcel.shipped_on,
            )
            register(session, made.brand, new, now=START, mint=of.mint)
        session.commit()
    base = f"http://127.0.0.1:{server.server_port}/hooks/carriers"
    yield of, {code: f"{base}/{code}/{made.hook_secret}" for code in PUSHERS}
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def live(of, hooks, sandbox, *, days: int) -> None:
    """Let time pass by the hour, and everything happen that is due."""
    for _ in range(days * 24):
        sandbox.hands.forward(hours=1)
        sandbox.push_due(hooks)
        # A push is read after its answer, and the server does one thing at a time:
        # when it answers again, all is read.
        requests.head(next(iter(hooks.values())), timeout=30)
        for code, carrier in of.desk.carriers.items():
            while carrier.pull and poll_due(of.desk, code):
                pass
        judge_due(of.desk)
        send_owed(of.post)


def parcels_of(of) -> dict:
    with of.database.read() as session:
        ids = range(1, PARCELS + 10)
        return {h.shipment.number: h for h in shipments.load(session, ids)}


def test_every_parcel_ends_as_it_truly_did_whatever_went_wrong_on_the_way(
    shop, sandbox, mailbox
):
    of, hooks = shop
    told = {(p.carrier, p.number): p for p in sandbox._parcels.values()}
    sandbox.faults = TROUBLED

    live(of, hooks, sandbox, days=DAYS)
    sandbox.faults = Faults()
    live(of, hooks, sandbox, days=2)

    held = parcels_of(of)
    wrong = {
        f"{carrier} {parcel.kind}": (
            held[number].shipment.meaning,
            parcel.steps[-1].did,
        )
        for (carrier, number), parcel in told.items()
        if held[number].shipment.meaning.status
        not in ENDS.get(parcel.steps[-1].did, {held[number].shipment.meaning.status})
    }
    assert wrong == {}
    met = {status for answers in sandbox.counts.values() for status in answers}
    assert {429, 500} <= met
    assert of.counters.total("track_polls", result="bad_answer") > 0


def test_shoppers_are_told_the_truth_once_and_by_name_only_in_their_own_mail(
    shop, sandbox, mailbox
):
    of, hooks = shop
    untroubled = {
        f"s{place}@shopper.example"
        for place, parcel in enumerate(sandbox._parcels.values())
        if parcel.steps[-1].did in {Did.DELIVERED, Did.COLLECTED}
        and parcel.steps[-1].local.date() <= parcel.promised_on
        and not any(step.did is Did.ATTEMPT_FAILED for step in parcel.steps)
        and not any(step.did in {Did.DELAYED, Did.HELD} for step in parcel.steps)
    }

    live(of, hooks, sandbox, days=DAYS)

    mails = mailbox.mails
    assert mails
    told = [(mail["To"], mail["Subject"]) for mail in mails]
    twice = {subject for mail, subject in told if told.count((mail, subject)) > 1}
    assert all("could not deliver" in subject for subject in twice)  # one an attempt
    assert not untroubled & {mail["To"] for mail in mails}
    links = {
        re.search(r"https://track\.example/t/\S+", _text(mail))[0] for mail in mails
    }
    assert len(links) == len({mail["To"] for mail in mails})


def _text(mail) -> str:
    return mail.get_body(("plain",)).get_content()
