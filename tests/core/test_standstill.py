"""What is wrong because nothing happens, and what the table says of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.core.make import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    day_window,
    scan,
    shipment,
    stamp,
)

from track_service.core.alerts import ALERTS, NOT_SHIPPED, flag, rank
from track_service.core.blindness import endured
from track_service.core.delay import judge
from track_service.core.detail import Detail
from track_service.core.judgement import ConcernKind, PromiseState
from track_service.core.legs import Leg
from track_service.core.outlook import Outlook, follow
from track_service.core.severity import severity_of
from track_service.core.status import Status
from track_service.core.tracking import Stamp

S, K = Status, ConcernKind
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MOVING = scan(S.IN_TRANSIT, when=stamp(MONDAY))
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DOCS = Path(__file__).parents[2] / "docs" / "alerts.md"


def kinds(*events, now, seen_at=None, **fields):
    parcel = shipment(*events, seen_at=seen_at or now, **fields)
    return {c.kind for c in judge(parcel, now=now, zone=ZONE).concerns}


def outlook(**more):
    kept = {
        "leg": Leg.HANDED_OVER,
        "made_at": at(MONDAY),
        "quiet_at": at(TUESDAY),
        "stalled_at": at(WEDNESDAY),
    }
    return Outlook(**(kept | more))


@pytest.mark.parametrize(
    ("now", "found"),
    [
        pytest.param(at(FRIDAY, 11), set(), id="four working days not full"),
        pytest.param(at(FRIDAY, 12), {K.STALLED}, id="four working days"),
        pytest.param(at(MONDAY + 14 * DAY), {K.STALLED, K.PROBABLY_LOST}, id="weeks"),
    ],
)
def test_a_silence_on_the_road_is_a_standstill_and_then_a_loss(now, found):
    assert kinds(MOVING, now=now) == found


def test_what_was_learnt_of_the_lane_goes_before_the_rule():
    assert kinds(MOVING, now=at(WEDNESDAY, 11), outlook=outlook()) == set()
    assert kinds(MOVING, now=at(WEDNESDAY, 12), outlook=outlook()) == {K.STALLED}


def test_the_clock_of_a_standstill_stands_while_we_cannot_see():
    assert kinds(MOVING, now=at(MONDAY + 30 * DAY), seen_at=at(TUESDAY)) == set()


def test_time_in_which_we_were_blind_puts_a_standstill_and_a_loss_off():
    """Seen until Wednesday: of its four working days two are left after the answer."""
    back = at(MONDAY + 16 * DAY)  # a Wednesday
    blind = ((at(WEDNESDAY), back),)

    assert kinds(MOVING, now=back, blind=blind) == set()
    assert kinds(MOVING, now=back + 2 * DAY - HOUR, blind=blind) == set()
    assert kinds(MOVING, now=back + 2 * DAY, blind=blind) == {K.STALLED}
    lost = {K.STALLED, K.PROBABLY_LOST}
    assert kinds(MOVING, now=back + 12 * DAY - HOUR, blind=blind) == {K.STALLED}
    assert kinds(MOVING, now=back + 12 * DAY, blind=blind) == lost


def test_what_stood_still_before_we_went_blind_still_does():
    blind = ((at(FRIDAY), at(MONDAY + 7 * DAY)),)

    assert kinds(MOVING, now=blind[0][1], blind=blind) == {K.STALLED}


def test_what_is_blind_is_longer_than_a_day_and_a_half_and_ends_with_news():
    parcel = shipment(MOVING, seen_at=at(TUESDAY))
    long, short = at(THURSDAY, 1), at(THURSDAY, 0)

    assert endured(parcel, news=at(MONDAY), now=short) == ()
    stretch = (at(TUESDAY), long)
    assert endured(parcel, news=at(MONDAY), now=long) == (stretch,)
    assert endured(parcel, news=long, now=long) == ()
    later = replace(parcel, seen_at=long, blind=(stretch,))
    assert endured(later, news=at(MONDAY), now=at(FRIDAY)) == (stretch,)


@pytest.mark.parametrize("sub", ["lost", "disposed", "compensated"])
def test_what_will_not_come_stands_still_no_more_nor_is_it_late(sub):
    end = scan(S.EXCEPTION, sub, stamp(TUESDAY))

    late = at(MONDAY + 30 * DAY)
    assert kinds(MOVING, end, now=late, promised_on=WEDNESDAY) == {K.EXCEPTION}


def test_a_new_scan_ends_a_standstill():
    on = scan(S.IN_TRANSIT, "arrived_at_facility", stamp(FRIDAY, 13))

    assert kinds(MOVING, on, now=at(FRIDAY, 14)) == set()


def test_a_label_that_nobody_collects_is_no_standstill_on_the_road():
    label = scan(S.INFO_RECEIVED, "label_created", stamp(MONDAY))

    assert kinds(label, now=at(FRIDAY, 12)) == {K.NOT_COLLECTED}


def test_what_waits_at_a_counter_for_two_working_days_is_remembered():
    ready = scan(S.AVAILABLE_FOR_PICKUP, "ready", stamp(MONDAY))
    collected = scan(S.DELIVERED, "collected_by_customer", stamp(WEDNESDAY, 13))

    assert kinds(ready, now=at(WEDNESDAY, 11)) == set()
    assert kinds(ready, now=at(WEDNESDAY, 12)) == {K.PICKUP_WAITING}
    assert kinds(ready, collected, now=at(WEDNESDAY, 14)) == set()


def test_a_last_day_is_told_of_by_the_morning_before_it():
    ready = scan(S.AVAILABLE_FOR_PICKUP, "ready", stamp(MONDAY))
    until = Detail(collect_by=WEDNESDAY)
    gone = Detail(collect_by=MONDAY)

    assert kinds(ready, now=at(MONDAY, 23), detail=until) == set()
    assert kinds(ready, now=at(TUESDAY, 0), detail=until) == {K.PICKUP_WAITING}
    assert kinds(ready, now=at(MONDAY, 13), detail=gone) == {K.PICKUP_WAITING}


@pytest.mark.parametrize("sub", ["held_for_payment", "delayed_customs", "bad_address"])
def test_what_somebody_must_clear_is_on_hold_until_it_moves_on(sub):
    held = scan(S.EXCEPTION, sub, stamp(TUESDAY))
    on = scan(S.IN_TRANSIT, "customs_released", stamp(TUESDAY, 15))

    assert kinds(MOVING, held, now=at(TUESDAY, 13)) == {K.ON_HOLD}
    assert kinds(MOVING, held, on, now=at(TUESDAY, 16)) == set()


def test_a_return_is_open_until_it_is_back():
    back = scan(S.RETURNING, "to_sender", stamp(TUESDAY))
    there = scan(S.RETURNED, "to_sender", stamp(WEDNESDAY))

    on = scan(S.RETURNING, "in_transit", stamp(WEDNESDAY, 1))

    def returning(*events, now):
        parcel = shipment(MOVING, *events, seen_at=now)
        return judge(parcel, now=now, zone=ZONE).concerns

    first = returning(back, now=at(TUESDAY, 13))
    assert [(c.kind, c.cause) for c in first] == [(K.RETURNING, f"returning:{TUESDAY}")]
    assert returning(back, on, now=at(WEDNESDAY, 2))[0].cause == first[0].cause
    assert kinds(MOVING, back, there, now=at(WEDNESDAY, 13)) == set()


def test_a_parcel_foreseen_to_be_late_is_at_risk_once_and_not_beside_a_delay():
    risky = outlook(risky=True, p_late=0.7, stalled_at=at(FRIDAY))
    fields = {"promised_on": WEDNESDAY, "outlook": risky}
    parcel = shipment(MOVING, seen_at=at(TUESDAY), **fields)

    judgement = judge(parcel, now=at(TUESDAY), zone=ZONE)

    assert judgement.promise_state is PromiseState.AT_RISK
    assert [(c.kind, c.cause) for c in judgement.concerns] == [
        (K.AT_RISK, WEDNESDAY.isoformat())
    ]
    beyond = {**fields, "window": day_window(FRIDAY)}
    assert kinds(MOVING, now=at(TUESDAY), **beyond) == {K.DELAYED}


def test_the_risk_follows_the_chance_with_a_margin():
    def after(p_late, before, **more):
        new = outlook(p_late=p_late, known_by=more.get("known_by", "carrier"))
        return follow(new, before, today=MONDAY)

    first = after(0.59, None)
    risky = after(0.6, first)
    still = after(0.41, risky)

    assert [x.risky for x in (first, risky, still)] == [False, True, True]
    assert not after(0.39, still).risky
    assert not after(0.99, None, known_by=None).risky


def test_a_window_is_held_to_while_the_likeliest_day_lies_in_it():
    def days(first, last, on, **more):
        window = replace(day_window(first), until=Stamp.day(last))
        return outlook(window=window, on=on, **more)

    before = days(TUESDAY, WEDNESDAY, TUESDAY)
    wobble = follow(days(WEDNESDAY, FRIDAY, WEDNESDAY), before, today=MONDAY)
    later = follow(days(FRIDAY, FRIDAY, FRIDAY), before, today=MONDAY)
    slow = follow(days(FRIDAY, FRIDAY, FRIDAY, slower=1.5), before, today=MONDAY)
    out = follow(days(MONDAY, TUESDAY, MONDAY, leg=Leg.OUT), before, today=MONDAY)

    assert (wobble.window, wobble.reason) == (before.window, None)
    assert (later.window.start.local.date(), later.reason) == (FRIDAY, "silence")
    assert slow.reason == "slower"
    assert out.reason == "out"


def test_the_table_holds_every_alert_once():
    assert sorted(a.kind for a in ALERTS) == sorted([*K, NOT_SHIPPED])
    assert all(alert.severity is severity_of(alert.kind) for alert in ALERTS)


def test_an_order_is_flagged_with_its_most_urgent_alert():
    assert flag([]) is None
    assert flag([K.LATE, K.ON_HOLD, K.AT_RISK]).kind == K.ON_HOLD
    assert rank(K.PROBABLY_LOST) == 0


def test_the_page_of_alerts_shows_the_table():
    told = " ".join(DOCS.read_text(encoding="utf-8").split())

    for alert in ALERTS:
        who = [name for name in ("shopper", "ops") if getattr(alert, name)]
        row = (
            f"| `{alert.kind}` | {alert.label} | {alert.severity.name.lower()} |"
            f" {' and '.join(who)} | {alert.opens} | {alert.clears} |"
        )
        assert row in told
