"""Reviews at the console: looked through, decided, and each decision kept."""

import pytest
from tests import make
from tests.conftest import NOW

from track_service.core.goods import Product
from track_service.core.moderation import Reason, State
from track_service.store import catalogue, reviews
from track_service.store.reviews import New


@pytest.fixture
def written(of, brand, rival):
    """Reviews of two brands; return their ids by product."""
    out = State.REJECTED
    mine = [
        New("tea", 5, "Fine <b>tea</b>", "M. E."),
        New("cup", 1, "Chipped"),
        New("pot", 2, "at www.pot.example", state=out, reason=Reason.LINK),
        New("jar", 1, "Mine", state=out, reason=Reason.NO_CONSENT),
    ]
    found = {}
    for whose, new in ((brand, mine), (rival, [New("hat", 1, "RIVAL words")])):
        parcel = make.a_parcel(of, whose)
        with of.database.write() as session:
            catalogue.tell(
                session, whose.id, [Product("tea", "Lotus tea", told_at=NOW)]
            )
            for one in new:
                reviews.add(session, parcel.id, one, now=NOW)
            session.commit()
            told = reviews.listed(session, whose.id)
        found |= {one.product: str(one.id) for one in told}
    return found


def states(rows):
    return {row.product: row.state for row in rows("SELECT product, state FROM review")}


def test_what_waits_is_listed_with_what_the_rules_find(agent, written):
    waiting = agent.get("/console/reviews").text
    rejected = agent.get("/console/reviews?state=rejected").text

    assert "Lotus tea" in waiting
    assert "Fine &lt;b&gt;tea&lt;/b&gt;" in waiting
    assert "RIVAL" not in waiting
    assert "www.pot.example" not in waiting
    assert '<b class="late">link</b>' in rejected
    assert "Mine" not in rejected
    assert agent.get("/console/reviews?state=nothing").status_code == 404


def test_many_are_decided_at_once_and_each_is_a_line_of_the_log(agent, written, rows):
    ids = [written["tea"], written["cup"]]
    at = "/console/reviews"
    here = f"{at}?state=pending"
    form = {"verdict": "rejected", "reason": "spam", "here": here}

    done = agent.post(at, at=at, review=ids, **form)
    agent.post(at, at=at, review=ids, **form)
    agent.post(at, at=f"{at}?state=rejected", review=ids[0], verdict="published")

    assert done.location == f"{here}&told=2+reviews+are+rejected."
    assert states(rows)["tea"] == "published"
    assert states(rows)["cup"] == "rejected"
    kept = rows(
        "SELECT subject, user_id FROM audit WHERE action = 'review.decide' ORDER BY id"
    )
    assert [row.subject for row in kept] == [f"review:{n}" for n in (*ids, ids[0])]
    assert {row.user_id for row in kept} == {1}


def test_nothing_private_or_foreign_or_misspelt_is_decided(
    agent, user, person, brand, written, rows
):
    before = states(rows)
    user("viewer@acme.example", [(brand, "viewer")])
    viewer = person()
    viewer.enter("viewer@acme.example")

    def answer(who, ids, **form):
        form = {"verdict": "published"} | form
        return who.post("/console/reviews", review=ids, **form).status_code

    assert answer(agent, written["jar"]) == 404
    assert answer(agent, written["hat"]) == 404
    assert answer(viewer, written["tea"]) == 404
    assert answer(agent, written["tea"], verdict="pending") == 400
    assert answer(agent, written["tea"], reason="no_consent") == 400
    assert answer(agent, "x") == 400
    assert 'name="verdict"' not in viewer.get("/console/reviews").text
    assert states(rows) == before
