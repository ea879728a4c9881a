import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests import make

from track_service.core.routing import Route
from track_service.core.rules import read
from track_service.core.status import Status
from track_service.services import brands
from track_service.services.notify import send_owed
from track_service.store import notices, shipments


@pytest.fixture
def brand(brand, change):
    """Its one shopper hears of all of their parcels."""
    return change(brand, rules=read({"per_day": None, "together_minutes": 0}))


@pytest.fixture
def held(of, hooked, damaged):
    """Twelve damaged parcels of thirteen: their notices were held."""
    for place in range(12):
        damaged(hooked, f"N{place}")
    drain(of)
    return hooked


def drain(of):
    while send_owed(of.post):
        pass


def questions(receiver):
    bodies = [json.loads(body) for _, body in receiver.at("/hook")]
    return [b["data"] for b in bodies if b["type"] == "service.hold"]


def kinds(states, channel="email"):
    return [state for state, _ in states(channel)]


def test_an_unusual_share_is_held_and_ops_are_asked_once(
    held, states, mailroom, receiver
):
    assert states() == [("held", "many alike at once")] * 12
    assert mailroom.letters == []
    assert questions(receiver) == [
        {"brand": "acme", "about": "exception", "detail": None}
    ]
    assert len(receiver.got) == 1


def test_the_question_goes_where_the_queue_s_kind_leads_and_not_to_the_carrier_s(
    of, brand, change, damaged, receiver
):
    held, on_hold = (receiver.url(f"/{name}", "json") for name in ("mass", "customs"))
    rules = (Route(1, (held,), kind="held"), Route(2, (on_hold,), kind="on_hold"))
    for place in range(12):
        damaged(change(brand, routes=rules), f"N{place}")

    drain(of)

    (asked,) = receiver.at("/mass")
    assert "many “exception” notices" in json.loads(asked[1])["title"]
    assert receiver.at("/customs") == []


def test_ops_are_not_asked_again_while_the_first_wait(
    of, held, damaged, receiver, hands, states
):
    hands.forward(minutes=59)
    damaged(held, "LATER")
    drain(of)

    assert kinds(states) == ["held"] * 13
    assert len(questions(receiver)) == 1


def test_what_is_released_goes_out(of, held, mailroom, states):
    with of.database.write() as session:
        done = notices.reopen(
            session,
            state="held",
            brand_id=held.id,
            kind="exception",
            wall=of.clock.wall(),
        )
        session.commit()
    drain(of)

    assert done == 24  # mails and webhooks
    assert kinds(states) == ["sent"] * 12
    assert len(mailroom.letters) == 12


def test_what_is_dropped_never_goes_out(of, held, mailroom, states):
    with of.database.write() as session:
        done = notices.drop_held(
            session, brand_id=held.id, kind=None, now=of.clock.now()
        )
        session.commit()
    drain(of)

    assert done == 24
    assert kinds(states) == ["dropped"] * 12
    assert mailroom.letters == []


def test_what_is_dropped_never_goes_out_though_its_cause_returns(
    of, held, mailroom, states, hands, rows
):
    with of.database.write() as session:
        notices.drop_held(session, brand_id=held.id, kind=None, now=of.clock.now())
        (parcel_id,) = shipments.by_numbers(session, "ghn", ["N0"])
        session.commit()
    scans = []
    for status, sub in [(Status.IN_TRANSIT, None), (Status.EXCEPTION, "damaged")]:
        hands.forward(minutes=5)
        scans.append(make.an_event(status, sub, at=of.clock.now()))
        with of.database.read() as session:
            (now,) = shipments.load(session, [parcel_id])
        make.seen(of, now.shipment, make.a_tracking(*now.shipment.events, scans[-1]))
    drain(of)

    opened = "SELECT cleared_at FROM concern WHERE shipment_id = :id"
    assert rows(opened, id=parcel_id) == [(None,)]
    assert kinds(states) == ["dropped"] * 12
    assert mailroom.letters == []


def test_a_later_mass_is_asked_of_anew(of, held, damaged, receiver):
    with of.database.write() as session:
        notices.drop_held(session, brand_id=None, kind=None, now=of.clock.now())
        session.commit()
    damaged(held, "LATER")
    drain(of)

    assert len(questions(receiver)) == 2


def test_only_the_kind_that_was_named_is_released(of, held, states):
    with of.database.write() as session:
        done = notices.reopen(
            session, state="held", brand_id=None, kind="late", wall=of.clock.wall()
        )
        session.commit()

    assert done == 0
    assert kinds(states) == ["held"] * 12


