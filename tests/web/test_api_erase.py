from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from tests.web.shop import parcel, small

from track_service.core.cases import CaseKind
from track_service.core.parcel import Brand
from track_service.core.status import Meaning, Status
from track_service.core.timeline import Change
from track_service.core.tracking import Event, Place, Stamp
from track_service.http import Answer
from track_service.store import cases, history, loading, polling, raw
from track_service.store.cases import Report
from track_service.store.db import db
from track_service.store.history import Outcome
from track_service.store.picture_models import PictureRow

PERSONAL = (
    "Nguyễn Thị An",
    "an.nguyen@example.com",
    "+84901234567",
    "GHN-OF-AN",
    "ORDER-OF-AN",
    "Lotus tea",
    "shop.example/tea",
    "700000",
    "signed by An",
    "left with An",
    "an-idempotency-key",
    "carrier says An",
    "12 Ngõ Huyện",
    "An saw nobody",
    "An's other street",
    "An's photo",
)


def everything(of):
    """All that any table holds of people, sealed columns opened.

    A picture of goods belongs to the shop, and leads to nobody who bought them.
    """
    with of.database.read() as session:
        return "\n".join(
            repr(tuple(row))
            for table in db.metadata.sorted_tables
            if table is not PictureRow.__table__
            for row in session.execute(select(table))
        )


def shipped(shop):
    return shop.post(
        parcel("GHN-OF-AN", "ORDER-OF-AN"), Idempotency_Key="an-idempotency-key"
    ).json["id"]


def delivered(of, brand: Brand, public_id):
    """Record a delivery with a name in every place where a carrier may put one."""
    now = of.clock.now()
    stamp = Stamp.aware(now)
    event = Event(
        stamp,
        Meaning(Status.DELIVERED),
        "delivered",
        "left with An",
        Place("Huế", None, "VN", "700000"),
    )
    with of.database.write() as session:
        shipment_id = polling.id_of(session, brand.id, public_id)
        (held,) = loading.load(session, [shipment_id])
        seen = replace(
            held.shipment,
            meaning=event.meaning,
            delivered_at=stamp,
            signed_by="signed by An",
        )
        outcome = Outcome(seen, "ghn", Change(added=(event,)))
        history.write(session, [outcome], now=now, wall=now)
        report = Report(
            CaseKind.DAMAGED,
            "An saw nobody",
            b"An's photo",
            address="An's other street",
        )
        cases.open_case(session, shipment_id, report, hub=None, now=now, due_at=now)
        raw.keep(
            session,
            "ghn",
            [(Answer(b"carrier says An", 200, {}), (shipment_id,))],
            push=False,
            now=now,
            retention=timedelta(days=30),
        )
        session.commit()


def test_erasure_leaves_nothing_personal_in_any_table(shop, of, brand):
    public_id = shipped(shop)
    delivered(of, brand, public_id)
    before = everything(of)
    assert [word for word in PERSONAL if word not in before] == []

    answer = shop.delete(public_id)

    assert (answer.status_code, answer.data) == (204, b"")
    after = everything(of)
    assert [word for word in PERSONAL if word in after] == []
    assert public_id in after


def test_an_erased_parcel_is_shown_without_what_was_personal(shop, of, brand):
    public_id = shipped(shop)
    delivered(of, brand, public_id)
    page = shop.get(f"/{public_id}").json["page_url"]

    shop.delete(public_id)

    shown = shop.get(f"/{public_id}").json
    assert shown["erased"] is True
    assert shown["status"] == "delivered"
    assert shown["page_url"] is None
    assert shown["signed_by"] is None
    assert shown["order"]["items"] == []
    assert set(shown["order"]["customer"].values()) == {None}
    assert shown["events"][0]["description"] is None
    assert shown["events"][0]["city"] == "Huế"
    gone = shop.client.get(page.removeprefix("https://track.example"))
    assert gone.status_code == 404


def test_erasing_again_is_done_already(shop):
    public_id = shipped(shop)

    assert shop.delete(public_id).status_code == 204
    assert shop.delete(public_id).status_code == 204


def test_a_customer_is_kept_while_a_parcel_of_the_order_is(shop, of):
    first = shipped(shop)
    second = shop.post(small("GHN-2", "ORDER-OF-AN")).json["id"]

    shop.delete(first)
    kept = shop.get(f"/{second}").json["order"]["customer"]["name"]
    shown = shop.get(f"/{first}").json["order"]["customer"]
    shop.delete(second)

    assert kept == "Nguyễn Thị An"
    assert set(shown.values()) == {None}
    assert "Nguyễn Thị An" not in everything(of)


def test_the_number_of_an_erased_parcel_can_be_registered_anew(shop):
    public_id = shipped(shop)
    shop.delete(public_id)

    again = shop.post(parcel("GHN-OF-AN", "ORDER-OF-AN"))

    assert again.status_code == 201
    assert again.json["id"] != public_id


def test_nobody_else_is_touched(shop, other_shop):
    mine = shipped(shop)
    theirs = other_shop.post(parcel("GHN-OF-AN", "ORDER-OF-AN")).json

    shop.delete(mine)

    assert other_shop.get(f"/{theirs['id']}").json == theirs
