import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image
from tests.make import a_parcel, a_tracking, ago, an_event, an_order, seen

from track_service.core.legs import Leg
from track_service.core.outlook import Outlook
from track_service.core.status import Status
from track_service.core.tracking import Stamp, Window
from track_service.services import brands as setting
from track_service.services.calendar_entry import Entry, ics
from track_service.services.erase import erase
from track_service.services.share_link import share_key
from track_service.store import brands, outlooks


@pytest.fixture
def parcel(of, brand):
    return on_its_way(
        of, a_parcel(of, brand, number="SECRETNUMBER", order=an_order("O-4711"))
    )


def on_its_way(of, parcel, window=None, status=Status.OUT_FOR_DELIVERY):
    now = of.clock.now()
    day = now.date() + timedelta(days=2)
    scans = [
        an_event(
            Status.PICKED_UP, at=ago(now, hours=9), city="Springfield", country="US"
        ),
        an_event(status, at=ago(now, hours=1), city="Shelbyville", country="US"),
    ]
    window = window or Window(Stamp.day(day), Stamp.day(day))
    return seen(of, parcel, a_tracking(*scans, window=window))


def test_a_shared_link_shows_state_and_arrival_and_nothing_of_the_order(client, parcel):
    text = client.get(f"/s/{share_key(parcel)}?lang=en").text

    assert "Your parcel is out for delivery." in text
    assert "Expected" in text
    for hidden in (
        "O-4711",
        "SECRETNUMBER",
        "Lotus tea",
        "Springfield",
        "Shelbyville",
        "Mai Example",
        parcel.token,
    ):
        assert hidden not in text


def test_the_page_offers_its_shared_link_from_the_configured_address(client, parcel):
    text = client.get(f"/t/{parcel.token}", headers={"Host": "127.0.0.1"}).text

    shared = re.search(r'href="([^"]+)" data-share', text)[1]
    assert shared.endswith(f"/s/{share_key(parcel)}")
    assert shared.startswith("https://track.example/")
    assert "127.0.0.1" not in text


def test_a_shared_link_ends_with_the_page(of, client, parcel):
    link = f"/s/{share_key(parcel)}"
    again = f"/s/{share_key(replace(parcel, token='another-token'))}"
    assert client.get(link).status_code == 200
    assert client.get(again).status_code == 404

    with of.database.write() as session:
        erase(session, parcel.brand.id, parcel.public_id, now=of.clock.now())
        session.commit()

    assert client.get(link).status_code == 404


@pytest.mark.parametrize("key", ["x", "x.y", ".", "é.é", "{public_id}", "{public_id}."])
def test_a_wrong_shared_link_shows_nothing(client, parcel, key):
    path = key.format(public_id=parcel.public_id)

    for ending in ("", "/arrival.ics"):
        assert client.get(f"/s/{path}{ending}").status_code == 404


def test_a_day_goes_into_the_calendar_as_a_day(of, client, parcel):
    day = of.clock.now().date() + timedelta(days=2)
    page = client.get(f"/t/{parcel.token}?lang=en").text
    offered = re.search(r'href="([^"]+arrival\.ics)"', page)[1]

    for path in (offered, f"/t/{parcel.token}/arrival.ics"):
        answer = client.get(path, headers={"Accept-Language": "de, en"})
        lines = answer.data.decode().split("\r\n")

        assert answer.content_type == "text/calendar; charset=utf-8"
        assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in lines
        assert f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}" in lines
        assert f"UID:{parcel.public_id}@track-service" in lines
        assert f"SUMMARY:Parcel from {parcel.brand.name}" in lines
        unfolded = answer.data.decode().replace("\r\n ", "")
        assert f"/s/{share_key(parcel)}" in unfolded
        for hidden in ("O-4711", "SECRETNUMBER", "Lotus", "Mai", parcel.token):
            assert hidden not in unfolded


def test_stated_hours_go_into_the_calendar_as_instants(of, client, brand):
    start = of.clock.now() + timedelta(hours=1)
    window = Window(Stamp.aware(start), Stamp.aware(start + timedelta(hours=2)))
    parcel = on_its_way(of, a_parcel(of, brand), window)

    text = client.get(f"/t/{parcel.token}/arrival.ics").text

    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in text
    assert f"DTEND:{start + timedelta(hours=2):%Y%m%dT%H%M%SZ}" in text


