"""Who is let in, for how long, and what a form must show."""

import pytest
from tests.web.console.conftest import PASSWORD

from track_service.services import users as service
from track_service.store import users

WRONG = "This address and password do not let you in."


@pytest.fixture
def mai(user, brand):
    return user("mai@acme.example", [(brand, "agent")])


def test_who_has_the_password_is_let_in(mai, person):
    mai = person()

    answer = mai.enter("Mai@Acme.example")

    assert (answer.status_code, answer.location) == (303, "/console/")
    assert "Work queue" in mai.get("/console/").text


def test_others_are_led_to_the_door_and_then_to_where_they_wanted_to(mai, person):
    mai = person()

    led = mai.get("/console/queue/7?x=1")

    assert led.location == "/console/enter?to=/console/queue/7?x%3D1"
    answer = mai.enter("mai@acme.example", to="/console/queue/7")
    assert answer.location == "/console/queue/7"


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/console/../t/x?\n", "/t/abc"]
)
def test_nobody_is_led_elsewhere(mai, person, to):
    assert person().enter("mai@acme.example", to=to).location == "/console/"


def test_unknown_and_wrong_get_the_same_answer(mai, user, person):
    user("nopassword@acme.example", password=None)

    def answer(email, password):
        got = person().enter(email, password)
        page = got.text.replace(email, "…")
        return got.status_code, page[page.index("<h1") : page.index('name="token"')]

    wrong = answer("mai@acme.example", "not it")
    assert wrong[0] == 403
    assert WRONG in wrong[1]
    assert answer("nobody@acme.example", "not it") == wrong
    assert answer("nopassword@acme.example", "") == wrong
    assert answer("mai\0@acme.example", "not\0it") == wrong


def test_wrong_passwords_lock_for_a_while_that_grows(mai, person, hands):
    for _ in range(5):
        assert WRONG in person().enter("mai@acme.example", "not it").text
    assert WRONG in person().enter("mai@acme.example").text  # right, yet locked

    hands.forward(seconds=31)
    assert WRONG in person().enter("mai@acme.example", "not it").text
    hands.forward(seconds=31)
    assert WRONG in person().enter("mai@acme.example").text
    hands.forward(seconds=30)
    assert person().enter("mai@acme.example").status_code == 303
    assert person().enter("mai@acme.example", "not it").status_code == 403
    assert person().enter("mai@acme.example").status_code == 303


def test_a_form_of_another_site_signs_nobody_in(mai, person):
    somebody = person()
    somebody.get("/console/enter")

    answer = somebody.client.post(
        "/console/enter", data={"email": "mai@acme.example", "password": PASSWORD}
    )

    assert answer.status_code == 403
    assert somebody.get("/console/").status_code == 303


def test_a_session_ends_when_nobody_was_there_for_eight_hours(agent, hands):
    for _ in range(2):
        hands.forward(hours=7, minutes=59)
        assert agent.get("/console/").status_code == 200
    hands.forward(hours=8)

    assert agent.get("/console/").status_code == 303


def test_a_session_ends_after_a_day_however_busy(agent, hands):
    for _ in range(3):
        hands.forward(hours=7, minutes=59)
        assert agent.get("/console/").status_code == 200
    hands.forward(minutes=3)

    assert agent.get("/console/").status_code == 303


def test_who_signs_out_is_out_wherever_the_cookie_was_copied(agent, person):
    copy = person()
    stolen = agent.client.get_cookie("console", path="/console").value
    copy.client.set_cookie("console", stolen, path="/console")
    assert copy.get("/console/").status_code == 200

    assert agent.post("/console/leave").location == "/console/enter"

    assert agent.get("/console/").status_code == 303
    assert copy.get("/console/").status_code == 303


def test_who_is_removed_is_out_at_once(agent, of):
    with of.database.write() as session:
        found = users.by_email(session, "agent@acme.example")
        service.remove(session, found, wall=of.clock.wall(), actor=service.COMMAND)
        session.commit()

    assert agent.get("/console/").status_code == 303
    assert agent.enter("agent@acme.example").status_code == 403


def test_a_new_password_ends_what_the_old_one_began(agent, of):
    with of.database.write() as session:
        found = users.by_email(session, "agent@acme.example")
        service.set_password(
            session,
            found.id,
            "another long password",
            wall=of.clock.wall(),
            actor=service.COMMAND,
        )
        session.commit()

    assert agent.get("/console/").status_code == 303


def test_the_cookie_is_for_this_place_alone(mai, person):
    cookies = person().enter("mai@acme.example").headers.getlist("Set-Cookie")

    (session,) = [c for c in cookies if c.startswith("console=")]
    assert {"Secure", "HttpOnly", "Path=/console", "SameSite=Lax"} <= set(
        session.split("; ")
    )


@pytest.mark.parametrize("value", ["", "x", "gAAAAABjunk", "ÿ"])
def test_a_cookie_that_is_not_ours_opens_nothing(person, value):
    somebody = person()
    somebody.client.set_cookie("console", value, path="/console")

    assert somebody.get("/console/").status_code == 303


def test_no_password_and_no_address_is_stored_in_clear(mai, rows):
    ((password, email, name),) = rows("SELECT password, email, name FROM console_user")

    assert password.startswith("scrypt:")
    assert "@" not in email
    assert email.startswith("gAAAA")
    assert name.startswith("gAAAA")
