from dataclasses import replace

import pytest
from tests.make import a_parcel, a_tracking, ago, an_event, seen

from track_service.app import create_app
from track_service.core.status import Status
from track_service.services.second_factor import LOOKS_OF_CLIENT, cookie_name
from track_service.store.db import db


@pytest.fixture
def parcel(of, brand):
    made = a_parcel(of, brand, number="AB12345")
    at = ago(of.clock.now(), hours=3)
    return seen(of, made, a_tracking(an_event(Status.IN_TRANSIT, at=at)))


def find(client, number, factor="", **more):
    return client.post(
        "/b/acme/?lang=en", data={"number": number, "factor": factor}, **more
    )


def test_the_form_asks_and_writes_nothing(client, brand, rows):
    answer = client.get("/b/acme/?lang=en")

    assert answer.status_code == 200
    assert "Where is my parcel?" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert 'name="robots" content="noindex' in answer.text
    assert rows("SELECT count(*) FROM tries")[0][0] == 0


def test_a_brand_that_is_not_there_has_no_form(client):
    assert client.get("/b/nobody/").status_code == 404
    assert client.post("/b/nobody/").status_code == 404


def test_number_and_factor_open_the_order_s_page(client, brand, parcel):
    answer = find(client, "1001", "0000")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/t/{parcel.token}?lang=en"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(cookie_name(brand, "1001"))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/t/", "Max-Age=7200"):
        assert part in cookie
    page = client.get(answer.headers["Location"])
    assert "Mai Example" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("home", "asked", "secure"),
    [
        ("https://track.example", "https://track.example", True),
        ("https://track.example", "http://track.example", True),  # behind a proxy
        ("http://track.example", "https://track.example", True),
        ("http://track.example", "http://track.example", False),
    ],
)
def test_over_https_the_proof_travels_by_https_alone(
    settings, hands, parcel, home, asked, secure
):
    app = create_app(replace(settings, base_url=home), clock=hands.clock())

    answer = find(app.test_client(), "1001", "0000", base_url=asked)

    assert ("Secure" in answer.headers["Set-Cookie"]) is secure
    with app.app_context():
        db.engine.dispose()


def test_a_tracking_number_alone_opens_the_state_and_nothing_else(client, parcel):
    answer = find(client, "ab 12345")

    assert answer.status_code == 200
    assert "Your parcel is on the way." in answer.text
    for secret in ("1001", parcel.token, "Lotus", "Mai", "shopper.example"):
        assert secret not in answer.text


def test_an_order_number_alone_opens_nothing(client, parcel):
    known, unknown = find(client, "1001"), find(client, "9999")

    assert known.status_code == unknown.status_code == 422
    assert known.text.replace("1001", "9999") == unknown.text


@pytest.mark.parametrize("factor", ["1234", "mai@elsewhere.example", "70000"])
def test_wrong_and_unknown_are_answered_alike_to_the_byte(client, parcel, factor):
    wrong, unknown = find(client, "1001", factor), find(client, "9999", factor)

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.data.replace(b"1001", b"9999") == unknown.data
    heads = [sorted((k, v) for k, v in one.headers) for one in (wrong, unknown)]
    assert heads[0] == heads[1]


def test_locked_is_answered_alike_for_known_and_unknown(client, hands, parcel):
    for number in ("1001", "9999"):
        for _ in range(5):
            find(client, number, "1234")
    known, unknown = find(client, "1001", "0000"), find(client, "9999", "0000")

    assert known.status_code == unknown.status_code == 429
    assert known.data.replace(b"1001", b"9999") == unknown.data
    assert "try again in 24 hours" in known.text
    assert "Set-Cookie" not in known.headers
    hands.forward(days=1, minutes=1)
    assert find(client, "1001", "0000").status_code == 303


def test_the_link_is_offered_and_sent_alike(client, parcel, rows):
    wrong = find(client, "1001", "1234")
    assert "Send me the link" in wrong.text

    known, unknown = (
        client.post("/b/acme/link?lang=en", data={"number": number})
        for number in ("1001", "9999")
    )

    assert known.status_code == unknown.status_code == 200
    assert known.data.replace(b"1001", b"9999") == unknown.data
    assert rows("SELECT kind, audience, channel FROM notice") == [
        ("link", "shopper", "email")
    ]


def test_an_order_gets_three_links_a_day_however_often_they_are_asked_for(
    client, parcel, rows
):
    for _ in range(5):
        client.post("/b/acme/link", data={"number": "1001"})

    assert rows("SELECT count(*) FROM notice")[0][0] == 3


def test_looking_by_number_alone_is_limited(client, parcel, hands):
    seen = [find(client, "AB12345") for _ in range(61)]

    assert [one.status_code for one in seen] == [200] * LOOKS_OF_CLIENT.most + [429]
    assert "try again in an hour" in seen[-1].text
    hands.forward(hours=1, minutes=1)
    assert find(client, "AB12345").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_a_header_does_not_make_another_client(client, parcel, header):
    asked = [
        find(client, f"n{n}", "1", headers={header: f"203.0.113.{n}"}).status_code
        for n in range(32)
    ]

    assert asked == [422] * 30 + [429] * 2


def test_behind_a_trusted_proxy_only_its_own_word_counts(settings, hands, parcel):
    app = create_app(replace(settings, trusted_proxies=1), clock=hands.clock())
    client = app.test_client()

    def ask(n, by):
        told = {"X-Forwarded-For": f"203.0.113.{n}, {by}"}
        return find(client, f"n{n}", "1", headers=told).status_code

    asked = [ask(n, "198.51.100.7") for n in range(31)]
    other = ask(99, "198.51.100.8")
    with app.app_context():
        db.engine.dispose()

    assert asked == [422] * 30 + [429]
    assert other == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
@pytest.mark.parametrize("path", ["/b/acme/", "/b/acme/link"])
def test_a_form_of_another_site_is_refused(client, parcel, rows, path, headers):
    data = {"number": "1001", "factor": "0000"}

    assert client.post(path, data=data, headers=headers).status_code == 403
    assert rows("SELECT count(*) FROM tries")[0][0] == 0


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_our_own_form_is_taken(client, parcel, headers):
    assert find(client, "1001", "0000", headers=headers).status_code == 303


@pytest.mark.parametrize("number", ["\x00", "a\x00b", "’;--", "x" * 5000, "", "😀"])
def test_no_number_breaks_the_form(client, parcel, number):
    assert find(client, number).status_code == 422
    assert find(client, number, "\x00%00").status_code == 422
