"""A brand's own host: served once proven, for that brand alone, and linked to in mails."""

from dataclasses import replace
from datetime import timedelta

import dns.rcode
import pytest
from tests import nameserver
from tests.make import a_parcel

from track_service.app import create_app
from track_service.http import Dns
from track_service.services import brands, hosts
from track_service.services.compose import page_url
from track_service.services.share_link import share_key
from track_service.store import brands as brand_store
from track_service.store import hosts as store
from track_service.store.db import db
from track_service.web import gate

HOST = "track.acme.example"
BASE = "https://track.example"


@pytest.fixture(scope="module")
def server():
    with nameserver.serving() as zone:
        yield zone


@pytest.fixture
def zone(server):
    server.texts, server.rcode, server.asked = {}, None, []
    return server


@pytest.fixture
def desk(of, zone):
    return replace(of.desk, dns=Dns(zone.server))


@pytest.fixture
def other(of):
    with of.database.write() as session:
        new = brands.new_brand("other", "Other")
        made = brands.add(session, new, now=of.clock.now(), mint=of.mint)
        session.commit()
    return made.brand


@pytest.fixture
def claim(of, brand):
    return claimed(of, brand)


def claimed(of, brand, host=HOST):
    with of.database.write() as session:
        made = hosts.claim(
            session,
            brand,
            host,
            own={"track.example"},
            now=of.clock.wall(),
            mint=of.mint,
        )
        session.commit()
    return made


def put(zone, claim):
    name, text = hosts.record(claim)
    zone.texts.setdefault(name, ["v=spf1 -all"]).append(text)


def now_brand(of, brand):
    with of.database.read() as session:
        return brand_store.by_id(session, brand.id)


@pytest.fixture
def proven(desk, zone, claim):
    put(zone, claim)
    return hosts.check(desk, claim)


def get(client, path, host=HOST, **more):
    return client.get(path, headers={"Host": host}, **more)


def test_a_host_without_its_proof_is_not_served(of, desk, zone, claim, brand):
    zone.texts[f"_track-service.{HOST}"] = ["track-service=a-guess"]

    seen = hosts.check(desk, claim)

    assert not seen.is_served
    assert "no TXT record" in seen.problem
    assert zone.asked == [f"_track-service.{HOST}"]
    assert now_brand(of, brand).home(BASE) == BASE


def test_links_stand_on_the_proven_host(of, brand, proven):
    parcel = a_parcel(of, now_brand(of, brand))

    assert proven.is_served
    assert page_url(BASE, parcel) == f"https://{HOST}/t/{parcel.token}"


def test_a_pages_own_links_stand_on_its_host_whatever_the_request_says(
    of, client, brand, proven
):
    parcel = a_parcel(of, brand)

    for host in (HOST, "track.example"):
        html = get(client, f"/t/{parcel.token}", host).text
        assert f'property="og:image" content="https://{HOST}/brand/acme/' in html
        assert f"https://{HOST}/s/{share_key(parcel)}" in html


def test_a_host_shows_its_brand_alone(of, client, brand, other, proven):
    mine, theirs = a_parcel(of, brand), a_parcel(of, other, number="N2")

    seen = {
        path: get(client, path).status_code
        for path in (
            f"/t/{mine.token}",
            f"/s/{share_key(mine)}",
            f"/t/{mine.token}/confirm",
            f"/embed/t/{mine.token}",
            "/b/acme/",
            "/brand/acme.css",
            "/robots.txt",
        )
    }
    assert set(seen.values()) == {200}, seen

    refused = {
        path: get(client, path).status_code
        for path in (
            f"/t/{theirs.token}",
            f"/s/{share_key(theirs)}",
            f"/t/{theirs.token}/confirm",
            f"/t/{theirs.token}/arrival.ics",
            f"/embed/t/{theirs.token}",
            "/b/other/",
            "/brand/other.css",
            "/brand/other/card.png",
            "/embed/other",
            "/console/",
            "/healthz",
            "/metrics",
            "/api/v1/shipments",
            "/nothing",
        )
    }
    assert set(refused.values()) == {404}, refused


def test_a_host_with_the_dot_of_the_root_is_the_brands_too(
    of, client, brand, other, proven
):
    mine, theirs = a_parcel(of, brand), a_parcel(of, other, number="N2")
    host = f"{HOST}."

    assert get(client, f"/t/{mine.token}", host).status_code == 200
    assert get(client, f"/t/{theirs.token}", host).status_code == 404
    assert get(client, "/console/", host).status_code == 404


