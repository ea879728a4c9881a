"""A user's own password, and how often anybody may try one."""

from datetime import timedelta

import pytest
from flask import Response
from tests.web.console.conftest import PASSWORD

from track_service.services.users import OF_CLIENT
from track_service.store import tries
from track_service.store.types import KEYS
from track_service.web.console import guard

NEW = "another long password"
AT = "/console/password"
HOUR = timedelta(hours=1)


def test_who_knows_the_old_password_chooses_a_new_one(agent, person):
    elsewhere = person()
    elsewhere.enter("agent@acme.example")

    answer = agent.post(AT, at=AT, old=PASSWORD, new=NEW)

    assert answer.status_code == 303
    assert "Your password is changed." in agent.get(answer.location).text
    assert elsewhere.get("/console/").status_code == 303
    assert person().enter("agent@acme.example").status_code == 403
    assert person().enter("agent@acme.example", NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "status", "words"),
    [
        ("not it", NEW, 403, "That is not your password."),
        (PASSWORD, "short", 422, "12 letters or more"),
        ("", "", 422, "12 letters or more"),
    ],
)
def test_otherwise_nothing_changes(agent, person, old, new, status, words):
    answer = agent.post(AT, at=AT, old=old, new=new)

    assert answer.status_code == status
    assert words in answer.text
    assert agent.get("/console/").status_code == 200
    assert person().enter("agent@acme.example").status_code == 303


def test_guesses_at_the_old_password_lock_like_those_at_the_door(agent):
    for _ in range(5):
        agent.post(AT, at=AT, old="not it", new=NEW)

    assert agent.post(AT, at=AT, old=PASSWORD, new=NEW).status_code == 403


def test_a_password_is_changed_by_a_form_of_ours_alone(agent):
    answer = agent.client.post(AT, data={"old": PASSWORD, "new": NEW})

    assert answer.status_code == 403
    assert "out of date" in answer.text


def test_one_address_may_try_so_often_an_hour_whatever_the_accounts(
    of, agent, person, hands
):
    key = KEYS.digest("tries", "console", "127.0.0.1")
    with of.database.write() as session:  # as that many wrong ones do
        while tries.take(session, key, OF_CLIENT, wall=of.clock.wall()):
            pass
        session.commit()

    assert person().enter("agent@acme.example").status_code == 403
    assert agent.post(AT, at=AT, old=PASSWORD, new=NEW).status_code == 403
    hands.forward(hours=1)
    assert person().enter("agent@acme.example").status_code == 303


@pytest.mark.usefixtures("agent")
def test_right_passwords_use_up_nobody_s_tries(person, rows):
    assert person().enter("agent@acme.example").status_code == 303
    assert rows("SELECT tries FROM tries") == [(0,)]

    person().enter("agent@acme.example", "not it at all")

    assert rows("SELECT tries FROM tries") == [(1,)]


def test_a_cookie_under_another_s_name_opens_nothing(person):
    somebody = person()
    with somebody.client.application.test_request_context("/console/"):
        response = Response()
        guard.put(response, guard.LEAVING, "state nonce verifier", age=HOUR)
    sealed = response.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    somebody.client.set_cookie("console", sealed, path="/console")

    assert somebody.get("/console/").status_code == 303