def test_our_own_estimate_goes_into_the_calendar_while_it_is_what_is_shown(
    of, client, brand
):
    now = of.clock.now()
    start, until = (now.date() + timedelta(days=n) for n in (2, 4))
    parcel = a_parcel(of, brand)
    seen(of, parcel, a_tracking(an_event(Status.PICKED_UP, at=ago(now, hours=9))))
    foreseen = Outlook(
        Leg.HANDED_OVER,
        now,
        now + timedelta(days=5),
        now + timedelta(days=6),
        window=Window(Stamp.day(start), Stamp.day(until)),
        shown=True,
    )
    told = []
    for shown in (True, False):
        with of.database.write() as session:
            outlooks.keep(session, [(parcel.id, replace(foreseen, shown=shown))])
            session.commit()
        told.append(client.get(f"/t/{parcel.token}/arrival.ics"))

    assert [answer.status_code for answer in told] == [200, 404]
    assert f"DTSTART;VALUE=DATE:{start:%Y%m%d}" in told[0].text
    assert f"DTEND;VALUE=DATE:{until + timedelta(days=1):%Y%m%d}" in told[0].text


@pytest.mark.parametrize(
    ("status", "days"),
    [
        pytest.param(Status.DELIVERED, 2, id="it is there"),
        pytest.param(Status.RETURNING, 2, id="it comes no more"),
    ],
)
def test_without_a_day_ahead_there_is_no_entry(of, client, brand, status, days):
    day = Stamp.day(of.clock.now().date() + timedelta(days=days))
    parcel = on_its_way(of, a_parcel(of, brand), Window(day, day), status)

    assert "arrival.ics" not in client.get(f"/t/{parcel.token}").text
    assert client.get(f"/t/{parcel.token}/arrival.ics").status_code == 404


def test_an_entry_is_folded_and_its_marks_are_escaped(of):
    day = Stamp.day(date(2026, 3, 6))
    title = "Kiện hàng; từ, \\Tre\r\nVEVENT " + "ệ" * 80

    lines = ics(
        Entry("u", title, "https://a.example/s/x", Window(day, day)), now=of.clock.now()
    ).split(b"\r\n")

    assert max(map(len, lines)) <= 75
    whole = b"\r\n".join(lines).decode().replace("\r\n ", "")
    assert f"SUMMARY:Kiện hàng\\; từ\\, \\\\Tre VEVENT {'ệ' * 80}\r\n" in whole


@pytest.mark.parametrize("kind", ["t", "s"])
def test_a_chat_shows_the_brand_and_nothing_personal(client, parcel, kind):
    key = {"t": parcel.token, "s": share_key(parcel)}[kind]
    head = client.get(f"/{kind}/{key}?lang=en").text.partition("</head>")[0]
    told = dict(
        re.findall(
            r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)"', head
        )
    )

    assert told["og:title"] == parcel.brand.name
    assert told["og:description"] == "Follow your parcel"
    assert told["twitter:card"] == "summary_large_image"
    assert told["og:image"].startswith("https://track.example/")
    for hidden in ("O-4711", "SECRETNUMBER", "delivery", "Lotus", parcel.token):
        assert hidden not in " ".join(told.values())
    card = client.get("/" + told["og:image"].split("/", 3)[3])
    assert card.content_type == "image/png"
    with Image.open(BytesIO(card.data)) as picture:
        assert picture.size == (1200, 630)


def test_the_card_shows_the_logo_on_the_brands_colour(of, client, brand):
    logo = BytesIO()
    Image.new("RGB", (40, 40), "#ff0000").save(logo, "PNG")
    with of.database.write() as session:
        painted = replace(brand, theme={"primary": "#14532d"})
        changed = setting.set_logo(session, painted, logo.getvalue())
        brands.change(session, changed)
        session.commit()

    with Image.open(BytesIO(client.get("/brand/acme/card.png").data)) as picture:
        assert picture.getpixel((5, 5)) == (0x14, 0x53, 0x2D)
        assert picture.getpixel((600, 315)) == (255, 0, 0)
    assert client.get("/brand/nobody/card.png").status_code == 404


def test_robots_stay_away_but_for_those_that_fetch_a_card(client):
    groups = client.get("/robots.txt").text.split("\n\n")

    assert "User-agent: Twitterbot" in groups[0]
    assert groups[0].endswith("Disallow:")
    assert groups[1] == "User-agent: *\nDisallow: /\n"