def test_our_own_host_goes_on_to_serve_all_brands(of, client, brand, other, proven):
    for parcel in (a_parcel(of, brand), a_parcel(of, other, number="N2")):
        answer = get(client, f"/t/{parcel.token}", "track.example")
        assert answer.status_code == 200
        assert "Location" not in answer.headers


def test_a_bare_host_leads_to_its_look_up(client, proven):
    answer = get(client, "/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/b/acme/")
    assert get(client, "/", "track.example").status_code == 404


def test_every_shoppers_address_is_kept_apart(app):
    known = {"token", "key", "code", "proof", "name", "digest", "edge", "product"}

    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in gate.SHOPPERS:
            assert rule.arguments <= known, rule


def test_a_lost_proof_is_waited_for_then_the_host_is_served_no_more(
    of, desk, zone, hands, client, brand, proven
):
    zone.texts.clear()
    parcel = a_parcel(of, brand)
    hands.forward(days=1)

    assert hosts.check_next(desk) == 1
    assert hosts.check_next(desk) == 0
    assert get(client, f"/t/{parcel.token}").status_code == 200

    hands.forward(hours=hosts.PATIENCE / timedelta(hours=1) - 1)
    hosts.check_next(desk)
    assert now_brand(of, brand).host == HOST

    hands.forward(hours=1)
    hosts.check_next(desk)
    assert now_brand(of, brand).host is None


def test_a_proof_that_comes_back_in_time_costs_nothing(
    of, desk, zone, hands, brand, claim, proven
):
    kept, zone.texts = zone.texts, {}
    hands.forward(days=1)
    hosts.check_next(desk)
    zone.texts = kept
    hands.forward(days=6)
    hosts.check_next(desk)
    hands.forward(days=6)
    hosts.check_next(desk)

    assert now_brand(of, brand).host == HOST


def test_a_name_server_in_trouble_neither_proves_nor_takes_away(
    of, desk, zone, hands, brand, claim
):
    put(zone, claim)
    zone.rcode = dns.rcode.SERVFAIL
    assert not hosts.check(desk, claim).is_served
    zone.rcode = None
    proven = hosts.check(desk, claim)
    zone.rcode = dns.rcode.SERVFAIL
    hands.forward(days=30)

    assert hosts.check(desk, proven).is_served
    assert now_brand(of, brand).host == HOST


def test_one_brand_alone_has_a_host(of, desk, zone, brand, other, proven):
    theirs = claimed(of, other)
    put(zone, theirs)

    seen = hosts.check(desk, theirs)

    assert "served for acme already" in seen.problem
    assert now_brand(of, other).host is None
    assert now_brand(of, brand).host == HOST


def test_a_second_host_serves_too_and_takes_the_links_when_the_first_goes(
    of, desk, zone, brand, hands, client, proven
):
    hands.forward(minutes=1)
    second = claimed(of, brand, "track2.acme.example")
    put(zone, second)
    assert hosts.check(desk, second).is_served
    assert now_brand(of, brand).host == HOST

    with of.database.write() as session:
        assert store.remove(session, brand.id, HOST)
        session.commit()

    assert now_brand(of, brand).host == "track2.acme.example"


@pytest.mark.parametrize(
    "host",
    [
        "track.example",
        "TRACK.example.",
        "acme",
        "https://track.acme.example",
        "track.acme.example:8443",
        "127.0.0.1",
        "[::1]",
        "*.acme.example",
        "a..example",
        "x\0.example",
        "",
        f"{'a' * 64}.example",
        ".".join(["a" * 50] * 5),
    ],
)
def test_what_can_be_no_brands_host_is_refused(of, brand, host):
    with pytest.raises(hosts.WrongHost):
        claimed(of, brand, host)


def test_a_host_of_other_letters_is_written_as_the_dns_does(of, brand):
    assert claimed(of, brand, "Đơn.Shop.example").host.startswith("xn--")


def test_a_proven_host_is_answered_where_hosts_are_named(
    settings, hands, of, brand, proven
):
    parcel = a_parcel(of, brand)
    strict = create_app(
        replace(settings, allowed_hosts=("track.example",)), clock=hands.clock()
    )
    client = strict.test_client()

    seen = [
        get(client, f"/t/{parcel.token}", host).status_code
        for host in ("track.example", HOST, "evil.example")
    ]

    assert seen == [200, 200, 404]
    with strict.app_context():
        db.engine.dispose()
