"""Mails that ask for reviews: planned, owed, judged again, and never after trouble."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.channels.test_zalo import SEND, SETTINGS, KeptPairs, event
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.channels.zalo_zns import ZaloZns
from track_service.core.cases import CaseKind, Outcome
from track_service.core.parcel import Item
from track_service.core.reviews import Asking
from track_service.core.status import Status
from track_service.core.wishes import NO, Purpose
from track_service.services.cases import report
from track_service.services.delivering import note_free
from track_service.services.erase import erase
from track_service.services.letters import write
from track_service.services.notify import send_owed
from track_service.services.rating import rate
from track_service.services.review_asking import ask_due
from track_service.services.reviewing import Words, review
from track_service.services.wishes import Link, of_customer, unsubscribe
from track_service.store import (
    brands,
    cases,
    feedback,
    notices,
    reviews,
    shoppers,
    ways,
)
from track_service.store.cases import Report
from track_service.store.feedback import Said
from track_service.store.ways import Way

DAY = timedelta(days=1)
STILL_DUE = "SELECT shipment_id FROM review_ask WHERE due_at IS NOT NULL"
BOUGHT = (Item("Lotus tea", sku="tea & more"), Item("Clay cup", sku="cup"))


@pytest.fixture
def parcel(of, brand):
    """A parcel that came an hour ago, of a brand that asks by mail after three days."""
    with of.database.write() as session:
        reviews.wish(session, brand.id, Asking(True, 3))
        shoppers.key(session, brand.id, fresh="k" * 32)
        session.commit()
    parcel = a_parcel(of, brand, order=an_order(items=BOUGHT))
    scan = an_event(Status.DELIVERED, at=NOW - timedelta(hours=1))
    return seen(of, parcel, a_tracking(scan))


def letters(of):
    """Let the job run, and return the letters that the notices become."""
    ask_due(of.desk)
    with of.database.write() as session:
        claimed = notices.claim(session, wall=of.clock.wall(), limit=9)
        session.commit()
    asking = [one for one in claimed if one.kind == "review_request"]
    return write(of.post, asking)


def test_a_shopper_is_asked_after_the_use_time_and_reminded_once(of, parcel, hands):
    early = letters(of)
    hands.forward(days=3)
    (first,) = letters(of)
    with of.database.write() as session:
        notices.settle(session, first.owed.id, notices.SENT, now=hands.now())
        session.commit()
    hands.forward(days=7)
    (again,) = letters(of)
    with of.database.write() as session:
        notices.settle(session, again.owed.id, notices.SENT, now=hands.now())
        session.commit()
    hands.forward(days=20)

    assert early == []
    assert first.message.to == "mai@shopper.example"
    assert again.message.subject == first.message.subject == "How do you like it?"
    assert letters(of) == []


def test_the_mails_stars_open_the_page_with_the_choice_and_one_post_saves_it(
    of, client, parcel, hands, rows
):
    hands.forward(days=3)
    (letter,) = letters(of)
    links = re.findall(r'class="star"[^>]*href="([^"]+)"', letter.message.html)
    fourth = links[3].replace("&amp;", "&").removeprefix("https://track.example")

    page = client.get(fourth).text
    action = re.search(r'method="post" action="([^"]+)"', page)[1]
    sent = client.post(action, data={"stars:tea & more": "4", "publish": "yes"})

    assert len(links) == 10
    assert re.search(r'name="stars:tea &amp; more" value="4" checked', page)
    assert sent.status_code == 303
    assert rows("SELECT product, stars, state FROM review") == [
        ("tea & more", 4, "published")
    ]


def test_while_a_case_is_open_nobody_is_asked_and_then_whether_it_is_right(
    of, parcel, hands
):
    report(of.desk, parcel, Report(CaseKind.DAMAGED))
    hands.forward(days=3)
    during = letters(of)
    with of.database.write() as session:
        (case,) = cases.listed(session)
        cases.settle(session, case.id, Outcome.REFUNDED, now=hands.now())
        session.commit()
    hands.forward(days=1)

    (letter,) = letters(of)
    rate(of.desk, parcel, Said(is_right=True))
    hands.forward(days=7)
    later = [one.message for one in letters(of) if one.message]

    assert during == []
    assert "Is everything all right" in letter.message.subject
    assert 'class="star"' not in letter.message.html
    assert [one.subject for one in later] == ["How do you like it?"]


def test_who_refused_such_mails_gets_none(of, brand, parcel, hands, rows):
    with of.database.write() as session:
        theirs = of_customer(session, brand, parcel.order.customer)
        link = Link(brand, theirs.names, Purpose.REVIEW)
        unsubscribe(session, link, now=NOW)
        assert of_customer(session, brand, parcel.order.customer).chosen == {
            Purpose.REVIEW: NO
        }
        session.commit()
    hands.forward(days=3)

    assert letters(of) == []
    assert rows(STILL_DUE) == []


def test_who_does_not_say_whether_it_was_put_right_is_asked_no_more(
    of, parcel, hands, rows
):
    report(of.desk, parcel, Report(CaseKind.DAMAGED))
    with of.database.write() as session:
        (case,) = cases.listed(session)
        cases.settle(session, case.id, Outcome.REFUNDED, now=hands.now())
        session.commit()
    hands.forward(days=3)
    (letter,) = letters(of)
    with of.database.write() as session:
        notices.settle(session, letter.owed.id, notices.SENT, now=hands.now())
        session.commit()
    assert len(rows(STILL_DUE)) == 1
    hands.forward(days=7)

    assert letters(of) == []
    assert rows(STILL_DUE) == []


def test_erasure_withdraws_the_question_and_forgets_the_mail_before(
    of, brand, parcel, hands, rows
):
    hands.forward(days=3)
    (first,) = letters(of)
    with of.database.write() as session:
        now, wall = hands.now(), of.clock.wall()
        notices.settle(session, first.owed.id, notices.SENT, now=now, provider_id="<7>")
        note_free(session, first.owed, "<7>", wall=wall)
        session.commit()
    hands.forward(days=7)
    ask_due(of.desk)

    with of.database.write() as session:
        assert erase(session, brand.id, parcel.public_id, now=hands.now())
        session.commit()

    asked = "SELECT state, provider_id FROM notice WHERE kind = 'review_request'"
    assert rows(f"{asked} ORDER BY id") == [("sent", None), ("withdrawn", None)]
    assert rows("SELECT provider_id FROM delivery") == [(None,)]


def test_what_is_answered_before_the_mail_goes_out_is_not_asked(of, parcel, hands):
    hands.forward(days=3)
    ask_due(of.desk)
    said = {line: Words(5) for line in ("tea & more", "cup")}
    review(of.desk, parcel, said, name=None, consents=True, language="en")

    (letter,) = letters(of)

    assert (letter.message, letter.state) == (None, notices.WITHDRAWN)


def test_a_brand_that_does_not_ask_by_mail_plans_nothing(of, brand, parcel, rows):
    with of.database.write() as session:
        reviews.wish(session, brand.id, Asking(False))
        session.commit()

    assert ask_due(of.desk) == 0
    assert rows("SELECT count(*) FROM review_ask") == [(0,)]


def asks_by_zalo(of, brand, fact):
    """Give the brand Zalo's rating template, with one fact in it."""
    params = {f"{fact}_code": {"type": "code", "value": fact}}
    rating = {"template_id": "77", "layout": "rating", "params": params}
    templates = json.dumps({"review_request": rating})
    with of.database.write() as session:
        way = Way("zalo_zns", SETTINGS | {"templates": templates})
        ways.put(session, brand.id, way, place=0)
        session.commit()


