"""Answers of a moment ago: at most as old as the setting says, and nobody else's."""

import pytest
from flask import Flask, Response
from sqlalchemy import event
from tests.conftest import Counting
from tests.make import a_parcel, a_tracking, ago, an_event, seen

from track_service.app import create_app, service
from track_service.core.status import Status
from track_service.store import shipments
from track_service.store.db import db
from track_service.web.recent import Recent, Shelf, keep

WAITING = "We are waiting for the first scan."


@pytest.fixture
def link(of, brand):
    return f"/t/{a_parcel(of, brand).token}"


@pytest.fixture
def asked(app):
    """Every statement that goes to the database from now on."""
    said = []
    with app.app_context():
        engine = db.engine

    def hear(_conn, _cursor, statement, *_):
        said.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def deliver(of, link):
    with of.database.read() as session:
        parcel = shipments.by_token(session, link.removeprefix("/t/"))
    at = ago(of.clock.now(), hours=1)
    seen(of, parcel, a_tracking(an_event(Status.DELIVERED, at=at)))


@pytest.fixture
def elsewhere(settings, hands):
    """The parts of another process, of whose writes this one hears nothing."""
    app = create_app(settings, clock=hands.clock(), mint=Counting().mint())
    yield service(app)
    with app.app_context():
        db.engine.dispose()


def test_who_asks_again_at_once_asks_no_database(client, link, asked):
    first = client.get(link)
    del asked[:]

    again = client.get(link)
    known = client.get(link, headers={"If-None-Match": first.headers["ETag"]})

    assert again.data == first.data
    assert again.headers == first.headers
    assert (known.status_code, known.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Expires", "Vary"):
        assert known.headers[name] == first.headers[name]
    assert asked == []


def test_a_page_is_never_older_than_a_second(elsewhere, client, link, hands):
    assert WAITING in client.get(link).text
    deliver(elsewhere, link)
    hands.forward(seconds=0.9)
    assert WAITING in client.get(link).text

    hands.forward(seconds=0.1)

    assert "Your parcel has been delivered." in client.get(link).text


def test_a_clock_that_is_set_back_keeps_no_page(elsewhere, client, link, hands):
    assert WAITING in client.get(link).text
    deliver(elsewhere, link)

    hands.forward(minutes=-5)

    assert "Your parcel has been delivered." in client.get(link).text


def test_what_was_kept_before_does_not_come_back_with_the_hour(
    elsewhere, client, link, hands
):
    other = f"{link}?lang=vi"
    assert WAITING in client.get(link).text
    client.get(other)
    hands.forward(minutes=-5)
    client.get(other)
    deliver(elsewhere, link)

    hands.forward(minutes=5)

    assert "Your parcel has been delivered." in client.get(link).text


def test_a_304_kept_is_no_page_for_who_has_none(client, link, hands):
    etag = client.get(link).headers["ETag"]
    hands.forward(seconds=2)

    assert client.get(link, headers={"If-None-Match": etag}).status_code == 304
    whole = client.get(link)

    assert whole.status_code == 200
    assert WAITING in whole.text


def test_each_language_and_address_has_its_own(client, link):
    for language, word in (("en", WAITING), ("vi", "Đang chờ lượt quét đầu tiên.")):
        assert word in client.get(link, headers={"Accept-Language": language}).text
        assert word in client.get(f"{link}?lang={language}").text


def test_what_a_cookie_opens_is_not_kept(client, link, asked):
    client.set_cookie("order-proof", "x")
    client.get(link)
    del asked[:]

    client.get(link)

    assert asked


def test_what_this_process_writes_shows_at_once(of, client, link):
    assert WAITING in client.get(link).text

    deliver(of, link)

    assert "Your parcel has been delivered." in client.get(link).text


def test_what_was_written_meanwhile_is_not_kept(of):
    app, made, shelf = Flask("page"), [], Shelf(60, of.clock.wall)
    app.wsgi_app = Recent(app.wsgi_app, shelf)

    @app.get("/meanwhile")
    def page():
        keep()
        made.append("page")
        shelf.clear()  # somebody writes while it is being made
        answer = Response("page")
        answer.set_etag("page")
        return answer

    for _ in range(2):
        app.test_client().get("/meanwhile")

    assert len(made) == 2


def test_an_unknown_link_is_not_kept(of, client, brand, asked):
    client.get("/t/none")
    del asked[:]

    assert client.get("/t/none").status_code == 404
    assert asked


def test_only_so_many_pages_are_kept(app, client, of, brand, asked, hands):
    app.wsgi_app = Recent(app.wsgi_app, Shelf(60, of.clock.wall, most=2))
    links = [f"/t/{a_parcel(of, brand, number=f'N{n}').token}" for n in range(3)]
    for link in links:
        client.get(link)
    hands.forward(seconds=2)  # the app's own keep theirs for one
    del asked[:]

    client.get(links[2])
    client.get(links[1])
    assert asked == []
    client.get(links[0])

    assert asked
