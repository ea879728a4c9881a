from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from tests.services.backtests.past import past, workdays

from track_service.services.backtests.eta import LOOKS, try_out

DAY = timedelta(days=1)
HISTORY = [past(n) for n in range(240)]
TEST = [past(n) for n in range(240, 420)]
NOW = TEST[90].trip.start


def told(history, test):
    """What is said of the parcels that are handed over by `NOW`, by their name."""
    return {
        each.past.shipment_id: (each.forecast, each.told)
        for each in try_out(history, test, workdays=workdays)
        if each.past.trip.start <= NOW
    }


def delivered_later(parcel):
    return parcel.delivered_at is None or parcel.delivered_at >= NOW


def altered(parcels, change):
    return [change(p) if delivered_later(p) else p for p in parcels]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda p: replace(p, delivered_at=None), id="never"),
        pytest.param(
            lambda p: replace(p, delivered_at=NOW), id="all at once, just now"
        ),
        pytest.param(
            lambda p: replace(p, delivered_at=NOW + 400 * DAY), id="very late"
        ),
    ],
)
def test_what_happens_afterwards_changes_no_forecast(change):
    known = told(HISTORY, TEST)

    assert len(known) == 91
    assert told(altered(HISTORY, change), altered(TEST, change)) == known


def test_shuffled_outcomes_of_the_future_change_no_forecast():
    later = [p for p in TEST if p.trip.start < NOW and delivered_later(p)]
    outcomes = [p.delivered_at for p in later]
    Random(1).shuffle(outcomes)  # noqa: S311 - to repeat, not to hide
    shuffled = {
        p.shipment_id: o for p, o in zip(later, outcomes, strict=True) if o >= NOW
    }
    assert len(shuffled) > 5

    def change(parcel):
        came = shuffled.get(parcel.shipment_id, parcel.delivered_at)
        return replace(parcel, delivered_at=came)

    assert told(HISTORY, [change(p) for p in TEST]) == told(HISTORY, TEST)


def test_parcels_handed_over_later_change_no_forecast():
    sent = [p for p in TEST if p.trip.start <= NOW]

    assert told(HISTORY, sent) == told(HISTORY, TEST)


def test_what_happened_before_does_change_them():
    slower = [
        replace(p, delivered_at=p.delivered_at + DAY) if not delivered_later(p) else p
        for p in TEST
    ]

    assert told(HISTORY, slower) != told(HISTORY, TEST)


def test_who_is_still_under_way_is_forecast_anew_by_what_is_known_then():
    tried = {e.past.shipment_id: e for e in try_out(HISTORY, TEST, workdays=workdays)}

    for each in tried.values():
        start, came = each.past.trip.start, each.past.delivered_at
        assert each.later.keys() == {n for n in LOOKS if came >= start + n * DAY}
        for days, later in each.later.items():
            assert later.start >= start + days * DAY
            assert later.until > each.forecast.start
    cut = [p for p in TEST if p.trip.start < NOW]
    after = {
        e.past.shipment_id: e.later
        for e in try_out(HISTORY, altered(cut, never), workdays=workdays)
    }
    for name, later in after.items():
        start = tried[name].past.trip.start
        by_now = {n: made for n, made in later.items() if start + n * DAY <= NOW}
        assert by_now.items() <= tried[name].later.items()


def never(parcel):
    return replace(parcel, delivered_at=None)


def test_forecasts_come_in_the_order_of_rows_which_changes_none():
    mixed = TEST[:]
    Random(2).shuffle(mixed)  # noqa: S311 - to repeat, not to hide

    tried = try_out(HISTORY, mixed, workdays=workdays)

    assert [each.past for each in tried] == mixed
    straight = {e.past: e.forecast for e in try_out(HISTORY, TEST, workdays=workdays)}
    assert {each.past: each.forecast for each in tried} == straight


def test_parcels_left_open_at_the_end_of_the_history_are_no_standstill():
    cut = TEST[0].trip.start
    blind = [
        p if p.delivered_at < cut else replace(p, delivered_at=None) for p in HISTORY
    ]
    assert sum(p.delivered_at is None for p in blind) > 10

    full, cut_off = (
        try_out(history, TEST, workdays=workdays)[-1].forecast
        for history in (HISTORY, blind)
    )

    assert abs(full.eta - cut_off.eta) < 0.15 * DAY


def test_a_parcel_without_hand_over_is_forecast_and_teaches_nothing():
    unsent = replace(TEST[3], is_shipped=False, delivered_at=TEST[3].trip.start)

    tried = try_out(HISTORY, [*TEST[:3], unsent, *TEST[4:]], workdays=workdays)

    assert tried[3].forecast.eta > unsent.trip.start
    left_out = try_out(HISTORY, [*TEST[:3], *TEST[4:]], workdays=workdays)
    assert tried[40].forecast == left_out[39].forecast


def test_without_any_history_there_is_a_forecast_and_no_rule_but_the_promise():
    (only,) = try_out([], [past(0)], workdays=workdays)

    assert set(only.told) == {"promise date"}
    assert only.forecast.start < only.forecast.eta < only.forecast.until
