"""A browser follows a parcel: subscribed, told when it moves, and forgotten."""

from dataclasses import replace

import pytest
from tests.make import a_parcel, a_tracking, ago, an_event, seen
from tests.webpush import Reader, push_service, raw, signed

from track_service.channels.webpush import WebPush
from track_service.core.status import Status
from track_service.http import Guarded
from track_service.services.notify import send_owed
from track_service.store import erasing

FCM = "https://push.example/browser"


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand)


@pytest.fixture
def pushes():
    with push_service() as service:
        yield service


@pytest.fixture
def post(of, pushes):
    guarded = Guarded(allowed_private_hosts=[pushes.url.removeprefix("http://")])
    channels = {**of.post.channels, "webpush": WebPush(guarded)}
    yield replace(of.post, channels=channels)
    guarded.close()


def follow(client, parcel, endpoint=FCM, reader=None, **more):
    client.post(f"/t/{parcel.token}/push/key")  # a browser wants it first
    body = {"endpoint": endpoint, "keys": (reader or Reader()).keys()} | more
    return client.post(f"/t/{parcel.token}/push", json=body)


def move(of, parcel, status, hours=3):
    scan = an_event(status, at=ago(of.clock.now(), hours=hours))
    return seen(of, parcel, a_tracking(scan))


def test_a_browser_that_follows_is_told_in_plain_words(
    of, client, parcel, pushes, post, rows
):
    key = client.post(f"/t/{parcel.token}/push/key").json["key"]
    reader = Reader()
    assert follow(client, parcel, f"{pushes.url}/mai", reader).status_code == 204

    move(of, parcel, Status.OUT_FOR_DELIVERY)
    send_owed(post)

    ((name, headers, body),) = pushes.got
    told = reader.read(body)
    assert name == "mai"
    assert told["title"] == "Acme"
    assert told["body"].startswith("Your parcel is out for delivery.")
    assert told["path"] == f"/t/{parcel.token}"
    assert not [
        word for word in ("Mai", "1001", "N1", "shopper.example") if word in str(told)
    ]
    assert signed(headers["Authorization"])[1] == key
    assert rows("SELECT channel, state FROM notice") == [("webpush", "sent")]


def test_each_news_is_told_once(of, client, parcel, pushes, post):
    follow(client, parcel, f"{pushes.url}/mai")
    move(of, parcel, Status.IN_TRANSIT)
    move(of, parcel, Status.IN_TRANSIT)
    send_owed(post)
    move(of, parcel, Status.DELIVERED, hours=1)
    send_owed(post)
    send_owed(post)

    assert len(pushes.got) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_has_left_is_forgotten(
    of, client, parcel, pushes, post, rows, status
):
    follow(client, parcel, f"{pushes.url}/mai")
    pushes.status = status
    move(of, parcel, Status.IN_TRANSIT)

    send_owed(post)

    assert rows("SELECT count(*) FROM push_subscription") == [(0,)]
    assert rows("SELECT state FROM notice") == [("withdrawn",)]


def test_a_push_service_that_is_away_is_tried_again(
    of, client, parcel, pushes, post, rows
):
    follow(client, parcel, f"{pushes.url}/mai")
    pushes.status = 503
    move(of, parcel, Status.IN_TRANSIT)

    send_owed(post)

    assert rows("SELECT state, attempts FROM notice") == [("owed", 1)]
    assert rows("SELECT count(*) FROM push_subscription") == [(1,)]


def test_five_browsers_may_follow_and_one_may_ask_twice(client, parcel):
    answers = [follow(client, parcel, f"{FCM}/{n}").status_code for n in range(5)]

    assert answers == [204] * 5
    assert follow(client, parcel, f"{FCM}/0").status_code == 204
    assert follow(client, parcel, f"{FCM}/5").status_code == 409


def test_a_browser_leaves(client, parcel, rows):
    follow(client, parcel)

    left = client.delete(f"/t/{parcel.token}/push", json={"endpoint": FCM})

    assert left.status_code == 204
    assert rows("SELECT count(*) FROM push_subscription") == [(0,)]


def test_what_is_kept_of_a_browser_is_sealed_and_erased(of, client, parcel, rows):
    reader = Reader()
    follow(client, parcel, reader=reader)
    (kept,) = rows("SELECT endpoint, p256dh, auth FROM push_subscription")
    assert not {FCM, *reader.keys().values()} & set(kept)

    with of.database.write() as session:
        erasing.erase(session, parcel.id, now=of.clock.now())
        session.commit()

    assert rows("SELECT count(*) FROM push_subscription") == [(0,)]


def test_our_key_is_one_and_sealed(client, parcel, rows):
    first, second = (
        client.post(f"/t/{parcel.token}/push/key").json["key"] for _ in range(2)
    )

    assert first == second
    assert len(raw(first)) == 65
    ((private,),) = rows("SELECT private FROM push_key")
    assert len(private) > 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": f"https://push.example/{'a' * 1000}"},
        {"endpoint": ["https://push.example"]},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": None},
        {"endpoint": "https://push.example/\ud800"},
        {"keys": {"p256dh": "\ud800", "auth": "AAAA"}},
    ],
)
def test_what_is_no_subscription_is_refused(client, parcel, wrong):
    assert follow(client, parcel, **wrong).status_code == 400


def test_letters_that_are_none_neither_name_a_language_nor_a_browser(client, parcel):
    assert follow(client, parcel, language="\ud800").status_code == 204
    left = client.delete(f"/t/{parcel.token}/push", json={"endpoint": "\ud800"})
    assert left.status_code == 204


def test_an_unknown_link_and_a_foreign_page_follow_nothing(client, parcel):
    body = {"endpoint": FCM, "keys": Reader().keys()}
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    assert client.post("/t/nobody/push", json=body).status_code == 404
    answer = client.post(f"/t/{parcel.token}/push", json=body, headers=foreign)
    assert answer.status_code == 403


def test_the_worker_is_served_where_its_scope_can_be(client):
    with client.get("/push.js") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "no-cache"
