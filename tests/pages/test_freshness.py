from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.pages.parcels import (
    NOW,
    OUT,
    ROAD,
    STATES,
    brand,
    hours,
    render_page,
    shipment,
)

from track_service.core.parcel import Item
from track_service.services.freshness import etag, fresh_until
from track_service.services.page import tracking_page

MIDNIGHT = datetime(2025, 11, 22, 17, 0, tzinfo=UTC)  # where the brand is


def page(parcel, now=NOW, **more):
    return tracking_page(parcel, now=now, carrier_label="GHN", **more)


def changed(**more):
    return etag(page(shipment(**more))) != etag(page(shipment()))


def test_the_same_parcel_has_the_same_etag():
    assert etag(page(shipment())) == etag(page(shipment()))


def test_an_etag_changes_with_whatever_is_shown():
    items = replace(shipment().order, items=(Item("Other"),))

    assert changed(events=(*ROAD, OUT))
    assert changed(window=hours(22, 14, 16))
    assert changed(order=items)
    assert changed(brand=brand(name="Other"))
    assert changed(brand=brand(theme={"primary": "#000000"}))
    assert changed(brand=brand(support_phone=None))
    assert changed(seen_at=NOW - timedelta(hours=3))
    assert changed(trouble="server_error", failures=3)


def test_an_etag_differs_by_language_and_by_blindness():
    tags = {
        etag(page(shipment())),
        etag(page(shipment(), language="vi")),
        etag(page(shipment(), blind=True)),
    }

    assert len(tags) == 3


def test_an_etag_does_not_change_with_what_is_not_shown():
    assert not changed(version=9, viewed_at=NOW, signed_by="Somebody")


def test_a_brands_midnight_ends_a_page():
    assert fresh_until(STATES["delivered"], NOW) == MIDNIGHT


def test_the_end_of_a_window_ends_a_page():
    parcel = shipment(seen_at=NOW, window=hours(22, 14, 16))
    until = datetime(2025, 11, 22, 9, 0, tzinfo=UTC)

    assert fresh_until(parcel, until - timedelta(minutes=1)) == until


@pytest.mark.parametrize(
    ("minutes", "next_minutes"), [(0, 15), (20, 60), (61, 120), (3000, 4320)]
)
def test_how_long_ago_ends_a_page_in_wide_steps(minutes, next_minutes):
    seen_at = NOW - timedelta(minutes=minutes)
    parcel = shipment(seen_at=seen_at)

    assert fresh_until(parcel, NOW) == min(
        MIDNIGHT, seen_at + timedelta(minutes=next_minutes)
    )


@pytest.mark.parametrize("name", STATES)
def test_no_sentence_changes_before_the_page_is_stale(name):
    parcel, now = STATES[name], NOW
    for _ in range(40):
        until = fresh_until(parcel, now)
        assert until > now

        last = until - timedelta(seconds=1)
        assert render_page(page(parcel, last)) == render_page(page(parcel, now))
        now = until


def test_something_does_change_when_the_page_is_stale():
    parcel = shipment(seen_at=NOW, window=hours(22, 14, 16))
    until = fresh_until(parcel, NOW)

    before = page(parcel, until - timedelta(seconds=1))
    assert etag(page(parcel, until)) != etag(before)
