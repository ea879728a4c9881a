from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pages.parcels import NOW, brand, order, scan

from track_service.core.moderation import (
    Reason,
    State,
    fault,
    initials,
    judge,
)
from track_service.core.parcel import Shipment
from track_service.core.reviews import (
    Asking,
    Past,
    Question,
    delivered_at,
    is_late,
    is_unhappy,
    may_rate,
    next_due,
    question,
    region,
)
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Stamp

DAY = timedelta(days=1)


def came(*scans, **more):
    last = scan(Status.DELIVERED, day=21, at="10:00", city="Huế")
    kept = {
        "id": 1,
        "public_id": "shp_1",
        "token": "t",
        "brand": brand(),
        "order": order(),
        "carrier": "ghn",
        "number": "N1",
        "created_at": NOW - 5 * DAY,
        "meaning": Meaning(Status.DELIVERED),
        "events": (*scans, last),
        "delivered_at": last.stamp,
    }
    return Shipment(**(kept | more))


def asked(parcel, past=Past(), now=NOW):  # noqa: B008 - a frozen value
    return question(parcel, past, now=now, zone=UTC)


def test_after_a_good_delivery_products_are_asked_for():
    assert asked(came()) is Question.REVIEW
    assert asked(came(promised_on=date(2025, 11, 21))) is Question.REVIEW


@pytest.mark.parametrize("sub", ["lost", "damaged"])
def test_after_a_mishap_it_is_first_asked_whether_it_is_right(sub):
    parcel = came(scan(Status.EXCEPTION, sub, day=20))

    assert asked(parcel) is Question.RECOVERY
    assert asked(parcel, Past(is_right=False)) is None
    assert asked(parcel, Past(is_right=True)) is Question.REVIEW


def test_a_late_parcel_may_be_rated_but_its_products_are_asked_for_later():
    late = came(promised_on=date(2025, 11, 20))

    assert may_rate(late, Past(), now=NOW, zone=UTC)
    assert is_late(late, now=NOW, zone=UTC) is True
    assert is_late(came(), now=NOW, zone=UTC) is None
    assert asked(late) is Question.RECOVERY


def test_while_a_case_is_open_nothing_is_asked_and_after_it_whether_it_is_right():
    assert asked(came(), Past(has_case=True)) is None
    assert not may_rate(came(), Past(has_case=True), now=NOW, zone=UTC)
    assert asked(came(), Past(had_case=True)) is Question.RECOVERY


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.DELIVERED])
def test_nothing_is_asked_before_a_parcel_has_come(status):
    assert asked(came(meaning=Meaning(status))) is None


def test_nothing_is_asked_of_old_imported_and_erased_parcels():
    assert asked(came(), now=NOW + 61 * DAY) is None
    assert asked(came(quiet=True)) is None
    assert asked(came(erased_at=NOW)) is None


def test_a_gift_is_reviewed_by_nobody():
    gift = came(order=replace(order(), is_gift=True))

    assert may_rate(gift, Past(), now=NOW, zone=UTC)
    assert asked(gift) is None


def test_the_longest_use_time_of_an_order_counts():
    asking = Asking(use_days=7, of_category={"tea": 14, "socks": 3})

    assert asking.use_time(["Socks"]) == 3 * DAY
    assert asking.use_time(["socks", "Tea", None]) == 14 * DAY
    assert asking.use_time([]) == 7 * DAY


def test_a_day_without_an_hour_is_over_before_use_begins():
    parcel = came(delivered_at=Stamp.day(date(2025, 11, 20)))

    assert delivered_at(parcel, zone=UTC).date() == date(2025, 11, 21)


def test_one_reminder_and_no_more():
    assert next_due(NOW, 1) == NOW + 7 * DAY
    assert next_due(NOW, 2) is None


@pytest.mark.parametrize(
    ("answers", "unhappy"),
    [
        ((2, None, None), True),
        ((3, 7, True), False),
        ((5, 6, None), True),
        ((None, None, False), True),
        ((None, None, None), False),
    ],
)
def test_few_stars_few_points_or_no_mending_call_for_a_human(answers, unhappy):
    assert is_unhappy(*answers) is unhappy


def test_the_last_scan_that_names_a_region_tells_it():
    assert region(came().events) == "Huế"
    assert region(()) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Great tea, see https://spam.example/x", Reason.LINK),
        ("cheap at my-shop.com", Reason.LINK),
        ("write me: a@b.example", Reason.CONTACT),
        ("call 0912 345 678", Reason.CONTACT),
        ("this is shit", Reason.PROFANITY),
        ("this is sh1t", Reason.PROFANITY),
        ("Hàng như cặc", Reason.PROFANITY),
        ("đồ  óc chó", Reason.PROFANITY),
        ("una mierda", Reason.PROFANITY),
        ("So eine Scheiße!", Reason.PROFANITY),
        ("c'est de la merde", Reason.PROFANITY),
        ("aaaaaaaaaaaaaaa", Reason.SPAM),
        ("THE WORST THING I HAVE EVER BOUGHT", Reason.SHOUTING),
        ("We love Scunthorpe and Essex.", None),
        ("Trà thơm, gói kỹ. Lon thiếc đẹp.", None),
        ("El té es bueno.es para mi madre", None),
        ("Sehr gut", None),
        ("Giữ nóng 12 tiếng, giá 250.000 đ", None),
    ],
)
def test_spam_and_insults_are_found_and_honest_words_are_not(text, reason):
    assert fault(text) is reason


def test_a_review_waits_for_a_human_unless_there_is_nothing_to_look_at():
    assert judge("Good", None, consents=True) == (State.PENDING, None)
    assert judge(None, None, consents=True) == (State.PUBLISHED, None)
    assert judge("Good", None, consents=False) == (State.REJECTED, Reason.NO_CONSENT)
    assert judge("Good", "Fuck you", consents=True)[1] is Reason.PROFANITY


@given(st.text(max_size=300), st.text(max_size=60), st.booleans())
def test_no_text_breaks_moderation_and_none_is_published_unseen(text, name, consents):
    state, _ = judge(text or None, name or None, consents=consents)

    if text or name:
        assert state is not State.PUBLISHED


@given(st.text(max_size=60))
def test_initials_are_at_most_two_letters(name):
    found = initials(name)

    assert found is None or 2 <= len(found) <= 9
    assert initials("Mai Thi Example") == "M. E."
