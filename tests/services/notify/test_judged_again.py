from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests import make

from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Stamp
from track_service.services import letters
from track_service.services.erase import erase
from track_service.services.notify import send_owed
from track_service.store import notices


def test_what_has_moved_on_is_withdrawn(of, brand, damaged, mailroom, hands, states):
    parcel = damaged(brand)
    hands.forward(minutes=5)
    on_its_way = make.an_event(Status.OUT_FOR_DELIVERY, at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(*parcel.events, on_its_way))

    assert send_owed(of.post) == 1

    assert states() == [("withdrawn", "no longer true")]
    assert mailroom.letters == []


def test_what_was_withdrawn_is_told_if_it_returns_and_told_once(
    of, brand, damaged, mailroom, hands, states
):
    parcel = damaged(brand)
    moves, damage = (Status.IN_TRANSIT, None), (Status.EXCEPTION, "damaged")
    told = []

    for status, sub in [moves, damage, moves, damage]:
        hands.forward(minutes=5)
        scan = make.an_event(status, sub, at=of.clock.now())
        parcel = make.seen(of, parcel, make.a_tracking(*parcel.events, scan))
        send_owed(of.post)
        told.append(states())

    assert told == [[("withdrawn", "no longer true")], *[[("sent", None)]] * 3]
    assert len(mailroom.letters) == 1


def test_nobody_hears_of_what_was_before_the_import(of, hooked, hands, states):
    parcel = make.a_parcel(of, hooked)
    before = make.an_event(
        Status.EXCEPTION, "damaged", at=make.ago(hands.now(), hours=2)
    )
    make.seen(of, parcel, make.a_tracking(before))

    assert send_owed(of.post) == 0

    assert states() == states("webhook") == []


@pytest.mark.parametrize(
    ("days", "told"), [(0, [("sent", None)]), (1, [])], ids=["that day", "before"]
)
def test_a_trouble_dated_with_the_day_of_import_is_told(
    of, brand, hands, states, days, told
):
    parcel = make.a_parcel(of, brand)
    day = Stamp.day(hands.now().date() - timedelta(days=days))
    held = Event(day, Meaning(Status.EXCEPTION, "damaged"), "HLD")
    for _ in range(2):
        hands.forward(hours=3)
        make.seen(of, parcel, make.a_tracking(held))
        send_owed(of.post)

    assert states() == told


@pytest.mark.parametrize("is_first", [True, False])
def test_a_trouble_without_a_time_is_told_unless_the_first_answer_knew_it(
    of, brand, hands, states, is_first
):
    parcel = make.a_parcel(of, brand)
    if not is_first:
        make.seen(of, parcel, make.a_tracking())
    for _ in range(2):
        hands.forward(hours=3)
        make.seen(of, parcel, make.a_tracking(status=Status.EXCEPTION, sub="damaged"))
        send_owed(of.post)

    assert states() == ([] if is_first else [("sent", None)])


def test_shadow_mode_lists_only(of, hooked, change, damaged, mailroom, receiver):
    shadow = change(hooked, sending=False)
    damaged(shadow)

    send_owed(of.post)

    with of.database.read() as session:
        listed = notices.listed(session, state="shadow", limit=9)
    assert {n.channel for n in listed} == {"email", "webhook"}
    assert mailroom.letters == receiver.got == []


def test_switching_on_sends_the_new_alone(
    of, brand, change, damaged, mailroom, hands, states
):
    shadow = change(brand, sending=False)
    damaged(shadow, "OLD")
    send_owed(of.post)
    change(shadow, sending=True)
    hands.forward(hours=1)
    damaged(brand, "NEW")

    while send_owed(of.post):
        pass

    assert [state for state, _ in states()] == ["shadow", "sent"]
    assert "NEW" in mailroom.read().get_body(("plain",)).get_content()


def test_the_erased_are_left_alone(of, brand, damaged, mailroom, states):
    parcel = damaged(brand)
    with of.database.write() as session:
        assert erase(session, brand.id, parcel.public_id, now=of.clock.now())
        session.commit()

    assert send_owed(of.post) == 0

    assert states() == [("withdrawn", None)]
    assert mailroom.letters == []


def test_who_is_erased_while_a_notice_is_written_is_left_alone(of, brand, damaged):
    parcel = damaged(brand)
    with of.database.write() as session:
        claimed = notices.claim(session, wall=of.clock.wall(), limit=9)
        erase(session, brand.id, parcel.public_id, now=of.clock.now())
        session.commit()

    (letter,) = letters.write(of.post, claimed)

    assert (letter.state, letter.reason) == ("withdrawn", "the parcel is gone")
    assert letter.message is None


def test_a_hook_that_was_taken_away_is_nobody_to_tell(
    of, hooked, change, damaged, receiver, states
):
    damaged(hooked)
    change(hooked, webhook_url=None)

    send_owed(of.post)

    assert states("webhook") == [("withdrawn", "nobody to tell")]
    assert receiver.got == []


def test_an_alert_url_that_was_taken_away_is_nobody_to_tell(
    of, brand, change, damaged, receiver, states
):
    loud = change(brand, ops_urls=(receiver.url("/team", "json"),))
    damaged(loud)
    change(loud, ops_urls=())

    send_owed(of.post)

    assert states("apprise") == [("withdrawn", "nobody to tell")]


def test_a_shopper_without_an_address_is_nobody_to_tell(of, brand, damaged, states):
    damaged(brand)
    with of.database.write() as session:
        session.execute(text("UPDATE orders SET customer_email = NULL"))
        session.commit()

    send_owed(of.post)

    assert states() == [("suppressed", "no way to them is open")]


def test_links_come_from_our_settings_never_from_a_request(
    of, brand, damaged, mailroom, client
):
    parcel = damaged(brand)
    client.get(f"/t/{parcel.token}", headers={"Host": "127.0.0.1"})

    send_owed(of.post)

    mail = mailroom.read()
    for part in ("plain", "html"):
        body = mail.get_body((part,)).get_content()
        assert f"https://track.example/t/{parcel.token}" in body
        assert "127.0.0.1" not in body


def test_a_new_base_url_is_in_force_at_once(of, brand, damaged, mailroom):
    damaged(brand)

    send_owed(replace(of.post, base_url="https://moved.example"))

    text_part = mailroom.read().get_body(("plain",)).get_content()
    assert "https://moved.example/t/" in text_part
