import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.make import (
    a_parcel,
    a_tracking,
    ago,
    an_event,
    an_order,
    missed,
    no_tracking,
    seen,
)

from track_service.app import create_app
from track_service.core.parcel import Item
from track_service.core.status import Status
from track_service.core.tracking import Stamp, Trouble, Window
from track_service.services.erase import erase
from track_service.store import accounts, brands, orders
from track_service.store.db import db, metadata
from track_service.templating.engine import asset_url
from track_service.templating.look import brand_css_url
from track_service.web.pages import POLICY


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand)


def moving(of, parcel):
    at = ago(of.clock.now(), hours=3)
    return seen(of, parcel, a_tracking(an_event(Status.IN_TRANSIT, at=at)))


def everything(of):
    with of.database.read() as session:
        return {
            table.name: session.execute(text(f"SELECT * FROM {table.name}")).all()  # noqa: S608
            for table in metadata.sorted_tables
        }


def polled(rows, parcel):
    query = "SELECT viewed_at, poll_after FROM poll WHERE shipment_id = :id"
    return rows(query, id=parcel.id)[0]


def test_a_link_shows_its_parcel(client, parcel):
    answer = client.get(f"/t/{parcel.token}")

    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert "We are waiting for the first scan." in answer.text
    assert parcel.number in answer.text


def test_a_date_that_moved_is_told_with_the_first_one_and_the_reason(of, client, brand):
    day = of.clock.now().date()
    promised, later = day + timedelta(days=1), day + timedelta(days=3)
    parcel = a_parcel(of, brand, promised_on=promised)
    scans = [an_event(Status.PICKED_UP, at=ago(of.clock.now(), hours=9))]
    seen(of, parcel, a_tracking(*scans, window=_on(promised)))
    scans += [an_event(Status.EXCEPTION, "delayed_weather", at=of.clock.now())]
    seen(of, parcel, a_tracking(*scans, window=_on(later)))

    text = client.get(f"/t/{parcel.token}").text.replace("\N{NO-BREAK SPACE}", " ")

    assert (
        f"First promised for {promised:%A} {promised.day} {promised:%B};"
        f" now {later:%A} {later.day} {later:%B}, because of bad weather." in text
    )


def test_a_page_shows_the_other_parcels_of_its_order_and_no_others(
    of, client, brand, parcel
):
    second, gone = (a_parcel(of, brand, number=number) for number in ("N2", "N3"))
    a_parcel(of, brand, number="N4", order=an_order("1002"))
    moving(of, second)
    with of.database.write() as session:
        erase(session, brand.id, gone.public_id, now=of.clock.now())
        session.commit()

    text = client.get(f"/t/{parcel.token}").text

    assert re.findall(r'<a href="(/t/[^"]*)">([^<]*)', text) == [
        (f"/t/{second.token}", "Your parcel is on the way.")
    ]
    assert "Not sent yet" not in text


@pytest.mark.parametrize(
    ("untracked", "cancelled", "is_told"),
    [
        pytest.param(False, False, True, id="a parcel is to come"),
        pytest.param(
            True, False, False, id="a parcel that nobody can ask for may hold it"
        ),
        pytest.param(False, True, False, id="the order was cancelled"),
    ],
)
def test_a_page_shows_what_its_shop_has_not_sent_yet(
    of, client, brand, parcel, untracked, cancelled, is_told
):
    now = of.clock.now()
    tea = {"title": "Lotus tea", "quantity": 2, "variant": "100 g", "price": "9.50"}
    with of.database.write() as session:
        order_id = orders.begin(session, brand.id, "1001", now=now)
        names = {"platform": "shopify", "external_id": "7", "token": "0rd3r"}
        orders.hold(session, order_id, brand_id=brand.id, **names)
        orders.tell(
            session,
            order_id,
            items=[tea, {"title": "Teapot", "quantity": 1}],
            total=None,
            promised_on=None,
            stage=None,
            staged_at=now,
            told_at=now,
            cancelled_at=now if cancelled else None,
        )
        if untracked:
            link = dict.fromkeys(
                ("external_id", "carrier_stated", "number", "url"), "?"
            )
            orders.note_untracked(session, order_id, [link], gone=())
        session.commit()

    text = client.get(f"/t/{parcel.token}").text
    another = a_parcel(of, brand, number="N9")
    with of.database.write() as session:  # what was in it, nobody knows any more
        erase(session, brand.id, another.public_id, now=now)
        session.commit()

    assert "Not sent yet" not in client.get(f"/t/{parcel.token}").text
    assert ("Not sent yet" in text) is is_told
    assert ("Teapot" in text) is is_told
    assert text.count("Lotus tea") == 1


def _on(day):
    return Window(Stamp.day(day), Stamp.day(day))


