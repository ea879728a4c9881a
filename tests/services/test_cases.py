import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import responses
from PIL import Image
from tests.make import a_parcel, a_tracking, ago, an_event, an_order, seen

from track_service.channels.base import Channel
from track_service.core.cases import CaseKind, Outcome
from track_service.core.parcel import Address
from track_service.core.routing import Route
from track_service.core.severity import Severity
from track_service.core.sla import Hours, Sla
from track_service.core.status import Status
from track_service.services import brands
from track_service.services.cases import next_days, report
from track_service.services.notify import send_owed
from track_service.services.photo import BadPhoto, clean
from track_service.services.second_factor import ask_link
from track_service.store import cases, queue_sla
from track_service.store.cases import Report


class Ear(Channel):
    """A channel that keeps what it is given."""

    code = "ear"

    def __init__(self, sent):
        self._sent = sent

    @classmethod
    def open(cls, outlets):
        raise NotImplementedError

    def send(self, message):
        self._sent.append(message)


@pytest.fixture
def shop(of):
    """A brand whose ops hear by webhook and by a chat."""
    brand = brands.new_brand(
        "hooked",
        "Hooked",
        zone="Asia/Ho_Chi_Minh",
        sending=True,
        webhook_url="https://hooks.example/in",
        ops_urls=("json://chat.example/x",),
    )
    with of.database.write() as session:
        made = brands.add(session, brand, now=of.clock.now(), mint=of.mint).brand
        session.commit()
    return made


@pytest.fixture
def failed(of, shop):
    parcel = a_parcel(of, shop)
    at = ago(of.clock.now(), hours=2)
    scan = an_event(Status.ATTEMPT_FAILED, at=at, city="Huế", country="VN")
    return seen(of, parcel, a_tracking(scan))


def owed(rows):
    return rows("SELECT channel, kind, state FROM notice WHERE kind = 'case'")


def test_a_case_and_its_word_to_ops_come_together_and_once(of, failed, rows):
    told = Report(CaseKind.NOBODY_CAME, "I was at home")

    assert report(of.desk, failed, told)
    assert not report(of.desk, failed, told)

    assert sorted(owed(rows)) == [
        ("apprise", "case", "owed"),
        ("webhook", "case", "owed"),
    ]


def test_a_case_goes_by_its_carrier_its_kind_and_how_grave_it_is(of, failed, rows):
    led = (
        Route(1, ("json://a.example",), carrier=failed.carrier),
        Route(2, ("json://b.example",), kind="nobody_came"),
        Route(3, ("json://c.example",), kind="case", least=Severity.HIGH),
        Route(4, ("json://d.example",), kind="damaged"),
        Route(5, ("json://e.example",), least=Severity.CRITICAL),
    )
    shop = replace(failed.brand, routes=led)

    report(of.desk, replace(failed, brand=shop), Report(CaseKind.NOBODY_CAME))

    told = rows("SELECT target FROM notice WHERE channel = 'apprise' ORDER BY target")
    assert told == [(100,), (200,), (300,)]


def test_a_case_is_due_by_the_brand_s_own_clock(of, shop, failed):
    with of.database.write() as session:
        spans = {Severity.HIGH: timedelta(hours=3)}
        queue_sla.set_sla(session, shop.id, Sla(spans, Hours(8, 17)))
        session.commit()

    report(of.desk, failed, Report(CaseKind.NOBODY_CAME))

    with of.database.read() as session:
        (case,) = cases.listed(session)
    # It is 16:00 in Vietnam: an hour today, two tomorrow from eight.
    assert case.due_at == of.clock.now() + timedelta(hours=18)


def test_the_words_to_ops_hold_nothing_personal(of, failed, rows):
    told = Report(
        CaseKind.REDELIVER, "call Mai", None, None, False, "7 Lê Lợi, second floor"
    )
    report(of.desk, failed, told)
    sent = []

    send_owed(
        replace(of.post, channels=dict.fromkeys(("webhook", "apprise"), Ear(sent)))
    )

    mine = [one for one in sent if one.payload["type"] == "case.opened"]
    assert len(mine) == 2
    for message in mine:
        whole = json.dumps([message.subject, message.text, message.payload])
        for word in ("Mai", "Lê Lợi", "shopper.example", "84900000000"):
            assert word not in whole
        assert message.subject.startswith("Urgent: Hooked")
        assert "A new address waits for your confirmation." in message.text
        assert message.payload["data"]["severity"] == "critical"
        assert message.payload["data"]["hub"] == "Huế"


def test_a_case_that_is_settled_alarms_nobody(of, failed, rows):
    report(of.desk, failed, Report(CaseKind.NOBODY_CAME))
    with of.database.write() as session:
        (case,) = cases.listed(session)
        cases.settle(session, case.id, Outcome.ARRANGED, now=of.clock.now())
        session.commit()

    with responses.RequestsMock():
        send_owed(of.post)

    assert {state for _, _, state in owed(rows)} == {"withdrawn"}


@pytest.mark.parametrize(
    ("country", "first"),
    [
        pytest.param("VN", "2026-04-28", id="Vietnam works until the holidays"),
        pytest.param("NL", "2026-04-28", id="the day after King's Day"),
    ],
)
def test_a_new_day_is_a_working_one(of, hands, shop, country, first):
    hands.at = hands.at.replace(month=4, day=27)  # a Monday; 30 April, 1 May: Vietnam
    order = an_order(address=Address("Elm", "X", country=country))
    days = [
        day.isoformat() for day in next_days(a_parcel(of, shop, order=order), of.desk)
    ]

    assert days[0] == first
    assert len(days) == 5
    assert "2026-05-03" not in days  # a Sunday
    assert ("2026-04-30" in days) is (country == "NL")


def test_the_link_mail_goes_to_the_address_on_file(of, brand, rows):
    parcel = a_parcel(of, brand)
    sent = []

    ask_link(of.desk, brand, number="1001", client="192.0.2.1", wall=of.clock.wall())
    send_owed(replace(of.post, channels={"email": Ear(sent)}))

    (message,) = sent
    assert message.to == "mai@shopper.example"
    assert message.subject == "The link to your order 1001"
    assert f"https://track.example/t/{parcel.token}/open/gAAAA" in message.text
    assert f"https://track.example/t/{parcel.token}/open/gAAAA" in message.html


def test_a_photo_is_turned_upright_and_made_small():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    sent = BytesIO()
    Image.new("RGB", (3200, 800), "blue").save(sent, "JPEG", exif=exif)

    made = Image.open(BytesIO(clean(sent.getvalue())))

    assert made.size == (400, 1600)
    assert not made.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_become_jpeg(kind):
    sent = BytesIO()
    Image.new("RGBA", (10, 10)).save(sent, kind)

    assert Image.open(BytesIO(clean(sent.getvalue()))).format == "JPEG"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GIF89a" + bytes(40), id="a format we do not take"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(200), id="broken"),
        pytest.param(bytes(5_000_001), id="too large"),
    ],
)
def test_what_is_no_photo_is_refused(sent):
    with pytest.raises(BadPhoto):
        clean(sent)


def test_a_picture_that_unfolds_to_gigabytes_is_refused():
    bomb = BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 50_000

    with pytest.raises(BadPhoto):
        clean(bomb.getvalue())
