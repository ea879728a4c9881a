import json
from datetime import timedelta

import pytest
from tests.make import a_parcel, a_tracking, an_event, seen

from track_service.core.status import Status
from track_service.services.rating import rate
from track_service.store import reviews
from track_service.store.feedback import Said
from track_service.store.reviews import New


@pytest.fixture
def number(of, brand, hands):
    """The id of a review that waits, of a parcel that was rated ten and came just now."""
    at = of.clock.now()
    parcel = a_parcel(of, brand)
    parcel = seen(of, parcel, a_tracking(an_event(Status.DELIVERED, at=at)))
    hands.forward(hours=1)
    rate(of.desk, parcel, Said(stars=5, likely=10))
    with of.database.write() as session:
        reviews.add(session, parcel.id, New("cup", 2, "Chipped"), now=at)
        session.commit()
        (waiting,) = reviews.listed(session, brand.id)
    return waiting.id


def test_reviews_are_moderated_by_command(operator, number):
    waiting = json.loads(operator("reviews", "--brand", "acme", "--json").output)
    line = operator("reviews", "--brand", "acme").output

    published = operator("reviews", "publish", "acme", number)
    rejected = operator("reviews", "reject", "acme", number, "spam")

    assert [one["text"] for one in waiting["reviews"]] == ["Chipped"]
    assert "2 of 5  cup" in line
    assert published.output == f"review {number} is published\n"
    assert rejected.output == f"review {number} is rejected\n"
    assert operator("reviews", "publish", "acme", 99999).exit_code == 1
    assert operator("reviews").exit_code == 2


def test_a_brand_says_when_it_asks(operator, of, brand):
    told = operator("reviews", "ask", "acme", "--mail", "--category", "Tea", 14)

    with of.database.read() as session:
        asking = reviews.wishes(session, brand.id)
    assert "mails ask" in told.output
    assert asking.by_mail
    assert asking.use_time(["tea"]) == timedelta(days=14)


def test_feedback_is_counted_by_command(operator, number):
    # The command's clock is the real one: the parcel came before it began to look.
    told = operator("feedback", "--brand", "acme", "--days", 400, "--json")

    document = json.loads(told.output)
    assert document["brand"] == "acme"
    assert set(document) >= {"total", "lateness", "groups", "texts"}
    assert operator("feedback", "--brand", "acme").output.startswith("week")
