"""`channels`, `zns lint`, `notices costs`, `suppressions`, and what `check` says."""

import hashlib
import json
from decimal import Decimal

import pytest
from tests import make

from track_service.core.status import Status
from track_service.store import deliveries, notices, suppressions
from track_service.store.pairs import DbPairs

ESMS = ("api_key=k", "secret_key=s", "brandname=TRASEN", "price=500")
ZALO = (
    "app_id=4711", "app_secret=a", "oa_id=oa-1", "oa_secret=o", "refresh_token=first",
)  # fmt: skip


@pytest.fixture
def file(tmp_path):
    """Templates in a file, changed as the test says."""

    def write(**changes):
        params = {"order_code": {"type": "code", "value": "order"}}
        template = {"template_id": "312345", "params": params, **changes}
        path = tmp_path / "templates.json"
        path.write_text(json.dumps({"late": template}), encoding="utf-8")
        return path

    return write


def test_channels_are_tried_in_the_order_that_is_set(operator, brand, file):
    operator("channels", "set", "acme", "sms_esms", *ESMS)
    operator("channels", "set", "acme", "email")
    operator(
        "channels", "set", "acme", "zalo_zns", *ZALO, f"templates=@{file()}",
        "--place", 1, "--minutes", 30,
    )  # fmt: skip

    told = operator("channels", "list", "acme")

    assert told.stdout.splitlines() == [
        "1  zalo_zns     waits 30 min",
        "2  sms_esms     waits 10 min  price=500",
        "3  email        waits 10 min  free",
    ]


def test_a_brand_that_set_nothing_writes_mails(operator, brand):
    assert operator("channels", "list", "acme").stdout.startswith("1  email")


def test_what_is_not_given_stays_and_a_place_is_changed(operator, brand):
    operator("channels", "set", "acme", "email")
    operator("channels", "set", "acme", "sms_esms", *ESMS)

    told = operator("channels", "set", "acme", "sms_esms", "price=650", "--place", 1)

    assert "/hooks/channels/sms_esms/SECRET" in told.stdout
    listed = operator("channels", "list", "acme").stdout.splitlines()
    assert listed[0] == "1  sms_esms     waits 10 min  price=650"
    assert listed[1].startswith("2  email")


def test_a_channel_is_taken_away(operator, brand):
    operator("channels", "set", "acme", "sms_esms", *ESMS)

    assert operator("channels", "remove", "acme", "sms_esms").exit_code == 0
    again = operator("channels", "remove", "acme", "sms_esms")
    assert "does not write by 'sms_esms'" in again.stderr


@pytest.mark.parametrize(
    ("code", "given", "why"),
    [
        ("webhook", (), "no channel to shoppers has the code 'webhook'"),
        ("sms_esms", ("api_key=k",), "wants secret_key, brandname"),
        ("sms_esms", (*ESMS, "colour=red"), "no setting colour"),
        ("sms_esms", (*ESMS, "price=-1"), "price:"),
        ("zalo_zns", (*ZALO, "templates={}"), "templates: "),
    ],
)
def test_what_cannot_work_is_refused_in_a_line(operator, brand, code, given, why):
    told = operator("channels", "set", "acme", code, *given)

    assert told.exit_code == 1
    assert why in told.stderr


def test_a_secret_is_shown_by_nothing(operator, brand, rows):
    operator("channels", "set", "acme", "sms_esms", *ESMS[:3], "price=7")

    shown = operator("channels", "list", "acme").stdout
    kept = str(rows("SELECT * FROM brand_channel"))

    assert "TRASEN" not in shown + kept
    assert "sms_esms" in kept


def test_a_good_template_passes_the_linter(operator, file):
    told = operator("zns", "lint", file())

    assert (told.exit_code, told.stdout) == (0, "1 templates: nothing is wrong.\n")


def test_the_linter_names_what_zalo_would_refuse(operator, brand, file):
    bad = file(title="Ưu đãi", paragraphs=["Gọi 0901 234 567 để nhận khuyến mãi"])

    told = operator("zns", "lint", bad)

    assert told.exit_code == 1
    assert told.stdout.splitlines() == [
        "late.title: 9 to 65 characters are wanted",
        "late.paragraphs.0: a link or phone number belongs into a button",
        "late.paragraphs.0: “khuyến mãi” is advertising, which a notice may not hold",
        "late.params.order_code: is used nowhere",
    ]