def test_a_few_are_no_mass(of, hooked, damaged, mailroom):
    for place in range(9):
        damaged(hooked, f"N{place}")
    drain(of)

    assert len(mailroom.letters) == 9


def test_a_small_share_of_many_is_no_mass(of, hooked, damaged, mailroom):
    for place in range(45):
        make.a_parcel(of, hooked, number=f"FINE{place}")
    for place in range(10):
        damaged(hooked, f"N{place}")
    drain(of)

    assert len(mailroom.letters) == 10


def test_good_news_of_many_is_no_mass(of, hooked, change, mailroom, rows):
    heard = {"out_for_delivery": True}
    rules = {"events": heard, "per_day": None, "together_minutes": 0}
    brand = change(hooked, rules=read(rules))
    for place in range(12):
        parcel = make.a_parcel(of, brand, number=f"N{place}")
        out = make.an_event(Status.OUT_FOR_DELIVERY, at=of.clock.now())
        make.seen(of, parcel, make.a_tracking(out, number=parcel.number))
    drain(of)

    assert len(mailroom.letters) == 12
    assert rows("SELECT id FROM notice WHERE state = 'held'") == []


def test_another_brand_s_mass_is_its_own(of, held, damaged, mailroom):
    with of.database.write() as session:
        new = brands.new_brand("rival", "Rival", sending=True)
        rival = brands.add(session, new, now=of.clock.now(), mint=of.mint).brand
        session.commit()
    damaged(rival)
    drain(of)

    assert len(mailroom.letters) == 1


def test_an_hour_later_it_is_another_matter(of, hooked, damaged, mailroom, hands):
    for place in range(6):
        damaged(hooked, f"N{place}")
    drain(of)
    hands.forward(minutes=61)
    for place in range(6):
        damaged(hooked, f"M{place}")
    drain(of)

    assert len(mailroom.letters) == 12


def test_two_senders_who_hold_at_once_ask_once(of, hooked, damaged, rows):
    for place in range(12):
        damaged(hooked, f"N{place}")
    together = threading.Barrier(2, timeout=30)

    def work(_):
        together.wait()
        send_owed(of.post, limit=12)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    asked = rows("SELECT state FROM notice WHERE kind = 'hold'")
    assert len(asked) == 1


def test_in_shadow_mode_nobody_is_asked(of, hooked, change, damaged, rows, receiver):
    for place in range(12):
        damaged(hooked, f"N{place}")
    send_owed(of.post)  # holds, and owes the question
    change(hooked, sending=False)
    drain(of)

    (question,) = rows("SELECT state FROM notice WHERE kind = 'hold'")
    assert question.state == "shadow"
    assert receiver.got == []


def test_parcels_that_have_ended_do_not_dilute_the_share(of, hooked, damaged, mailroom):
    for place in range(50):
        parcel = make.a_parcel(of, hooked, number=f"DONE{place}")
        done = make.an_event(Status.DELIVERED, at=of.clock.now())
        make.seen(of, parcel, make.a_tracking(done, number=parcel.number))
    for place in range(10):
        damaged(hooked, f"N{place}")
    drain(of)

    assert mailroom.letters == []


def test_ops_are_asked_wherever_they_are(of, hooked, change, damaged, receiver):
    loud = change(hooked, ops_urls=(receiver.url("/team", "json"),))
    for place in range(10):
        damaged(loud, f"N{place}")
    drain(of)

    ((_, alert),) = receiver.at("/team")
    told = json.loads(alert)
    assert told["title"] == "Acme: many “exception” notices at once are held"
    assert "notices release" in told["message"]
    assert len(questions(receiver)) == 1


def test_with_the_hook_taken_away_nobody_is_asked(of, hooked, change, damaged, rows):
    for place in range(10):
        damaged(hooked, f"N{place}")
    send_owed(of.post)
    change(hooked, webhook_url=None)
    drain(of)

    (question,) = rows("SELECT state, error FROM notice WHERE kind = 'hold'")
    assert question == ("withdrawn", "nobody to tell")


def test_a_brand_without_ops_holds_all_the_same(of, brand, damaged, rows, states):
    for place in range(10):
        damaged(brand, f"N{place}")
    drain(of)

    assert kinds(states) == ["held"] * 10
    assert rows("SELECT id FROM notice WHERE kind = 'hold'") == []
