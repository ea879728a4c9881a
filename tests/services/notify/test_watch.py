import json
from dataclasses import replace

import pytest

from track_service.services.notify import send_owed
from track_service.services.watch import watch_accounts
from track_service.store import accounts


@pytest.fixture
def look(of):
    """Watch, and send what comes of it; return how many messages were owed."""

    def run():
        owed = watch_accounts(of.post)
        while send_owed(of.post):
            pass
        return owed

    return run


@pytest.fixture
def refuse(of):
    def run(account="ups"):
        with of.database.write() as session:
            accounts.blinded(session, account, wall=of.clock.wall())
            session.commit()

    return run


@pytest.fixture
def accept(of):
    def run(account="ups"):
        with of.database.write() as session:
            accounts.accepted(session, account)
            session.commit()

    return run


def titles(receiver):
    return [json.loads(body)["title"] for _, body in receiver.at("/operator")]


def test_ops_hear_once_that_an_account_is_blind(look, refuse, receiver, hands):
    refuse()
    hands.forward(minutes=29)
    assert look() == 0
    hands.forward(minutes=1)
    assert look() == 1
    hands.forward(hours=5)
    refuse()
    assert look() == 0

    assert titles(receiver) == ["ups cannot be asked"]
    told = json.loads(receiver.at("/operator")[0][1])["message"]
    assert "since 2026-03-02T09:00+00:00" in told


def test_each_account_is_told_of(look, refuse, receiver, hands):
    refuse("ups")
    refuse("ghn")
    hands.forward(minutes=30)

    assert look() == 2

    assert sorted(titles(receiver)) == ["ghn cannot be asked", "ups cannot be asked"]


def test_ops_hear_once_that_it_sees_again(look, refuse, accept, receiver, hands):
    refuse()
    hands.forward(minutes=30)
    look()
    accept()

    assert [look(), look()] == [1, 0]

    assert titles(receiver) == ["ups cannot be asked", "ups answers again"]


def test_a_second_blindness_is_a_second_alert(look, refuse, accept, receiver, hands):
    for _ in range(2):
        refuse()
        hands.forward(minutes=30)
        look()
        accept()
        look()

    assert titles(receiver) == ["ups cannot be asked", "ups answers again"] * 2


def test_a_short_blindness_is_no_news(look, refuse, accept, receiver, hands):
    refuse()
    hands.forward(minutes=10)
    accept()
    hands.forward(minutes=30)

    assert look() == 0
    assert receiver.got == []


def test_an_alert_that_came_too_late_is_withdrawn_and_not_answered(
    of, look, refuse, accept, receiver, hands, states
):
    refuse()
    hands.forward(minutes=30)
    watch_accounts(of.post)
    accept()

    assert look() == 0

    assert states("apprise") == [("withdrawn", "no longer true")]
    assert receiver.got == []


def test_without_an_address_nobody_is_told(of, refuse, hands, rows):
    refuse()
    hands.forward(minutes=30)

    assert watch_accounts(replace(of.post, ops_urls=())) == 0
    assert rows("SELECT id FROM notice") == []


def test_an_address_that_was_taken_away_is_nobody_to_tell(of, refuse, hands, states):
    refuse()
    hands.forward(minutes=30)
    watch_accounts(of.post)

    send_owed(replace(of.post, ops_urls=()))

    assert states("apprise") == [("withdrawn", "nobody to tell")]