@pytest.fixture
def zalo(of, brand, guarded):
    """The brand has Zalo's rating template; return a post that reaches Zalo."""
    asks_by_zalo(of, brand, "order")
    channel = ZaloZns(guarded, KeptPairs("access-1"))
    sent = of.post.channels | {"zalo_zns": channel}
    return replace(of.post, channels=sent)


def test_zalo_asks_for_the_stars_and_its_answer_is_taken_once(
    of, client, made, parcel, hands, zalo, answers, rows
):
    answers.post(SEND, json={"error": 0, "data": {"msg_id": "m1"}})
    hands.forward(days=3)
    ask_due(of.desk)
    send_owed(zalo)
    asked = json.loads(answers.calls[0].request.body)
    hook = f"/hooks/channels/zalo_zns/{made.hook_secret}"

    def answer(**said):
        message = {"tracking_id": asked["tracking_id"], "msg_id": "m1"} | said
        told = event(event_name="user_feedback", message=message)
        return client.post(hook, data=told.body, headers=told.headers).status_code

    assert answer(rate=9) == 204
    assert answer(rate=2, note="Box was open", feedbacks=["Slow", 7]) == 204
    assert answer(rate=5, note="another") == 204

    assert (asked["template_id"], asked["template_data"]) == (
        "77",
        {"order_code": parcel.order.number},
    )
    with of.database.read() as session:
        said = feedback.of_shipment(session, parcel.id)
    assert (said.stars, said.text) == (2, "Box was open\nSlow")
    assert rows("SELECT kind FROM shopper_case") == [("unhappy",)]
    assert [one.message for one in letters(of) if one.message] == []


def test_who_is_not_on_zalo_is_asked_by_mail(of, parcel, hands, zalo, answers, rows):
    answers.post(SEND, json={"error": -118, "message": "not on Zalo"})
    hands.forward(days=3)
    ask_due(of.desk)
    send_owed(zalo)

    (letter,) = letters(of)

    assert rows("SELECT channel, state FROM notice WHERE kind = 'review_request'") == [
        ("email", "owed")
    ]
    assert letter.message.to == "mai@shopper.example"


@pytest.mark.parametrize("fact", ["carrier", "number"])
def test_a_template_that_names_a_hidden_carrier_is_not_sent(
    of, brand, parcel, hands, fact
):
    asks_by_zalo(of, brand, fact)
    with of.database.write() as session:
        brands.change(session, replace(brand, theme={"hide_carrier": True}))
        session.commit()
    hands.forward(days=3)

    (letter,) = letters(of)

    assert letter.owed.channel == "email"
    assert letter.message.to == "mai@shopper.example"
