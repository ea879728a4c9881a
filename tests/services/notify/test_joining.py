"""A split order: news of its parcels within some minutes is one message."""

from dataclasses import replace

import pytest
from tests import make

from track_service.channels.base import DeliveryError
from track_service.core.rules import DEFAULT
from track_service.core.status import Status
from track_service.services.notify import send_owed


class Crash(BaseException):
    """The process dies."""


def refuse(message):
    raise DeliveryError("no such address", permanent=True)


@pytest.fixture
def brand(brand, change):
    return change(brand, rules=DEFAULT)


@pytest.fixture
def post(of, scripted):
    return lambda before=lambda message: None: replace(
        of.post, channels={"email": scripted(before)}
    )


@pytest.fixture
def states(rows):
    def run():
        query = "SELECT state FROM notice WHERE audience = 'shopper' ORDER BY id"
        return [state for (state,) in rows(query)]

    return run


def drain(post):
    while send_owed(post):
        pass
    return post.channels["email"].sent


def test_news_of_two_parcels_within_minutes_is_one_mail(
    brand, damaged, hands, post, states
):
    sending = post()
    damaged(brand, "N-001")
    damaged(brand, "N-002")
    assert drain(sending) == []
    hands.forward(minutes=5)
    damaged(brand, "N-003")
    assert drain(sending) == []
    hands.forward(minutes=6)

    (mail,) = drain(sending)

    assert states() == ["sent", "grouped", "grouped"]
    assert "(N-002)" in mail.text
    assert "(N-003)" in mail.text
    assert "N-003" in mail.html
    hands.forward(hours=2)
    assert len(drain(sending)) == 1


def test_one_parcel_s_news_waits_for_nobody(brand, damaged, post, states):
    damaged(brand)

    assert len(drain(post())) == 1
    assert states() == ["sent"]


def test_what_cannot_wait_takes_along_what_waits(
    of, brand, damaged, hands, post, states
):
    sending = post()
    damaged(brand, "N-001")
    parcel = make.a_parcel(of, brand, number="N-002")
    tried = make.an_event(Status.ATTEMPT_FAILED, at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(tried, number="N-002"))

    drain(sending)
    hands.forward(minutes=11)
    drain(sending)

    assert len(sending.channels["email"].sent) <= 2
    assert set(states()) <= {"sent", "grouped"}


def test_what_cannot_wait_joins_nothing_that_waits(
    of, brand, damaged, hands, post, states
):
    sending = post()
    parcel = make.a_parcel(of, brand, number="N-002")
    damaged(brand, "N-001")
    assert drain(sending) == []
    tried = make.an_event(Status.ATTEMPT_FAILED, at=hands.forward(minutes=2))
    make.seen(of, parcel, make.a_tracking(tried, number="N-002"))

    (mail,) = drain(sending)

    assert "N-002" in mail.text
    assert states() == ["grouped", "sent"]


def test_what_is_well_again_is_left_out(of, brand, damaged, hands, post, states, rows):
    sending = post()
    damaged(brand, "N-001")
    second = damaged(brand, "N-002")
    drain(sending)
    come = make.an_event(Status.DELIVERED, at=hands.forward(minutes=11))
    make.seen(of, second, make.a_tracking(come, number="N-002"))

    (mail,) = drain(sending)

    assert "N-002" not in mail.text
    assert states() == ["sent", "withdrawn"]
    assert rows("SELECT count(*) FROM digest_part") == [(0,)]


def test_where_the_first_is_well_again_the_others_are_told(
    of, brand, damaged, hands, post, states
):
    sending = post()
    first = damaged(brand, "N-001")
    damaged(brand, "N-002")
    drain(sending)
    come = make.an_event(Status.DELIVERED, at=hands.forward(minutes=11))
    make.seen(of, first, make.a_tracking(come, number="N-001"))
    drain(sending)
    hands.forward(minutes=6)

    (mail,) = drain(sending)

    assert "N-002" in mail.text
    assert states() == ["withdrawn", "sent"]


def test_after_a_crash_the_same_mail_goes_out_under_the_same_name(
    brand, damaged, hands, post, states
):
    damaged(brand, "N-001")
    damaged(brand, "N-002")
    drain(post())
    hands.forward(minutes=11)
    told = []

    def dies(message):
        told.append(message)
        raise Crash

    with pytest.raises(Crash):
        send_owed(post(dies))
    damaged(brand, "N-003")
    hands.forward(minutes=11)

    mails = drain(post())

    assert len(mails) == 2
    again, other = sorted(mails, key=lambda mail: mail.key != told[0].key)
    assert again.key == told[0].key
    assert "(N-002)" in told[0].text
    assert "(N-002)" in again.text
    assert "N-003" not in again.text
    assert "N-003" in other.text
    assert states() == ["sent", "grouped", "sent"]


def test_where_the_mail_fails_for_good_none_is_lost_unseen(
    brand, damaged, hands, post, states
):
    damaged(brand, "N-001")
    damaged(brand, "N-002")
    drain(post())
    hands.forward(minutes=11)
    drain(post(refuse))
    hands.forward(minutes=11)

    drain(post(refuse))

    assert states() == ["dead", "dead"]
