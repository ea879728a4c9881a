"""An apology with a voucher: when one is due, that no two share one, where it is shown."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import event, select
from tests import make

from track_service.core.rules import WrongRules, document, read
from track_service.core.status import Status
from track_service.core.tracking import Stamp, Window
from track_service.services.erase import erase
from track_service.services.notify import send_owed
from track_service.services.second_factor import cookie_name, prove
from track_service.services.voucher_stock import warn
from track_service.store import vouchers
from track_service.store.voucher_models import VoucherRow

TODAY = date(2026, 3, 2)


@pytest.fixture
def rule(brand, change):
    """Give the brand a rule of vouchers."""

    def run(brand=brand, **voucher):
        rules = {"together_minutes": 0, "quiet_hours": None, "voucher": voucher}
        return change(brand, rules=read(rules))

    return run


@pytest.fixture
def fill(of, brand):
    def run(*codes):
        with of.database.write() as session:
            added = vouchers.add(session, brand.id, codes, now=of.clock.now())
            session.commit()
        return added

    return run


@pytest.fixture
def damaged_rule(rule):
    return rule(kinds=["exception"])


@pytest.fixture
def page(client, of, brand):
    """Read a parcel's page, as its link's holder or as the buyer."""

    def run(parcel, *, buyer):
        number = parcel.order.number
        proof = prove(brand, number, wall=of.clock.wall())
        if buyer:
            client.set_cookie(cookie_name(brand, number), proof, path="/t/")
        return client.get(f"/t/{parcel.token}").text

    return run


def scanned(of, parcel):
    scan = make.an_event(Status.IN_TRANSIT, at=of.clock.now())
    return make.seen(of, parcel, make.a_tracking(*parcel.events, scan))


def texts(mailroom):
    """The text part of each mail that came in."""
    mails = (message_from_bytes(letter, policy=default) for letter in mailroom.letters)
    return [mail.get_body(("plain",)).get_content() for mail in mails]


def given(rows):
    return [row[0] for row in rows("SELECT order_id FROM voucher_given ORDER BY 1")]


def test_the_mail_of_a_trouble_brings_a_voucher_and_then_the_buyer_s_page(
    of, damaged_rule, fill, damaged, mailroom, page
):
    fill("SORRY-1")
    parcel = damaged(damaged_rule)
    assert "SORRY-1" not in page(parcel, buyer=True)

    send_owed(of.post)

    plain, html = (
        mailroom.read().get_body((kind,)).get_content() for kind in ("plain", "html")
    )
    assert "A voucher for you, with our apologies: SORRY-1" in plain
    assert "SORRY-1" in html
    assert "SORRY-1" in page(parcel, buyer=True)


def test_the_link_alone_shows_no_voucher(of, damaged_rule, fill, damaged, page):
    fill("SORRY-1")
    parcel = damaged(damaged_rule)
    send_owed(of.post)

    assert "SORRY-1" not in page(parcel, buyer=False)


def test_a_parcel_that_grows_too_late_brings_a_second_apology_once(
    of, rule, hands, mailroom
):
    parcel = make.a_parcel(
        of, rule(late_days=3, code="SORRY10"), promised_on=TODAY + timedelta(days=1)
    )
    codes = []
    for _ in range(7):
        hands.forward(days=1)
        parcel = scanned(of, parcel)
        send_owed(of.post)
        codes.append(["SORRY10" in told for told in texts(mailroom)])

    late, with_voucher = [False], [False, True]
    assert codes == [[], late, late, *[with_voucher] * 4]


def test_a_second_apology_that_was_withdrawn_comes_back_with_its_voucher(
    of, rule, hands, mailroom, states
):
    parcel = make.a_parcel(of, rule(late_days=3, code="SORRY10"), promised_on=TODAY)
    hands.forward(days=1)
    parcel = scanned(of, parcel)
    send_owed(of.post)
    hands.forward(days=2)
    parcel = scanned(of, parcel)  # the voucher is due
    scan = make.an_event(Status.AVAILABLE_FOR_PICKUP, at=hands.now())
    parcel = make.seen(of, parcel, make.a_tracking(*parcel.events, scan))
    send_owed(of.post)
    assert ("withdrawn", "no longer true") in states()

    hands.forward(hours=1)
    parcel = scanned(of, parcel)
    send_owed(of.post)

    assert "SORRY10" in texts(mailroom)[-1]


def test_a_date_of_the_carrier_far_beyond_the_promise_counts_as_late(
    of, rule, mailroom
):
    parcel = make.a_parcel(of, rule(late_days=3, code="SORRY10"), promised_on=TODAY)
    day = Stamp.day(TODAY + timedelta(days=3))
    scan = make.an_event(Status.IN_TRANSIT, at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(scan, window=Window(day, day)))

    send_owed(of.post)

    assert ["SORRY10" in told for told in texts(mailroom)] == [True]


def test_an_order_is_given_one_voucher_whatever_goes_wrong_with_its_parcels(
    damaged_rule, fill, damaged, rows
):
    fill("A", "B")
    damaged(damaged_rule, number="N1")
    damaged(damaged_rule, number="N2")

    assert len(given(rows)) == 1
    assert rows("SELECT count(*) FROM voucher WHERE taken_at IS NULL") == [(1,)]


def test_what_is_withdrawn_leaves_the_voucher_with_its_order_unseen(
    of, damaged_rule, fill, damaged, hands, states, page, rows, mailroom
):
    fill("SORRY-1")
    parcel = damaged(damaged_rule)
    hands.forward(minutes=5)
    parcel = scanned(of, parcel)
    send_owed(of.post)
    assert states() == [("withdrawn", "no longer true")]
    assert "SORRY-1" not in page(parcel, buyer=True)

    hands.forward(minutes=5)
    again = make.an_event(Status.EXCEPTION, "damaged", at=hands.now())
    make.seen(of, parcel, make.a_tracking(*parcel.events, again))
    send_owed(of.post)

    assert ["SORRY-1" in told for told in texts(mailroom)] == [True]
    assert len(given(rows)) == 1


def test_without_a_code_left_the_notice_goes_and_the_voucher_follows(
    of, damaged_rule, fill, damaged, hands, mailroom
):
    parcel = damaged(damaged_rule)
    send_owed(of.post)
    fill("SORRY-1")

    hands.forward(hours=1)
    make.seen(of, parcel, make.a_tracking(*parcel.events))
    send_owed(of.post)

    assert ["SORRY-1" in told for told in texts(mailroom)] == [False, True]


@pytest.mark.parametrize("left", [0, 1])
def test_what_is_given_or_cannot_be_is_not_tried_at_every_look(
    of, damaged_rule, fill, damaged, rows, left
):
    fill(*"A"[:left])
    parcel = damaged(damaged_rule)
    said = []

    def note(_, __, statement, *___):
        said.append(statement.split()[0])

    with of.database.write() as session:
        event.listen(session.connection(), "before_cursor_execute", note)
        assert vouchers.give(session, [parcel], now=of.clock.now()) == set()

    assert len(given(rows)) == left
    assert set(said) == {"SELECT"}


def test_codes_that_are_added_at_once_go_in_one_order(of, brand, fill, rows):
    fill("B", "C", "A")

    with of.database.read() as session:
        stock = session.scalars(select(VoucherRow.code).order_by(VoucherRow.id)).all()
    assert stock == ["A", "B", "C"]


@pytest.mark.parametrize("sending", [True, False])
def test_in_shadow_mode_no_voucher_is_used_up(
    damaged_rule, change, fill, damaged, rows, sending
):
    fill("SORRY-1")

    damaged(change(damaged_rule, sending=sending))

    assert len(given(rows)) == sending


def test_no_two_orders_that_go_wrong_at_once_share_a_code(
    of, damaged_rule, fill, damaged, rows
):
    fill("A", "B", "C")
    start = threading.Barrier(6)

    def go(n):
        start.wait()
        damaged(damaged_rule, number=f"N{n}", order=make.an_order(f"O{n}"))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(go, range(6)))

    with of.database.read() as session:
        ids = [row[0] for row in rows("SELECT id FROM shipment")]
        told = vouchers.told(session, ids)
    assert sorted(told.values()) == ["A", "B", "C"]


def test_two_parcels_of_an_order_that_go_wrong_at_once_bring_one_voucher(
    of, damaged_rule, fill, damaged, rows
):
    fill("A", "B", "C", "D")
    parcels = [make.a_parcel(of, damaged_rule, number=f"N{n}") for n in range(4)]
    start = threading.Barrier(4)

    def go(parcel):
        event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
        start.wait()
        make.seen(of, parcel, make.a_tracking(event, number=parcel.number))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(go, parcels))

    assert len(given(rows)) == 1
    assert rows("SELECT count(*) FROM voucher WHERE taken_at IS NULL") == [(3,)]


def test_erasure_takes_the_code_and_leaves_that_there_was_one(
    of, damaged_rule, fill, damaged, rows
):
    fill("SORRY-1")
    parcel = damaged(damaged_rule)

    with of.database.write() as session:
        erase(session, damaged_rule.id, parcel.public_id, now=of.clock.now())
        session.commit()

    assert rows("SELECT code FROM voucher_given") == [(None,)]
    assert rows("SELECT code FROM voucher WHERE taken_at IS NOT NULL") == [(None,)]
    assert fill("SORRY-1", "SORRY-2") == 1


def test_ops_hear_once_that_few_are_left_until_some_are_added(
    of, hooked, rule, fill, rows
):
    rule(hooked, kinds=["exception"], warn_below=2)
    fill("A")
    for _ in range(2):
        assert warn(of.post) == 1
    owed = "SELECT concern, detail FROM notice WHERE kind = 'vouchers_low'"
    assert rows(owed) == [("acme", "1")]

    fill("B")
    assert warn(of.post) == 0


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({}, "late_days, kinds or both"),
        ({"late_days": 0}, "late_days is a whole number"),
        ({"kinds": ["late"]}, "kinds is a list of"),
        ({"late_days": 1, "code": " x"}, "printable letters"),
        ({"late_days": 1, "codes": 1}, "null or an object"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_place(told, wrong):
    with pytest.raises(WrongRules, match=wrong):
        read({"voucher": told})


def test_usually_there_are_no_vouchers():
    assert document(read({}))["voucher"] is None
