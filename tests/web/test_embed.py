"""What a shop's own pages may hold in a frame, and that no other may."""

import re

import pytest
from tests.make import a_parcel

from track_service.services import embedding
from track_service.services.brands import WrongBrand

SHOP, OTHER = "https://shop.example", "https://www.shop.example:8443"


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand)


def allow(of, brand, *origins):
    with of.database.write() as session:
        allowed = embedding.allow(session, brand, origins)
        session.commit()
    return allowed


def ancestors(answer):
    policy = answer.headers["Content-Security-Policy"]
    return policy.partition("frame-ancestors ")[2]


def test_only_the_brands_origins_may_frame_the_embedded_page(of, client, brand, parcel):
    allow(of, brand, SHOP, OTHER)

    embedded = client.get(f"/embed/t/{parcel.token}")

    assert embedded.status_code == 200
    assert ancestors(embedded) == f"{SHOP} {OTHER}"
    assert f'data-hosts="{SHOP} {OTHER}"' in embedded.text
    assert "We are waiting for the first scan." in embedded.text
    assert ancestors(client.get(f"/t/{parcel.token}")) == "'none'"


def test_nobody_may_frame_what_no_origin_was_given_for(client, parcel):
    assert ancestors(client.get(f"/embed/t/{parcel.token}")) == "'none'"


def test_what_was_allowed_is_taken_away_again(of, client, brand, parcel):
    allow(of, brand, SHOP)
    first = client.get(f"/embed/t/{parcel.token}")
    allow(of, brand)

    again = client.get(
        f"/embed/t/{parcel.token}", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, ancestors(again)) == (200, "'none'")


def test_an_embedded_page_that_did_not_change_is_not_sent_again(
    of, client, brand, parcel
):
    allow(of, brand, SHOP)
    tag = client.get(f"/embed/t/{parcel.token}").headers["ETag"]

    again = client.get(f"/embed/t/{parcel.token}", headers={"If-None-Match": tag})

    assert (again.status_code, again.data, ancestors(again)) == (304, b"", SHOP)


def test_an_embedded_page_has_no_top_and_leads_out_of_the_frame(client, parcel):
    embedded, page = (
        client.get(f"{start}/t/{parcel.token}").text for start in ("/embed", "")
    )

    assert '<base target="_blank">' in embedded
    assert "<header" in page
    assert "<header" not in embedded
    assert '<base target="_blank">' not in page


def test_an_unknown_link_is_not_shown_in_a_frame_either(client):
    answer = client.get("/embed/t/nobody-knows-it")

    assert (answer.status_code, ancestors(answer)) == (404, "'none'")


def test_the_script_is_small_and_kept_for_an_hour(client):
    with client.get("/embed.js") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert len(answer.data) < 3_000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://xn--nh-xinh-7ta.vn:8443", "https://xn--nh-xinh-7ta.vn:8443"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(of, brand, given, kept):
    assert allow(of, brand, given, given) == (kept,)


@pytest.mark.parametrize(
    "given",
    [
        "http://shop.example",
        "shop.example",
        "https://",
        "https://*.shop.example",
        "https://shop.example/page",
        "https://user@shop.example",
        "https://shop.example; script-src *",
        "https://shop.example 'self'",
        "https://shop.example\nX-Header: 1",
        "https://-shop.example",
        "https://shop.example:99999999",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 127}example",
        "https://nhà-xinh.vn",
        "*",
        "'self'",
        "null",
    ],
)
def test_what_is_no_origin_is_refused_with_its_name(of, brand, given):
    with pytest.raises(WrongBrand, match=re.escape(f"embed_origins: {given!r}")):
        allow(of, brand, given)


def test_a_brand_names_no_more_origins_than_a_header_bears(of, brand):
    with pytest.raises(WrongBrand, match="more than 20"):
        allow(of, brand, *(f"https://shop{n}.example" for n in range(21)))
