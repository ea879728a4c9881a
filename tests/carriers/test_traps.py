"""The traps of carriers' answers, by name, each over a real adapter.

The raw answers are fixture pairs, as they stand or with the one thing changed that the
trap is about.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.carriers.pairs import FIXTURES, folders, pair, pairs

from track_service.carriers import carriers
from track_service.carriers.base import read
from track_service.core.timeline import condition, current
from track_service.core.tracking import Event, MoneyKind, Precision, Tracking
from track_service.http import Answer


def told(
    name: str, change: Callable[[Any], object] | None = None
) -> tuple[Tracking, ...]:
    """Return what the adapter reads in a pair's answer (`ghn/delivered`)."""
    code, _, stem = name.partition("/")
    given = pair(FIXTURES / code, stem)
    answer = given.answer
    if change is not None:
        body = json.loads(answer.body)
        change(body)
        answer = replace(answer, body=json.dumps(body).encode())
    return tuple(read(carriers()[code], answer, push=given.push))


def one(name: str, change: Callable[[Any], object] | None = None) -> Tracking:
    (tracking,) = told(name, change)
    return tracking


def last(name: str, change: Callable[[Any], object] | None = None) -> Event:
    return one(name, change).events[-1]


def offsets(name: str) -> set[float | None]:
    return {
        event.stamp.offset and event.stamp.offset / timedelta(hours=1)
        for event in one(name).events
        if event.stamp is not None
    }


HTML = [
    (folder, given.name)
    for folder in folders()
    for given in pairs(FIXTURES / folder)
    if given.answer.body.lstrip()[:100].lower().startswith((b"<!doctype", b"<html"))
]


@pytest.mark.parametrize(
    "name", ["jtexpress/in_transit", "correos/in_transit", "smartkargo/in_transit"]
)
def test_a_local_time_without_a_zone_is_no_instant(name):
    assert offsets(name) == {None}
    assert {event.stamp.at for event in one(name).events} == {None}


@pytest.mark.parametrize(
    "name",
    ["ghtk/push_put_off_reason_127", "viettelpost/in_transit", "vnpost/in_transit"],
)
def test_a_vietnamese_local_time_is_vietnams_and_not_the_servers(name):
    assert offsets(name) == {7}


def test_ghn_writes_utc_and_is_read_as_vietnams_wall_clock():
    assert last("ghn/delivered").stamp.text == "2026-03-05T10:47:26+07:00"


def test_cainiaos_zone_label_lies_and_its_epoch_does_not():
    def lie(body):
        for event in body["module"][0]["detailList"]:
            event["timeZone"] = "GMT-08:00"

    true = [event.stamp for event in one("cainiao/in_transit").events]

    assert [event.stamp for event in one("cainiao/in_transit", lie).events] == true
    assert all(stamp.offset == timedelta(hours=8) for stamp in true)


def test_cainiaos_head_says_delivering_of_a_parcel_in_transit():
    name = "cainiao/in_transit_though_the_head_says_delivering"

    assert condition(one(name)).status == "in_transit"


def test_lalamoves_z_is_the_markets_clock_where_the_envelope_says_so():
    stamp = last("lalamove/push_local_time_labelled_z").stamp

    assert (stamp.text, stamp.precision) == (
        "2026-03-05T09:00:00+07:00",
        Precision.MINUTE,
    )


def test_lalamoves_z_is_utc_where_the_envelope_says_so():
    assert last("lalamove/push_true_utc").stamp.offset == timedelta()


def test_lalamoves_z_is_nothing_where_the_envelope_confirms_neither():
    name = "lalamove/push_time_that_nothing_confirms_stays_naive"

    assert last(name).stamp.offset is None


def test_jtexpress_states_an_offset_that_is_not_the_scans():
    states = {
        event.stamp.offset
        for given in pairs(FIXTURES / "jtexpress")
        for reading in read(carriers()["jtexpress"], given.answer, push=given.push)
        for event in reading.events
        if event.stamp is not None
    }

    assert states == {None}


def test_a_winter_label_in_summer_tells_no_offset():
    assert None in offsets("dhl_ecommerce_us/winter_label_in_summer")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("correos/event_without_hour", "2026-07-21"),
        ("canada_post/archived_days_without_hours", "2025-01-08"),
    ],
)
def test_a_date_without_a_time_stays_a_day(name, day):
    tracking = one(name)

    days = [e.stamp for e in tracking.events if e.stamp.precision is Precision.DAY]
    assert days[-1].text == day
    assert (days[-1].at, days[-1].offset) == (None, None)
    assert tracking.delivered_at.text == day


def test_thailand_post_writes_buddhist_years_in_thai():
    years = {
        event.stamp.local.year
        for event in one("thailandpost/buddhist_years_in_thai").events
    }

    assert years == {2026}
    raw = pair(FIXTURES / "thailandpost", "buddhist_years_in_thai").answer.body
    assert b"2569" in raw


def test_an_eta_at_the_end_of_the_day_is_that_day_and_not_the_next():
    def lead(moment):
        def change(body):
            body["data"]["leadtime"] = moment

        return change

    # The end of 5 March in Vietnam, as live answers and as the document write it.
    for moment in ("2026-03-05T16:59:59Z", "2026-03-05T23:59:59Z"):
        window = one("ghn/in_transit", lead(moment)).window
        assert (window.start.text, window.until.text) == ("2026-03-05", "2026-03-05")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ghn/auth_in_code", "auth"),
        ("ghtk/auth", "auth"),
        ("ghtk/throttled", "throttled"),
        ("viettelpost/server_error", "server_error"),
        ("cainiao/throttled", "throttled"),
        ("4px/server_error", "server_error"),
        ("delhivery/auth_in_a_success", "auth"),
        ("aramex/trouble_inside", "server_error"),
        ("17track/quota_in_a_success", "throttled"),
        ("chronopost/server_error_in_http_200", "server_error"),
        ("sf/auth", "auth"),
    ],
)
def test_an_error_inside_a_success_envelope_is_an_error(name, kind):
    code, _, stem = name.partition("/")

    assert pair(FIXTURES / code, stem).answer.status == 200
    assert {reading.problem.kind for reading in told(name)} == {kind}