def test_unknown_wrong_and_erased_links_are_told_apart_by_nothing(
    of, client, brand, parcel
):
    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=of.clock.now())
        session.commit()

    links = ["no-such-token", "%00", parcel.public_id, parcel.token, "x" * 3000]
    answers = [client.get(f"/t/{link}") for link in links]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert len({str(answer.headers) for answer in answers}) == 1
    assert "This link shows no parcel." in answers[0].text
    assert answers[0].headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/t/{token}", "/t/none", "/", "/static/page.css"])
def test_every_answer_is_private_unframed_and_unindexed(client, parcel, path):
    with client.get(path.format(token=parcel.token)) as answer:
        headers = answer.headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


def test_a_page_is_kept_by_its_reader_alone_and_asked_for_again(client, parcel):
    answer = client.get(f"/t/{parcel.token}")

    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in answer.text


def test_a_page_that_says_the_same_is_not_sent_again(client, parcel):
    first = client.get(f"/t/{parcel.token}")

    again = client.get(
        f"/t/{parcel.token}", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Content-Security-Policy", "Cache-Control", "Expires"):
        assert again.headers[name] == first.headers[name]


def test_an_etag_that_a_proxy_made_weak_still_matches(client, parcel):
    etag = client.get(f"/t/{parcel.token}").headers["ETag"]

    again = client.get(f"/t/{parcel.token}", headers={"If-None-Match": f"W/{etag}"})

    assert again.status_code == 304


def test_news_a_language_and_midnight_each_change_the_etag(of, client, parcel, hands):
    def etag(query=""):
        return client.get(f"/t/{parcel.token}{query}").headers["ETag"]

    etags = [etag(), etag("?lang=vi")]
    moving(of, parcel)
    etags.append(etag())
    hands.forward(hours=16)
    etags.append(etag())

    assert len(set(etags)) == 4
    assert etag() == etags[-1]


def test_a_look_writes_nothing(of, client, parcel):
    moving(of, parcel)
    before = everything(of)

    for path in (f"/t/{parcel.token}", "/t/none", "/brand/acme.css", "/robots.txt"):
        client.get(path)
        client.head(path)

    assert before["shipment"]
    assert everything(of) == before


def test_a_watched_parcel_is_asked_for_soon(of, client, parcel, rows, hands):
    moving(of, parcel)
    (asked, calm) = polled(rows, parcel)
    hands.forward(minutes=1)

    answer = client.post(f"/t/{parcel.token}/watching")

    viewed, soon = polled(rows, parcel)
    assert (answer.status_code, answer.data) == (204, b"")
    assert asked is None
    assert viewed is not None
    assert str(soon) < str(calm)


def test_a_parcel_is_marked_as_watched_at_most_once_a_minute(
    of, client, parcel, rows, hands
):
    marks = []
    for seconds in (0, 59, 1):
        hands.forward(seconds=seconds)
        assert client.post(f"/t/{parcel.token}/watching").status_code == 204
        marks.append(polled(rows, parcel).viewed_at)

    assert marks[0] == marks[1] != marks[2]


def test_an_unknown_link_is_watched_by_nobody(of, client, parcel):
    before = everything(of)

    assert client.post("/t/no-such-token/watching").status_code == 404
    assert everything(of) == before


def test_a_watched_parcel_of_a_push_carrier_is_asked_of_nobody(of, brand, client, rows):
    parcel = a_parcel(of, brand, carrier="viettelpost")

    assert client.post(f"/t/{parcel.token}/watching").status_code == 204

    viewed, poll_after = polled(rows, parcel)
    assert viewed is not None
    assert poll_after is None


def test_a_reader_chooses_among_the_shops_languages(client, parcel):
    english = client.get(f"/t/{parcel.token}?lang=en").text
    vietnamese = client.get(f"/t/{parcel.token}?lang=vi").text
    unknown = client.get(f"/t/{parcel.token}?lang=../../etc").text

    assert '<html lang="en" dir="ltr">' in english
    assert '<html lang="vi" dir="ltr">' in vietnamese
    assert "Đang chờ lượt quét đầu tiên." in vietnamese
    assert unknown == english
    for code in ("en", "vi"):
        assert f'href="?lang={code}" hreflang="{code}"' in english


def test_a_brands_colours_come_as_a_file(of, client, brand):
    with of.database.write() as session:
        painted = replace(brand, theme={"primary": "#14532d"})
        brands.change(session, painted)
        session.commit()

    first = client.get(brand_css_url(painted))
    again = client.get(
        "/brand/acme.css", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert first.content_type == "text/css; charset=utf-8"
    assert "#14532d" in first.text
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == POLICY
    assert client.get("/brand/nobody.css").status_code == 404


def test_a_static_file_is_kept_for_long_under_an_address_of_its_own(client):
    with client.get(asset_url("page.css")) as first:
        etag = first.headers["ETag"]
        assert first.status_code == 200
        assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert len(first.data) > 1000

    with client.get(asset_url("page.css"), headers={"If-None-Match": etag}) as again:
        assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "../pages/base.html",
        "..%2fpages%2fbase.html",
        "%2e%2e/pages/base.html",
        "..\\pages\\base.html",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "page.css/../../pages/base.html",
        "page.css%00",
        ".",
        "",
    ],
)
def test_nothing_is_served_from_outside_the_static_folder(client, path):
    assert client.get(f"/static/{path}").status_code == 404


