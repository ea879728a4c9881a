"""Reviews and feedback by API and embed."""

import json
import re
from datetime import timedelta

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.core.goods import Product
from track_service.core.moderation import Reason, State
from track_service.core.status import Status
from track_service.services.rating import rate
from track_service.store import catalogue, reviews
from track_service.store.feedback import Said
from track_service.store.reviews import New

DAY = timedelta(days=1)


@pytest.fixture
def parcel(of, brand):
    scan = an_event(Status.DELIVERED, at=NOW - 9 * DAY, city="Huế")
    late = (NOW - 11 * DAY).date()
    return seen(of, a_parcel(of, brand, promised_on=late), a_tracking(scan))


@pytest.fixture
def asked(client, key):
    def ask(path, **body):
        headers = {"Authorization": f"Bearer {key}"}
        if body:
            return client.post(f"/api/v1/{path}", json=body, headers=headers)
        return client.get(f"/api/v1/{path}", headers=headers)

    return ask


@pytest.fixture
def reviewed(of, brand, parcel):
    """Four reviews: one published, one to look at, one rejected, one private."""
    new = (
        New("tea", 5, "Fine </script><b>tea</b>", "M. E.", state=State.PUBLISHED),
        New("cup", 2, "Chipped"),
        New("pot", 1, "x", state=State.REJECTED, reason=Reason.LINK),
        New("jar", 1, "x", state=State.REJECTED, reason=Reason.NO_CONSENT),
    )
    tea = Product("tea", "Lotus tea", told_at=NOW)
    with of.database.write() as session:
        catalogue.tell(session, brand.id, [tea])
        for one in new:
            reviews.add(session, parcel.id, one, now=NOW)
        session.commit()


def test_a_product_is_told_with_average_histogram_and_json_ld(asked, reviewed):
    told = asked("reviews?product=tea").json

    assert [one["text"] for one in told["reviews"]] == ["Fine </script><b>tea</b>"]
    assert told["rating"]["average"] == 5
    assert told["rating"]["histogram"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1}
    assert told["json_ld"]["aggregateRating"]["reviewCount"] == 1
    assert told["json_ld"]["name"] == "Lotus tea"


def test_a_review_is_published_and_taken_back_by_the_shop_alone(
    client, asked, reviewed
):
    (waiting,) = asked("reviews?state=pending").json["reviews"]
    path = f"reviews/{waiting['id']}"

    assert client.post(f"/api/v1/{path}").status_code == 401
    assert asked(path, state="published").status_code == 204
    assert asked("reviews?product=cup").json["rating"]["count"] == 1
    assert asked(path, state="rejected", reason="spam").status_code == 204
    assert asked("reviews?product=cup").json["rating"]["average"] is None
    assert asked(path, state="pending").status_code == 422
    assert asked("reviews/999999", state="published").status_code == 404


def test_a_private_review_is_not_published_by_anybody(asked, reviewed):
    told = asked("reviews?state=rejected").json["reviews"]
    private = next(one for one in told if one["reason"] == "no_consent")

    answer = asked(f"reviews/{private['id']}", state="published")

    assert answer.status_code == 404


def test_the_embed_shows_what_is_published_and_runs_no_word_of_it(client, reviewed):
    page = client.get("/embed/reviews/acme/tea?lang=en")

    linked = re.search(r'ld\+json">(.*?)</script>', page.text)
    assert page.status_code == 200
    assert "frame-ancestors" in page.headers["Content-Security-Policy"]
    assert "<b>tea</b>" not in page.text
    assert json.loads(linked[1])["review"][0]["reviewRating"]["ratingValue"] == 5
    assert "Chipped" not in client.get("/embed/reviews/acme/cup").text
    assert client.get("/embed/reviews/acme/nothing").status_code == 404
    assert client.get("/embed/reviews/nobody/tea").status_code == 404


def test_feedback_stands_beside_lateness(of, asked, parcel):
    rate(of.desk, parcel, Said(stars=2, likely=3, text="Two days late"))

    told = asked("feedback").json

    (group,) = told["groups"]
    assert (group["carrier"], group["region"], group["week"]) == (
        "ghn",
        "Huế",
        "2026-02-16",
    )
    assert group["late"] == 1
    assert group["csat"] == {"answers": 1, "share": 0, "stars": 2}
    assert group["nps"] == {"answers": 1, "score": -100}
    assert told["lateness"]["late"]["nps"]["score"] == -100
    assert [one["text"] for one in told["texts"]] == ["Two days late"]
    assert asked("feedback?days=0").status_code == 422


def test_an_id_longer_than_any_is_no_review(asked, reviewed):
    huge = asked(f"reviews?state=pending&before={2**63}")

    assert huge.status_code == 422
    assert asked(f"reviews/{'9' * 30}", state="published").status_code == 404


def test_what_shoppers_wrote_is_told_page_by_page(of, brand, asked):
    for n in range(3):
        parcel = a_parcel(of, brand, number=f"N{n}", order=an_order(f"200{n}"))
        scan = an_event(Status.DELIVERED, at=NOW - DAY)
        rate(of.desk, seen(of, parcel, a_tracking(scan)), Said(stars=5, text=f"T{n}"))

    first = asked("feedback?limit=2").json
    rest = asked(f"feedback?limit=2&before={first['next']}").json

    told = [[one["text"] for one in page["texts"]] for page in (first, rest)]
    assert told == [["T2", "T1"], ["T0"]]
    assert rest["next"] is None
    assert first["total"] == rest["total"]
    assert first["total"]["deliveries"] == 3