def test_the_linter_reads_what_a_brand_has_set(operator, brand, file):
    assert "does not write" in operator("zns", "lint", "--brand", "acme").stderr
    operator("channels", "set", "acme", "zalo_zns", *ZALO, f"templates=@{file()}")

    assert operator("zns", "lint", "--brand", "acme").exit_code == 0
    assert operator("zns", "lint").exit_code == 2


@pytest.fixture
def spent(of, brand):
    """Three messages: two by SMS, of one of which nobody knows whether it went out."""
    wall = of.clock.wall()
    for number, channel, state in (
        ("N1", "sms_esms", deliveries.ACCEPTED),
        ("N2", "sms_esms", deliveries.TRYING),
        ("N3", "zalo_zns", deliveries.DELIVERED),
    ):
        parcel = make.a_parcel(of, brand, number=number)
        event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
        make.seen(of, parcel, make.a_tracking(event, number=number))
        with of.database.write() as session:
            (owed,) = notices.claim(session, wall=wall, limit=1)
            notices.route(session, owed.id, channel)
            (routed,) = notices.listed(session, limit=1)
            cost = (
                Decimal("1000") if channel == "sms_esms" else Decimal(200),
                "VND",
                2,
            )
            deliveries.settle(session, routed, state, wall=wall, cost=cost)
            session.commit()


def test_costs_are_summed_by_channel_and_currency(operator, spent):
    told = operator("notices", "costs", "--brand", "acme", "--json")

    assert json.loads(told.stdout) == {
        "brand": "acme",
        "costs": [
            {
                "channel": "sms_esms",
                "currency": "VND",
                "messages": 2,
                "units": 4,
                "amount": "2000",
                "unknown": 1,
            },
            {
                "channel": "zalo_zns",
                "currency": "VND",
                "messages": 1,
                "units": 2,
                "amount": "200",
                "unknown": 0,
            },
        ],
    }
    assert "2000 VND" in operator("notices", "costs").stdout


def test_costs_are_of_the_days_that_are_asked_for(operator, spent):
    def rows(*days):
        told = operator("notices", "costs", "--json", *days)
        return len(json.loads(told.stdout)["costs"])

    assert rows("--from", "2026-03-02", "--to", "2026-03-03") == 2
    assert rows("--from", "2026-03-03") == rows("--to", "2026-03-02") == 0


def test_a_suppression_is_listed_and_lifted(of, operator, brand):
    operator("channels", "set", "acme", "sms_esms", *ESMS)
    with of.database.write() as session:
        suppressions.add(
            session,
            brand.id,
            "sms_esms",
            "84901234567",
            reason="hard_bounce",
            now=of.clock.now(),
            key="k",
        )
        session.commit()

    listed = operator("suppressions", "list", "acme").stdout
    lift = ("suppressions", "lift", "acme", "sms_esms", "0901 234 567")

    assert "sms_esms     hard_bounce" in listed
    assert "901234567" not in listed
    assert operator(*lift).exit_code == 0
    assert operator(*lift).stderr.endswith("does write to this address\n")
    assert operator("suppressions", "list", "acme").stdout == ""


def test_check_tells_that_a_refresh_token_is_lost(of, operator, brand, file):
    operator("channels", "set", "acme", "zalo_zns", *ZALO, f"templates=@{file()}")
    digest = hashlib.sha256(b"first").hexdigest()
    pairs, key = DbPairs(of.database), f"zalo:4711:oa-1:{digest[:16]}"
    spent = pairs.spend(key, "first", now=of.clock.wall())
    pairs.lost(key, spent, "Zalo refused the refresh token (-14014): set a new one")
    line = (
        "brand acme: zalo_zns: Zalo refused the refresh token (-14014): set a new one"
    )

    assert line in operator("check").stderr.splitlines()
    operator("channels", "set", "acme", "zalo_zns", "refresh_token=anew")
    assert "zalo_zns" not in operator("check").stderr
