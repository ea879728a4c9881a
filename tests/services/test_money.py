"""What a carrier tells of money is kept, shown to the shop, and moves no parcel."""

import json
from decimal import Decimal

import pytest
from tests.make import a_parcel, held_of, seen
from tests.web.shop import bearer

from track_service.carriers.base import read
from track_service.carriers.ghn import Ghn
from track_service.carriers.ghtk import Ghtk
from track_service.core.tracking import MoneyKind
from track_service.http import Answer
from track_service.store import money


def pushed(of, parcel, carrier, **body):
    (told,) = read(carrier, Answer(json.dumps(body).encode()), push=True)
    return seen(of, parcel, told, source=f"push:{carrier.code}")


def ghtk(of, parcel, status, at, **more):
    body = {"label_id": parcel.number, "status_id": status, "action_time": at, **more}
    return pushed(of, parcel, Ghtk, **body)


def facts(of, parcel):
    with of.database.read() as session:
        return money.told(session, [parcel.id]).get(parcel.id, ())


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand, carrier="ghtk", number="S1")


def test_a_settlement_moves_no_parcel_that_is_under_way(of, parcel):
    ghtk(of, parcel, 3, "2026-03-01T09:00:00+07:00")

    now = ghtk(of, parcel, 6, "2026-03-02T02:00:00+07:00", pick_money=245000)

    assert (now.meaning.status, now.delivered_at) == ("picked_up", None)
    (fact,) = facts(of, parcel)
    assert (fact.kind, fact.amount, fact.currency) == (
        MoneyKind.COD_REMITTED,
        Decimal("245000.00"),
        "VND",
    )
    assert fact.stamp.text == "2026-03-02T02:00:00+07:00"


def test_a_delivered_parcel_stays_delivered_when_its_money_comes(of, parcel):
    before = ghtk(of, parcel, 5, "2026-03-01T09:00:00+07:00")

    now = ghtk(of, parcel, 6, "2026-03-02T02:00:00+07:00", pick_money=245000)

    assert (now.meaning, now.delivered_at) == (before.meaning, before.delivered_at)


def test_a_return_stays_on_its_way_when_its_debt_is_settled(of, parcel):
    ghtk(of, parcel, 20, "2026-03-01T09:00:00+07:00")

    now = ghtk(of, parcel, 11, "2026-03-02T02:00:00+07:00")

    assert now.meaning.status == "returning"
    assert [fact.kind for fact in facts(of, parcel)] == [MoneyKind.RETURN_SETTLED]


def test_a_change_of_the_fee_is_a_fact_and_no_scan(of, brand):
    parcel = a_parcel(of, brand, number="GQ4")
    change = {"OrderCode": "GQ4", "Status": "storing", "Time": "2026-03-01T03:00:00Z"}

    pushed(of, parcel, Ghn, **change, Type="update_fee", TotalFee=26000)
    now = pushed(of, parcel, Ghn, **change, Type="update_cod", CODAmount=99000)

    assert now.events == () or {e.stamp for e in now.events} == {None}
    assert [(f.kind, f.amount) for f in facts(of, parcel)] == [
        (MoneyKind.FEE_CHANGED, Decimal("26000.00")),
        (MoneyKind.COD_CHANGED, Decimal("99000.00")),
    ]


def test_a_fact_that_is_told_again_is_kept_once(of, parcel):
    for _ in range(3):
        ghtk(of, parcel, 6, "2026-03-02T02:00:00+07:00", pick_money=245000)

    assert len(facts(of, parcel)) == 1


def test_the_shop_reads_of_the_money_and_the_shopper_does_not(
    of, parcel, client, key, brand
):
    ghtk(of, parcel, 5, "2026-03-01T09:00:00+07:00")
    now = ghtk(of, parcel, 6, "2026-03-02T02:00:00+07:00", pick_money=245000)
    path, auth = "/api/v1/shipments", bearer(key)

    told = client.get(f"{path}/{parcel.public_id}", headers=auth).json

    assert told["money"] == [
        {
            "kind": "cod_remitted",
            "at": "2026-03-02T02:00:00+07:00",
            "amount": "245000.00",
            "currency": "VND",
        }
    ]
    (listed,) = client.get(path, headers=auth).json["shipments"]
    assert listed["money"] == told["money"]
    assert [e["sub_status"] for e in told["events"]] == ["delivered", "cod_settled"]
    assert "passed on to the shop" not in client.get(f"/t/{parcel.token}").text
    assert held_of(of, parcel).shipment == now
