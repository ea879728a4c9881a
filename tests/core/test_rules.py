"""A brand's rules: read back as written, and refused by name where they are wrong."""

import re
from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_service.core.rules import DEFAULT, EVENTS, Quiet, WrongRules, document, read

HANOI = timezone(timedelta(hours=7))
CHANNELS = ["email", "sms_esms", "zalo_zns"]
moments = st.integers(0, 2_000_000).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
hours = st.times().map(lambda t: f"{t:%H:%M}")
documents = st.fixed_dictionaries(
    {},
    optional={
        "events": st.dictionaries(
            st.sampled_from(EVENTS),
            st.booleans() | st.lists(st.sampled_from(CHANNELS), min_size=1),
        ),
        "quiet_hours": st.none() | st.lists(hours, min_size=2, max_size=2, unique=True),
        "per_day": st.none() | st.integers(1, 50),
        "together_minutes": st.integers(0, 120),
        "voucher": st.none()
        | st.fixed_dictionaries(
            {"late_days": st.integers(1, 60)},
            optional={
                "kinds": st.lists(st.sampled_from(["probably_lost", "exception"])),
                "code": st.none() | st.just("SORRY10"),
                "warn_below": st.integers(0, 100),
            },
        ),
    },
)
rubbish = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_what_is_left_out_is_as_usual():
    assert read({}) == DEFAULT
    assert read({"per_day": 1}).events == DEFAULT.events


def test_usually_shoppers_hear_of_troubles_and_of_what_they_must_fetch():
    told = set(DEFAULT.events)

    assert {"late", "stalled", "moving_again", "available_for_pickup"} <= told
    assert not told & {"shipped", "out_for_delivery", "delivered", "at_risk"}


@given(documents)
def test_rules_are_read_back_as_they_were_written(told):
    made = read(told, channels=CHANNELS)

    assert read(document(made), channels=CHANNELS) == made


@given(
    rubbish
    | documents.flatmap(lambda d: st.dictionaries(st.text(), rubbish).map(d.__or__))
)
def test_rubbish_is_read_or_refused_and_nothing_else(told):
    try:
        made = read(told, channels=CHANNELS)
    except WrongRules:
        return

    assert read(document(made)) == made


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([], "the rules: a JSON object"),
        ({"quiet": None}, "'quiet' is no rule"),
        ({"events": {"lost": True}}, "events: 'lost' is no kind"),
        ({"events": {"late": []}}, "events.late is true, false or a list"),
        ({"events": {"late": ["fax"]}}, "events.late: 'fax' is no channel: email"),
        ({"quiet_hours": ["21:00"]}, "quiet_hours is null or two times"),
        ({"quiet_hours": ["9pm", "08:00"]}, "'9pm' is no time"),
        ({"quiet_hours": ["08:00", "08:00"]}, "begin and end at the same time"),
        ({"per_day": 0}, "per_day is at least 1"),
        ({"per_day": True}, "per_day is a whole number"),
        ({"together_minutes": 121}, "together_minutes is a whole number up to 120"),
    ],
)
def test_what_is_wrong_is_named(told, message):
    with pytest.raises(WrongRules, match=re.escape(message)):
        read(told, channels=CHANNELS)


@pytest.mark.parametrize(
    ("start", "until", "at", "holds"),
    [
        (21, 8, 20, False),
        (21, 8, 21, True),
        (21, 8, 3, True),
        (21, 8, 8, False),
        (12, 14, 13, True),
        (12, 14, 14, False),
    ],
)
def test_quiet_hours_may_go_over_midnight(start, until, at, holds):
    assert Quiet(time(start), time(until)).holds(time(at)) is holds


@given(documents, moments)
def test_when_the_quiet_hours_end_it_is_quiet_no_more(told, now):
    rules = read(told)

    wake = rules.wake(now, HANOI)

    assert wake is None or wake > now
    assert rules.wake(wake or now, HANOI) is None


@given(documents, moments)
def test_tomorrow_is_another_day_and_not_quiet(told, now):
    rules = read(told)

    then = rules.tomorrow(now, HANOI)

    assert then.astimezone(HANOI).date() > now.astimezone(HANOI).date()
    assert rules.wake(then, HANOI) is None


def test_the_night_of_a_changed_clock_ends_at_eight_all_the_same():
    berlin = ZoneInfo("Europe/Berlin")
    night = datetime(2026, 3, 28, 23, tzinfo=UTC)

    assert DEFAULT.wake(night, berlin) == datetime(2026, 3, 29, 6, tzinfo=UTC)
