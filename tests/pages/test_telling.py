"""What the page says when nothing is plain: late, still, unseen, moved, handed over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.pages.parcels import (
    LABEL,
    LEFT,
    NOW,
    OUT,
    PICKED,
    ROAD,
    STATES,
    brand,
    day_window,
    hours,
    render_page,
    scan,
    shipment,
)

from track_service.core.status import Status
from track_service.core.tracking import Stamp, Window
from track_service.services.page import tracking_page
from track_service.store.history import Promised

GONE = date(2025, 11, 20)
NOTHING = "There is nothing you need to do."


def page(parcel, **more):
    return tracking_page(parcel, now=NOW, carrier_label="GHN", **more)


def promised(first, last=None, *, source="carrier", reason=None):
    return Promised(day_window(first, last), source, reason)


SHOP = Promised(Window(*[Stamp.day(date(2025, 11, 24))] * 2), "merchant")


def test_a_late_parcel_on_its_way_is_both():
    state = page(shipment(promised_on=GONE)).state

    assert state.headline == "Your parcel is late, but on the way."
    assert "Tre Việt is there for you" in state.what_next
    assert (state.tone, state.calm, state.ask) == ("attention", NOTHING, "brand")


def test_a_parcel_that_will_be_late_is_not_late_yet():
    state = page(shipment(window=day_window(26))).state

    assert state.headline == "Your parcel is on the way, but will be late."
    assert state.tone == "attention"


def test_a_late_parcel_that_was_never_handed_over_is_the_shops_to_explain():
    parcel = shipment(Status.INFO_RECEIVED, events=(LABEL,), promised_on=GONE)
    state = page(parcel).state

    assert state.headline == "Your parcel is late: GHN does not have it yet."
    assert state.ask == "brand"


def test_out_for_delivery_stays_good_news_though_late():
    state = page(
        shipment(Status.OUT_FOR_DELIVERY, events=(*ROAD, OUT), promised_on=GONE)
    ).state

    assert state.headline == "Your parcel is out for delivery."
    assert state.tone == "attention"


def test_a_parcel_that_stands_still_says_since_when():
    still = shipment(motion_state="stalled", events=(LABEL, PICKED, LEFT))

    assert page(still).state.headline == (
        "Your parcel has not moved since Thursday 20 November."
    )
    assert page(replace(still, promised_on=GONE)).state.headline == (
        "Your parcel is late and has not moved since Thursday 20 November."
    )
    assert page(still, language="vi").state.headline == (
        "Kiện hàng của bạn chưa di chuyển kể từ Thứ Năm, 20 tháng 11."
    )


def test_a_parcel_that_never_came_to_its_carrier_says_so():
    parcel = shipment(Status.INFO_RECEIVED, events=(LABEL,), motion_state="stalled")

    assert page(parcel).state.headline == "GHN has not received your parcel yet."


def test_a_trouble_says_more_than_a_delay():
    hurt = replace(STATES["exception"], promised_on=GONE, motion_state="stalled")

    assert page(hurt).state.headline == "Your parcel was damaged on the way."


def test_while_the_carrier_is_silent_nothing_is_called_late():
    unseen = shipment(promised_on=GONE, seen_at=NOW - timedelta(days=3))
    seen = page(unseen)

    assert seen.state.headline == "Your parcel is on the way."
    assert not seen.arrival.is_late
    assert seen.arrival.note == (
        "That day is over, and we have no news from GHN since."
    )


def test_a_date_that_moved_tells_from_when_and_why():
    shown = (SHOP, promised(24), promised(26, reason="delayed_weather"))
    parcel = shipment(window=day_window(26))

    assert page(parcel, shown=shown).arrival.note == (
        "First promised for Monday 24 November; now Wednesday 26 November,"
        " because of bad weather. We are sorry."
    )
    assert page(parcel, shown=shown, language="vi").arrival.note == (
        "Ban đầu hẹn Thứ Hai, 24 tháng 11; nay là Thứ Tư, 26 tháng 11,"
        " do thời tiết xấu. Chúng tôi xin lỗi bạn."
    )


def test_a_date_that_moved_without_a_word_says_that_too():
    shown = (SHOP, promised(26, 27, reason="arrived_at_facility"))

    assert page(shipment(window=day_window(26, 27)), shown=shown).arrival.note == (
        "First promised for Monday 24 November; now Wed 26 Nov – Thu 27 Nov."
        " GHN gives no reason. We are sorry."
    )


def test_the_condition_of_the_parcel_may_be_the_reason():
    parcel = shipment(Status.EXCEPTION, "misrouted", window=day_window(26))

    note = page(parcel, shown=(SHOP, promised(26))).arrival.note

    assert note.endswith(
        "now Wednesday 26 November, because it took a wrong turn. We are sorry."
    )


@pytest.mark.parametrize("promise", [None, date(2025, 11, 28)])
def test_without_a_broken_promise_the_carriers_first_date_is_the_measure(promise):
    late = Promised(day_window(28), "merchant")
    shown = (*([late] if promise else []), promised(23), promised(24))
    parcel = shipment(window=day_window(24), promised_on=promise)

    assert page(parcel, shown=shown).arrival.note == (
        "First expected Sunday 23 November; now Monday 24 November."
        " GHN gives no reason."
    )


def test_an_earlier_date_is_good_news():
    shown = (SHOP, promised(24), promised(23))

    assert page(shipment(window=day_window(23)), shown=shown).arrival.note == (
        "Earlier than first expected (Monday 24 November)."
    )


def test_an_hour_that_moved_within_its_day_did_not_move():
    shown = (SHOP, Promised(hours(23, 9, 12), "carrier"))

    assert page(shipment(window=hours(23, 14, 16)), shown=shown).arrival.note is None
    assert page(shipment(window=day_window(23)), shown=()).arrival.note is None


@pytest.mark.parametrize("name", ["lost", "returning", "returned", "cancelled"])
def test_a_parcel_that_will_not_come_is_promised_for_no_day(name):
    assert "Promised for" not in render_page(page(STATES[name]))


def test_a_delivery_tells_where_and_that_somebody_signed_but_not_who():
    seen = page(STATES["delivered"])
    unsigned = page(STATES["delivered_late"])

    assert seen.arrival.where == (
        "Signed for in TP. Hồ Chí Minh; by whom is not shown."
    )
    assert unsigned.arrival.where == "TP. Hồ Chí Minh"
    assert "Ngọc" not in render_page(seen)


def test_a_parcel_to_collect_tells_since_when_and_where():
    waits = page(STATES["available_for_pickup"]).arrival

    assert (waits.label, waits.value) == ("Ready since", "Today, 22 November, 10:20")
    assert waits.where == "TP. Hồ Chí Minh"


@pytest.mark.parametrize("name", STATES)
def test_a_page_says_what_to_do_or_that_there_is_nothing_to_do(name):
    state = page(STATES[name]).state

    awaited = state.tone not in {"done", "ended"} and state.status != "returning"
    assert bool(state.actions or state.calm) or not awaited
    assert not (state.actions and state.calm)


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("lost", "brand"),
        ("late", "brand"),
        ("delayed", "brand"),
        ("returning", "brand"),
        ("attempt_failed", "carrier"),
    ],
)
def test_help_is_one_touch_away_where_it_is_needed(name, ask):
    parcel = STATES[name]
    text = render_page(page(parcel, carrier_url="https://ghn.example/x"))
    friendless = replace(parcel, brand=brand(support_url=None, support_email=None))

    assert page(parcel).state.ask == ask
    href = {"brand": "https://help.treviet.example", "carrier": "https://ghn.example/x"}
    assert f'class="ask" href="{href[ask]}"' in text
    assert page(friendless).state.ask == ask


@pytest.mark.parametrize("name", ["in_transit", "delivered", "available_for_pickup"])
def test_where_all_is_well_nobody_need_be_asked(name):
    seen = page(STATES[name])

    assert seen.state.ask is None
    assert 'class="ask"' not in render_page(seen)


def test_a_long_history_is_folded_after_a_few_scans():
    events = [scan(Status.IN_TRANSIT, day=d, at=f"{h:02}:00") for d in range(12, 22) for h in (3, 9, 15)]  # fmt: skip
    long = page(shipment(events=events))
    short = page(shipment(events=events[:8]))

    assert sum(len(day.scans) for day in long.days) == 6
    assert sum(len(day.scans) for day in long.earlier) == 24
    assert short.earlier == ()
    assert render_page(long).count("<details>") == 1
    assert "<details>" not in render_page(short)