def test_robots_are_sent_away(client):
    assert "User-agent: *\nDisallow: /\n" in client.get("/robots.txt").text


def test_a_foreign_host_is_refused_and_never_linked_to(settings, hands, of, parcel):
    strict = create_app(
        replace(settings, allowed_hosts=("track.example",)), clock=hands.clock()
    )
    client = strict.test_client()

    def get(host):
        return client.get(f"/t/{parcel.token}", headers={"Host": host})

    assert get("track.example").status_code == 200
    refused = get("evil.example")
    assert refused.status_code == 404
    assert parcel.number not in refused.text
    assert "//evil.example" not in refused.text + str(refused.headers)
    with strict.app_context():
        db.engine.dispose()


def test_the_host_that_is_asked_is_never_linked_to(client, parcel):
    here = f"/t/{parcel.token}"
    for path, status in ((here, 200), (f"/{here}", 404), ("/b/acme", 200)):
        for host, wanted in (("127.0.0.1", status), ("evil.example", 404)):
            answer = client.get(path, base_url=f"http://{host}")

            assert answer.status_code == wanted
            assert host not in answer.text + str(answer.headers)


def test_hostile_words_stay_words(of, client, brand):
    hostile = "\"><script>alert(1)</script>&'"
    at = ago(of.clock.now(), hours=1)
    event = an_event(Status.UNKNOWN, at=at, code="Z", description=hostile, city=hostile)
    order = an_order(hostile, items=(Item(hostile, variant=hostile),))
    parcel = a_parcel(of, brand, number=hostile, order=order)
    seen(of, parcel, a_tracking(event))

    page = client.get(f"/t/{parcel.token}").text

    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 5
    assert "<script>" not in page
    assert "%3Cscript%3E" in page


def test_a_carrier_that_fails_again_and_again_is_told_of(of, client, parcel, hands):
    moving(of, parcel)
    hands.forward(hours=2)
    missed(of, parcel, Trouble.SERVER_ERROR)
    assert "We cannot reach" not in client.get(f"/t/{parcel.token}").text

    missed(of, parcel, Trouble.SERVER_ERROR)

    page = client.get(f"/t/{parcel.token}").text
    assert (
        "We cannot reach Giao Hàng Nhanh at the moment. You see what it told us"
        " 2 hours ago." in page
    )
    assert "Your parcel is on the way." in page


def test_a_carrier_that_is_away_altogether_is_told_of(of, client, parcel):
    with of.database.write() as session:
        accounts.blinded(session, "ghn", wall=of.clock.wall() - timedelta(minutes=5))
        session.commit()

    page = client.get(f"/t/{parcel.token}").text

    assert "We cannot reach Giao Hàng Nhanh at the moment. We keep trying." in page


def test_a_parcel_that_its_carrier_does_not_know_is_no_failure(of, client, parcel):
    seen(of, parcel, no_tracking(Trouble.NOT_FOUND))

    page = client.get(f"/t/{parcel.token}").text

    assert "Giao Hàng Nhanh does not know this parcel yet." in page
    assert "We cannot reach" not in page


def test_a_new_brand_has_a_page_to_look_at(client, made):
    answer = client.get(f"/t/{made.test_token}")

    assert answer.status_code == 200
    assert "Your parcel is packed." in answer.text
    assert "TEST-ACME" in answer.text
    assert "A test item" in answer.text


def test_a_head_says_what_a_get_would(client, parcel):
    get, head = client.get(f"/t/{parcel.token}"), client.head(f"/t/{parcel.token}")

    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_page_takes_no_other_method(client, parcel, method):
    answer = getattr(client, method)(f"/t/{parcel.token}")

    assert answer.status_code == 405
    assert answer.content_type.startswith("text/html")
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_what_breaks_inside_is_shown_to_nobody(app, of, client, parcel, caplog):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with of.database.write() as session:
        session.execute(text("UPDATE brand SET zone = 'Nowhere/Secret'"))
        session.commit()

    with caplog.at_level(logging.CRITICAL + 1):
        answer = client.get(f"/t/{parcel.token}")

    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == POLICY
    for word in ("Secret", "Traceback", "zoneinfo", parcel.number):
        assert word not in answer.text


def test_freshness_ends_where_a_sentence_changes(of, client, parcel, hands):
    moving(of, parcel)
    first = client.get(f"/t/{parcel.token}")

    hands.at = first.expires + timedelta(seconds=1)

    assert client.get(f"/t/{parcel.token}").headers["ETag"] != first.headers["ETag"]