@pytest.mark.parametrize(("code", "stem"), HTML)
def test_an_html_error_page_is_a_trouble_and_no_tracking(code, stem):
    readings = told(f"{code}/{stem}")

    assert readings
    assert all(reading.problem is not None for reading in readings)
    assert not any(reading.events for reading in readings)


@pytest.mark.parametrize("carrier", carriers().values(), ids=lambda c: c.code)
def test_an_html_page_under_http_200_is_a_bad_answer(carrier):
    page = b"<!DOCTYPE html><html><body><h1>Maintenance</h1></body></html>"

    readings = read(carrier, Answer(page, 200))

    assert [r.problem.kind for r in readings if r.problem] == ["bad_answer"]


@pytest.mark.parametrize(
    "name",
    [
        "ninjavan/returned_is_delivered_on_the_return_leg",
        "ninjavan/push_delivered_on_the_return_leg_is_returned",
        "thailandpost/returned_is_delivered_after_a_return",
    ],
)
def test_delivered_on_the_return_leg_is_returned(name):
    tracking = one(name)

    assert current(tracking.events).status == "returned"
    assert tracking.delivered_at is None


def test_ahamoves_completed_means_returned_where_the_stop_came_back():
    tracking = one("ahamove/returned")

    assert json.loads(pair(FIXTURES / "ahamove", "returned").answer.body)["status"] == (
        "COMPLETED"
    )
    assert (condition(tracking).status, tracking.delivered_at) == ("returned", None)


def test_ahamoves_completed_order_with_a_failed_stop_is_not_delivered():
    tracking = one("ahamove/exception_completed_order_with_a_failed_stop")

    assert condition(tracking).status == "exception"


@pytest.mark.parametrize(
    "name",
    [
        "ninjavan/at_a_pick_up_point_is_no_delivery",
        "cainiao/signed_by_a_pick_up_point_is_no_delivery",
        "dhl_ecommerce_us/delivered_to_a_pickup_point_is_not_delivered",
        "thailandpost/at_the_office_is_no_delivery",
        "sf/in_a_locker_is_no_delivery",
    ],
)
def test_delivered_to_a_pickup_point_waits_for_the_shopper(name):
    tracking = one(name)

    assert condition(tracking).status == "available_for_pickup"
    assert tracking.delivered_at is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ghn/push_fee_is_no_event", MoneyKind.FEE_CHANGED),
        ("ghn/delivered", MoneyKind.COD_COLLECTED),
        ("ghtk/push_settled_is_no_delivery_time", MoneyKind.COD_REMITTED),
        ("ghtk/return_settled", MoneyKind.RETURN_SETTLED),
        ("vnpost/push_cod_settled", MoneyKind.COD_REMITTED),
    ],
)
def test_a_money_event_is_a_fact_of_its_own(name, kind):
    assert [fact.kind for fact in one(name).money] == [kind]


@pytest.mark.parametrize(
    "name", ["ghtk/push_settled_is_no_delivery_time", "vnpost/push_cod_settled"]
)
def test_a_money_event_moves_no_parcel(name):
    before, settled = last("ghn/in_transit"), last(name)

    assert current([before, settled]).status == before.meaning.status
    assert current([settled]).status == "unknown"
    assert one(name).delivered_at is None


def test_ghtks_127_is_a_pickup_that_failed_as_a_status():
    assert last("ghtk/push_pickup_failed_127").meaning.sub == "pickup_failed_reported"


def test_ghtks_127_is_no_pickup_as_a_reason():
    scan = last("ghtk/push_put_off_reason_127")

    assert (scan.code, scan.meaning.status) == ("10", "attempt_failed")


def test_ghtks_123_is_a_reason_to_one_list_and_a_pickup_to_the_other():
    def put_off(body):
        body["reason_code"] = "123"

    picked = last("ghtk/push_picked_reported")
    late = last("ghtk/push_put_off_reason_127", put_off)

    assert (picked.code, picked.meaning.status) == ("123", "picked_up")
    assert late.meaning.cause == "consignee_not_available"


@pytest.mark.parametrize(
    "code", ["cainiao", "dhl_parcel_de", "jtexpress", "sf", "royal_mail"]
)
def test_several_parcels_in_one_answer_keep_their_own_scans(code):
    readings = told(f"{code}/several")

    numbers = [reading.number for reading in readings]
    assert len(readings) >= 3
    assert len(set(numbers)) == len(numbers)
    assert all(reading.events or reading.problem for reading in readings)


def test_two_parcels_of_one_number_in_one_answer_stay_two():
    first, second, _ = told("fedex/several")

    assert first.number == second.number
    assert {e.key for e in first.events}.isdisjoint(e.key for e in second.events)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            "shiprocket/delivered_to_is_a_city_and_activities_may_be_names", id="city"
        ),
        pytest.param("delhivery/delivered_to_a_relation_is_no_name", id="relation"),
        pytest.param(
            "jtexpress/brazilian_page_names_a_relation_no_signer", id="Portuguese"
        ),
        pytest.param("ontrac/delivered_signed_by_nobody", id="nobody"),
    ],
)
def test_a_signed_by_field_that_holds_a_city_or_a_relation_names_nobody(name):
    tracking = one(name)

    assert condition(tracking).status == "delivered"
    assert tracking.signed_by is None
