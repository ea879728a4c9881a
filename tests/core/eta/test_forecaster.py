from datetime import date, timedelta

import pytest
from tests.core.eta.make import EVERY_DAY, HANOI, MONDAY, at, forecaster, run, trip

DAY = timedelta(days=1)


def spread(n):
    """Between 2 and 6 days, in no order."""
    return 2 + (n * 0.618) % 1 * 4


def days(forecast, start):
    """The point and the window, in days."""
    return [(t - start) / DAY for t in (forecast.start, forecast.eta, forecast.until)]


def test_a_shop_without_history_gets_the_carrier_s_word_and_an_honest_window():
    told = forecaster().predict(trip(promised=2, committed=3.0))

    start, eta, until = days(told, MONDAY)
    assert eta == pytest.approx(3, rel=0.02)
    assert start < 0.5 * eta
    assert until > 1.5 * eta
    assert 0.5 < told.p_late < 0.8
    assert str(told.why) == (
        "parcels like this take 2–5 days; this week they run as usual"
    )


def test_a_known_lane_s_window_is_the_spread_of_its_parcels():
    told = forecaster()
    end = run(told, spread, days=120)

    forecast = told.predict(trip(end, promised=5))

    start, eta, until = days(forecast, end)
    assert start == pytest.approx(2.2, abs=0.35)
    assert eta == pytest.approx(4, abs=0.4)
    assert until == pytest.approx(5.4, abs=0.4)
    assert forecast.p_late == pytest.approx(0.12, abs=0.08)  # 5.5 days are left
    assert forecast.why.known_by == "postal code"
    assert str(forecast.why).startswith("parcels like this take 3–5 days")


def test_windows_cover_what_they_say():
    told = forecaster()
    end = run(told, spread, days=120)
    inside = 0
    for n in range(400):
        began = end + n * DAY / 4
        forecast = told.depart(n, trip(began))
        came = began + spread(n + 7) * DAY
        inside += forecast.start <= came <= forecast.until
        told.seen("", began)

    assert 0.74 < inside / 400 < 0.88


def test_an_arrival_counts_when_its_window_is_over_as_a_miss_does():
    told = forecaster()
    window = told.depart("quick", trip(MONDAY))
    told.arrive("quick", window.start + DAY / 24)
    levels = []
    for day in (window.until - DAY, window.until + DAY):
        told.seen("", day)
        told.depart(day, trip(day))
        levels.append(told.dump()["levels"][1])

    before, after = levels
    assert before == 0.8
    assert after < before


def test_of_a_window_whose_end_nobody_saw_nothing_is_learnt():
    told = forecaster()
    window = told.depart("quick", trip(MONDAY), source="blind")
    told.seen("blind", window.start + DAY)
    told.arrive("quick", window.start + DAY / 24)
    told.depart("later", trip(window.until + DAY))

    assert told.dump()["levels"][1] == 0.8


def test_a_network_that_stands_still_shows_before_its_parcels_arrive():
    told = forecaster()
    end = run(told, spread, days=60, a_day=24)
    before = told.predict(trip(end))

    for n in range(24 * 7):  # parcels go out, and none arrives
        told.seen("", end + n * DAY / 24)
        told.depart(("stuck", n), trip(end + n * DAY / 24))
    later = end + 7 * DAY
    after = told.predict(trip(later))

    assert days(after, later)[1] > days(before, end)[1] + 0.3
    assert after.why.slower > 0.3


def test_a_source_that_we_cannot_see_is_no_standstill():
    told = forecaster()
    end = run(told, spread, days=100)
    before = told.predict(trip(end))

    for n in range(24):
        told.depart(("unseen", n), trip(end + n * DAY / 4), source="blind")
    later = end + 6 * DAY
    after = told.predict(trip(later))

    assert days(after, later)[1] == pytest.approx(days(before, end)[1], abs=0.15)


def test_what_did_not_arrive_so_far_arrives_later():
    told = forecaster()
    end = run(told, spread, days=120)
    parcel = trip(end, promised=5)

    at_start, on_its_way, overdue = (
        told.predict(parcel, now=end + n * DAY) for n in (0, 4, 20)
    )

    assert on_its_way.start > end + 4 * DAY
    assert at_start.eta < on_its_way.eta < overdue.eta
    assert at_start.p_late < on_its_way.p_late < overdue.p_late == 1
    assert overdue.start >= end + 20 * DAY


def test_a_promise_kept_or_not_is_a_matter_of_the_local_day():
    told = forecaster()
    end = run(told, lambda n: 3.0, days=100).replace(hour=12)

    tight, wide = (told.predict(trip(end, promised=n)) for n in (2, 4))

    assert tight.p_late > 0.85
    assert wide.p_late < 0.15


def test_a_holiday_moves_the_window():
    closed = tuple(date(2026, 6, n) for n in range(10, 15))
    calm, feast = forecaster(), forecaster(closed=closed)
    run(calm, spread, days=90)
    run(feast, spread, days=90)
    eve = at("2026-06-09T20:00")

    moved = feast.predict(trip(eve)).eta - calm.predict(trip(eve)).eta

    assert 3.5 * DAY < moved < 5.5 * DAY


def test_an_arrival_of_an_unknown_parcel_tells_nothing():
    told = forecaster()
    run(told, spread, days=60)
    other = forecaster()
    end = run(other, spread, days=60)

    told.arrive("nobody's", end)

    assert told.predict(trip(end)) == other.predict(trip(end))


def test_a_slow_lane_does_not_slow_another():
    told = forecaster(week=EVERY_DAY)
    end = run(told, lambda n: 1 + (n * 0.618) % 1, days=100, to=HANOI)
    run(told, lambda n: 8 + (n * 0.618) % 1, days=100, start=end)
    end += 100 * DAY

    near, far = told.predict(trip(end, to=HANOI)), told.predict(trip(end))

    assert near.eta < end + 3 * DAY < end + 6 * DAY < far.eta
