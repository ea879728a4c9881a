from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tests.pages.parcels import (
    ICT,
    NOW,
    STATES,
    TODAY,
    day_window,
    hours,
    scan,
    shipment,
)

from track_service.core.status import Status
from track_service.core.tracking import Precision, Stamp, Window
from track_service.services.arrival import arrival
from track_service.services.scans import days
from track_service.templating.voice import Voice

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EN = Voice("en")


def timeline(*events):
    return days(shipment(events=events), EN, zone=ZONE, today=TODAY)


def expected(parcel, now=NOW, **more):
    return arrival(parcel, EN, now=now, zone=ZONE, carrier_label="GHN", **more)


def test_scans_are_grouped_by_day_newest_first():
    seen = timeline(
        scan(Status.PICKED_UP, day=20, at="18:40"),
        scan(Status.IN_TRANSIT, day=21, at="02:15"),
        scan(Status.IN_TRANSIT, day=22, at="05:31"),
        scan(Status.OUT_FOR_DELIVERY, day=22, at="08:05"),
    )

    assert [day.label for day in seen] == [
        "Today, 22 November",
        "Yesterday, 21 November",
        "Thursday 20 November",
    ]
    assert [s.time for s in seen[0].scans] == ["08:05", "05:31"]


def test_a_day_shows_no_hour():
    (day,) = timeline(scan(Status.IN_TRANSIT, precision=Precision.DAY, at="00:00"))

    assert day.scans[0].time is None
    assert day.scans[0].zone is None
    assert day.scans[0].machine == "2025-11-22"


def test_a_time_is_the_wall_clock_of_its_place_with_the_zone_if_it_is_another():
    here = scan(Status.IN_TRANSIT, at="09:14", offset=ICT)
    tokyo = scan(Status.IN_TRANSIT, at="09:14", offset=timedelta(hours=9))
    delhi = scan(Status.IN_TRANSIT, at="09:14", offset=timedelta(hours=5.5))
    lima = scan(Status.IN_TRANSIT, at="09:14", offset=timedelta(hours=-5))
    nowhere = scan(Status.IN_TRANSIT, at="09:14", offset=None)

    ((day),) = timeline(here, tokyo, delhi, lima, nowhere)

    assert {s.time for s in day.scans} == {"09:14"}
    marks = [s.zone for s in reversed(day.scans)]
    assert marks == [None, "UTC+9", "UTC+5:30", "UTC−5", None]


def test_a_time_without_offset_is_not_given_one():
    (day,) = timeline(scan(Status.IN_TRANSIT, at="09:14", offset=None))

    assert day.scans[0].machine == "2025-11-22T09:14:00"


def test_a_condition_without_any_time_has_its_own_group():
    timeless = replace(scan(Status.IN_TRANSIT), stamp=None)

    seen = timeline(timeless, scan(Status.OUT_FOR_DELIVERY))

    assert seen[-1].label == "Date not stated"
    assert seen[-1].machine is None


def test_the_order_of_what_happened_goes_before_the_calendar():
    tokyo = scan(Status.PICKED_UP, day=22, at="06:00", offset=timedelta(hours=9))
    la = scan(Status.IN_TRANSIT, day=21, at="14:00", offset=timedelta(hours=-8))

    assert [d.machine for d in timeline(tokyo, la)] == ["2025-11-21", "2025-11-22"]


def test_a_window_is_as_exact_as_it_was_stated():
    day, noon = date(2025, 11, 22), hours(22, 12, 12)
    from_noon = Window(noon.start, Stamp.day(day))
    by_noon = Window(Stamp.day(day), noon.until)

    def value(window):
        return expected(shipment(window=window), now=NOW - timedelta(hours=6)).value

    assert value(day_window(22)) == "Today, 22 November"
    assert value(hours(22, 14, 16)) == "Today, 22 November, 14:00–16:00"
    assert value(noon) == "Today, 22 November, 12:00"
    assert value(from_noon) == "Today, 22 November, from 12:00"
    assert value(by_noon) == "Today, 22 November, by 12:00"
    assert value(day_window(23)) == "Tomorrow, 23 November"
    assert value(hours(22, 14, 16, timedelta(hours=9))) == (
        "Today, 22 November, 14:00–16:00 UTC+9"
    )


def test_another_year_is_named():
    window = Window(Stamp.day(date(2026, 1, 2)), Stamp.day(date(2026, 1, 2)))

    assert expected(shipment(window=window)).value == "Friday 2 January 2026"


def test_a_window_that_has_passed_is_not_expected_any_more():
    morning = expected(shipment(window=hours(22, 9, 11)))
    whole_day = expected(shipment(window=day_window(22)))

    assert morning.label == "Was expected"
    assert whole_day.label == "Expected"


def test_a_late_parcel_whose_window_has_passed_has_no_date_any_more():
    parcel = shipment(window=day_window(20), promised_on=date(2025, 11, 20))
    seen = expected(parcel)

    assert (seen.label, seen.value) == ("Expected", "No new date yet")
    assert seen.note == "Later than promised (Thursday 20 November). We are sorry."


def test_an_hour_without_offset_passes_with_its_day_only():
    parcel = shipment(window=hours(22, 1, 2, offset=None))

    assert expected(parcel).label == "Expected"
    assert expected(parcel, now=NOW + timedelta(days=1)).label == "Was expected"


def test_later_than_promised_is_said_with_the_promise():
    sorry = "Later than promised (Thursday 20 November). We are sorry."

    late = expected(STATES["late"])

    assert (late.value, late.note, late.is_late) == ("No new date yet", sorry, True)


def test_a_date_after_the_promise_is_said_before_the_promise_is_broken():
    parcel = shipment(window=day_window(26))

    seen = expected(parcel)

    assert seen.value == "Wednesday 26 November"
    assert seen.note == "Later than promised (Monday 24 November). We are sorry."


def test_a_window_around_the_promise_is_only_a_maybe():
    seen = expected(shipment(window=day_window(24, 25)))

    assert seen.note == "It may come after the promised day, Monday 24 November."
    assert not seen.is_late


def test_a_promise_alone_is_called_a_promise():
    seen = expected(shipment())

    assert (seen.label, seen.value) == ("Promised for", "Monday 24 November")


def test_a_promise_is_not_repeated_beside_a_trouble():
    seen = expected(shipment(Status.EXCEPTION, "damaged"))

    assert (seen.value, seen.promised) == (None, "Monday 24 November")


def test_nothing_known_is_nothing_said():
    seen = expected(shipment(promised_on=None))

    assert (seen.label, seen.value, seen.note) == (None, None, None)


def test_a_parcel_that_is_lost_is_not_expected():
    assert expected(STATES["lost"]).value is None
    assert expected(STATES["returned"]).value is None


def test_a_delivery_tells_its_moment_and_how_late_it_was():
    on_time = expected(STATES["delivered"])
    late = expected(STATES["delivered_late"])
    stated = replace(STATES["delivered"], delivered_at=Stamp.day(date(2025, 11, 21)))

    assert (on_time.label, on_time.value) == ("Delivered", "Today, 22 November, 10:20")
    assert not on_time.is_late
    assert late.note == "That was 2 days later than promised. We are sorry."
    assert expected(stated).value == "Yesterday, 21 November"


def test_a_delivery_without_any_time_shows_none():
    seen = expected(shipment(Status.DELIVERED, events=()))

    assert seen.value is None
