"""What pages offer: gated, held out, never what is in the parcel, and noted once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.core.goods import Product, Purchase
from track_service.core.parcel import Customer, Item
from track_service.core.recommend.rank import Reason
from track_service.core.selling import Arm, Wishes
from track_service.core.status import Status
from track_service.services.goods.shoppers import digest
from track_service.services.recommending import noting
from track_service.services.recommending.nightly import fit_brand, fit_next
from track_service.services.recommending.offers import offers
from track_service.services.recommending.shelf import Shelf
from track_service.services.recommending.worth import worth
from track_service.store import catalogue, purchases, selling, shoppers

DAY = timedelta(days=1)
ON = Wishes(is_on=True, holdout=Decimal(0))
MAI = Customer("Mai Example", "mai@shopper.example")
NAMES = ("tea", "cup", "pot", "rice", "salt", "oil", "soap", "tray")


def a_product(name, **more):
    told = {"url": f"https://shop.example/{name}", "told_at": NOW} | more
    return Product(name, name.title(), **told)


@pytest.fixture
def shop(of, brand):
    """A shop in whose orders tea and cup go together, and what Mai bought of it."""
    with of.database.write() as session:
        catalogue.tell(session, brand.id, [a_product(name) for name in NAMES])
        key = shoppers.key(session, brand.id, fresh="key")
        mai = digest(key, email=MAI.email)
        told = [
            Purchase(f"P{n}", NOW - (200 - n) * DAY, {"tea": 1, "cup": 1}, f"{n:032x}")
            for n in range(40)
        ]
        told += [
            Purchase(f"Q{n}", NOW - (200 - n) * DAY, {"rice": 1, "oil": 1}, f"{n:032x}")
            for n in range(60)
        ]
        told += [
            Purchase(f"M{n}", NOW - n * 30 * DAY, {"soap": 1}, mai) for n in (1, 2)
        ]
        told.append(Purchase("1001", NOW - DAY, {"tea": 2}, mai))
        purchases.tell(session, brand.id, told, now=NOW)
        selling.wish(session, brand.id, ON)
        session.commit()
    assert fit_brand(of.database, brand.id, now=NOW, before=NOW)
    return brand


@pytest.fixture
def wish(of, brand):
    def wish(**wished):
        with of.database.write() as session:
            selling.wish(session, brand.id, replace(ON, **wished))
            session.commit()

    return wish


@pytest.fixture
def parcel(of, shop):
    items = (Item("Tea", 2, sku="tea"),)
    order = an_order("1001", items=items, customer=MAI, currency="USD")
    return a_parcel(of, shop, order=order)


@pytest.fixture
def offered(of, parcel):
    def offered(proven=False, token=parcel.token, shelf=None):
        with of.database.read() as session:
            setting = noting.setting_of(session, token)
            of_page = replace(setting, proven=proven)
            return offers(session, shelf or Shelf(), of_page, now=NOW)

    return offered


def names(found):
    return [one.product.external_id for one in found.found]


def test_what_goes_with_the_parcel_is_offered_and_never_what_is_in_it(offered):
    found = offered()

    assert names(found)[0] == "cup"
    assert (found.found[0].reason, found.found[0].because) == (Reason.GOES_WITH, "Tea")
    assert "tea" not in names(found)
    assert len(found.found) <= 6
    assert found.arm is Arm.SHOWN


def test_history_is_told_to_who_gave_the_second_factor_alone(offered, wish):
    reasons = {Reason.REFILL, Reason.BOUGHT_BEFORE}

    assert not reasons & {one.reason for one in offered().found}
    proven = {one.product.external_id: one.reason for one in offered(True).found}
    assert proven["soap"] in reasons

    wish(history_by_link=True)
    assert reasons & {one.reason for one in offered().found}


def test_nothing_that_was_bought_before_is_offered_where_only_new_is(offered, wish):
    wish(only_new=True)

    assert "soap" not in names(offered(True))


def test_the_brands_picks_come_first_and_its_bans_never(offered, wish):
    wish(picks=("tray", "tea", "nothing of this name"), bans=("cup",))

    found = offered()

    assert names(found)[0] == "tray"
    assert found.found[0].reason is Reason.PICKED
    assert not {"tea", "cup"} & set(names(found))


def test_what_is_sold_out_since_is_not_offered(of, offered, brand):
    shelf = Shelf()
    assert "cup" in names(offered(shelf=shelf))
    with of.database.write() as session:
        catalogue.tell(session, brand.id, [a_product("cup", in_stock=False)])
        session.commit()

    assert "cup" not in names(offered(shelf=shelf))


@pytest.mark.parametrize(
    "status", [Status.EXCEPTION, Status.RETURNING, Status.ATTEMPT_FAILED]
)
def test_nothing_is_offered_beside_a_parcel_in_trouble(of, parcel, offered, status):
    seen(of, parcel, a_tracking(an_event(status, at=NOW)))

    assert offered() is None


def test_nothing_is_offered_where_the_brand_does_not_wish_it(offered, wish):
    wish(is_on=False)

    assert offered() is None


def test_who_objects_sees_what_everybody_sees_on_every_order(
    of, parcel, offered, brand
):
    with of.database.write() as session:
        other = Purchase("1002", NOW, {"pot": 1}, digest("key", email=MAI.email))
        purchases.tell(session, brand.id, [other], now=NOW)
        session.commit()
    second = a_parcel(
        of, brand, number="N2", order=an_order("1002", items=(), customer=MAI)
    )

    assert noting.note_objection(
        of.database, parcel.token, objects=True, now=NOW, mint=of.mint
    )

    for token in (parcel.token, second.token):
        found = offered(True, token)
        assert found.objects
        assert {one.reason for one in found.found} == {Reason.POPULAR}
    assert noting.note_objection(
        of.database, second.token, objects=False, now=NOW, mint=of.mint
    )
    assert not offered().objects
    assert not noting.note_objection(
        of.database, "no such link", objects=True, now=NOW, mint=of.mint
    )


def test_an_objection_on_one_order_holds_and_ends_on_all_of_its_buyers(
    of, brand, shop, offered
):
    phone = "+84901234500"
    shops = digest("key", platform="shopify", customer="7")
    with of.database.write() as session:
        told = [Purchase(n, NOW, {"pot": 1}, shops) for n in ("2001", "2002")]
        purchases.tell(session, brand.id, told, now=NOW)
        session.commit()
    orders = [
        an_order("2001", customer=MAI),
        an_order("2002", customer=Customer(None, None, phone)),
        an_order("2003", customer=Customer(None, None, phone)),
        an_order("2004", customer=MAI),
        an_order("2005", customer=Customer(None, "an@shopper.example", None)),
    ]
    *mine, strange = [
        a_parcel(of, brand, number=f"M{n}", order=order).token
        for n, order in enumerate(orders)
    ]

    def tap(token, *, objects):
        noting.note_objection(
            of.database, token, objects=objects, now=NOW, mint=of.mint
        )
        return [offered(True, token).objects for token in (*mine, strange)]

    assert tap(mine[0], objects=True) == [True] * 4 + [False]
    assert tap(mine[2], objects=False) == [True] * 4 + [False]
    assert tap(mine[3], objects=False) == [False] * 5
    assert tap(mine[2], objects=True) == [True] * 4 + [False]
    later = Purchase(
        "2006", NOW, {"pot": 1}, "f" * 32, ("f" * 32, digest("key", email=MAI.email))
    )
    with of.database.write() as session:
        purchases.tell(session, brand.id, [later], now=NOW)
        session.commit()
    assert tap(strange, objects=True)[:4] == [True] * 4
    with of.database.read() as session:
        assert shoppers.find(session, brand.id, "f" * 32).objects
    assert tap(mine[3], objects=False) == [False] * 4 + [True]


def test_who_names_anothers_telephone_takes_no_objection_back(
    of, brand, shop, offered, client
):
    phone = "+84901234500"
    with of.database.write() as session:  # and their mail on another order of one's own
        thiefs = digest("key", platform="shopify", customer="8")
        told = [Purchase(n, NOW, {"pot": 1}, thiefs) for n in ("2002", "2003")]
        purchases.tell(session, brand.id, told, now=NOW)
        session.commit()
    orders = [
        an_order("2001", customer=Customer("Mai", MAI.email, phone)),
        an_order("2002", customer=Customer(None, "an@shopper.example", phone)),
        an_order("2003", customer=MAI),
    ]
    victim, thief, _ = [
        a_parcel(of, brand, number=f"M{n}", order=order).token
        for n, order in enumerate(orders)
    ]
    wish = f"/t/{victim}/personalisation"
    assert client.post(wish, data={"wish": "off"}).status_code == 303
    assert "Suggest what fits me" in client.get(f"/t/{victim}").text

    client.post(f"/t/{thief}/personalisation", data={"wish": "on"})

    assert offered(True, victim).objects
    page = client.get(f"/t/{thief}").text
    assert "These are the same for everybody." in page
    assert "Suggest what fits me" not in page
    client.post(wish, data={"wish": "on"})
    assert not offered(True, victim).objects


def test_a_chain_of_shared_addresses_is_followed_a_few_steps_alone(
    of, brand, shop, offered
):
    mails = [f"b{n}@shopper.example" for n in range(7)]
    with of.database.write() as session:
        told = [
            Purchase(f"300{n}", NOW, {"pot": 1}, digest("key", email=mail))
            for n, mail in enumerate(mails[:-1])
        ]
        purchases.tell(session, brand.id, told, now=NOW)
        session.commit()
    orders = [
        an_order(f"300{n}", customer=Customer(None, mail))
        for n, mail in enumerate(mails[1:])
    ]
    first, second, *_, last = [
        a_parcel(of, brand, number=f"C{n}", order=order).token
        for n, order in enumerate(orders)
    ]

    noting.note_objection(of.database, first, objects=True, now=NOW, mint=of.mint)

    assert offered(True, second).objects
    assert not offered(True, last).objects


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(MAI, id="the same mail"),
        pytest.param(Customer("Mai", None, "+84901234500"), id="the same telephone"),
    ],
)
def test_an_objection_holds_for_orders_told_without_the_shops_customer_id(
    of, brand, shop, offered, rows, other
):
    whole = Customer(MAI.name, MAI.email, "+84901234500")
    with of.database.write() as session:
        own = digest("key", platform="shopify", customer="7")
        purchases.tell(session, brand.id, [Purchase("2001", NOW, {}, own)], now=NOW)
        session.commit()
    first = a_parcel(of, brand, number="N2", order=an_order("2001", customer=whole))
    second = a_parcel(of, brand, number="N3", order=an_order("2002", customer=other))
    noting.note_view(of.database, Shelf(), second.token, now=NOW)

    for objects in (True, False):
        assert noting.note_objection(
            of.database, first.token, objects=objects, now=NOW, mint=of.mint
        )

        assert offered(True, second.token).objects is objects
        followed = noting.note_click(of.database, second.token, "cup", now=NOW)
        assert followed is not objects


def test_a_view_counts_once_in_half_an_hour_and_a_click_once_a_day(
    of, parcel, rows, shop
):
    for minutes in (0, 10, 29, 31):
        at = NOW + timedelta(minutes=minutes)
        noting.note_view(of.database, Shelf(), parcel.token, now=at)
    for _ in range(2):
        assert noting.note_click(of.database, parcel.token, "cup", now=NOW)
    assert not noting.note_click(of.database, parcel.token, "no product", now=NOW)
    assert not noting.note_click(of.database, "no link", "cup", now=NOW)

    assert rows("SELECT arm, views FROM exposure") == [("shown", 2)]
    assert rows("SELECT COUNT(*) FROM pick_click") == [(1,)]


def test_nobody_is_seen_who_objects_or_is_offered_nothing(of, parcel, rows, wish):
    wish(is_on=False)
    noting.note_view(of.database, Shelf(), parcel.token, now=NOW)
    wish()
    noting.note_objection(
        of.database, parcel.token, objects=True, now=NOW, mint=of.mint
    )
    noting.note_view(of.database, Shelf(), parcel.token, now=NOW)

    assert not noting.note_click(of.database, parcel.token, "cup", now=NOW)
    assert rows("SELECT COUNT(*) FROM exposure") == [(0,)]


def test_the_hold_out_is_noted_and_what_is_bought_later_told_for_it(
    of, parcel, brand, wish, offered
):
    wish(holdout=Decimal(100))
    assert offered().arm is Arm.HOLDOUT
    noting.note_view(of.database, Shelf(), parcel.token, now=NOW)
    wish(holdout=Decimal(0))
    noting.note_view(of.database, Shelf(), parcel.token, now=NOW + DAY)
    mai = digest("key", email=MAI.email)
    with of.database.write() as session:
        later = Purchase("2001", NOW + 2 * DAY, {"cup": 1}, mai)
        purchases.tell(session, brand.id, [later, later], now=NOW + 2 * DAY)
        session.commit()

    with of.database.read() as session:
        told = worth(session, brand.id, now=NOW + 14 * DAY)

    assert (told.held_out.shoppers, told.held_out.orders) == (1, 1)
    assert told.shown.shoppers == 0
    assert told.weeks == 2
    assert told.document()["uplift"]["difference"] is None


@pytest.mark.parametrize(("first", "then"), [(0, 100), (100, 0)])
def test_who_was_exposed_keeps_their_arm_when_another_share_is_held_out(
    of, parcel, wish, offered, rows, first, then
):
    wish(holdout=Decimal(first))
    arm = noting.note_view(of.database, Shelf(), parcel.token, now=NOW)

    wish(holdout=Decimal(then))

    assert offered().arm is arm
    again = NOW + timedelta(hours=1)
    assert noting.note_view(of.database, Shelf(), parcel.token, now=again) is arm
    assert rows("SELECT arm, views FROM exposure") == [(arm.value, 2)]


def test_a_night_fits_what_was_told_since_and_nothing_else(of, shop, brand):
    database, later = of.database, NOW + DAY

    assert fit_next(database, now=later) == 0  # nobody bought anything since
    with database.write() as session:
        new = Purchase("3001", NOW, {"tea": 1, "tray": 1})
        purchases.tell(session, brand.id, [new], now=NOW + timedelta(hours=1))
        session.commit()
    assert fit_next(database, now=NOW + timedelta(hours=2)) == 0  # fitted today
    assert fit_next(database, now=later) == 1
    assert fit_next(database, now=later) == 0
