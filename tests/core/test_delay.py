from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.core.make import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    bare,
    day_window,
    scan,
    shipment,
    stamp,
)

from track_service.core.calendar import after_working, earliest, end_of, latest
from track_service.core.delay import (
    Concern,
    ConcernKind,
    MotionState,
    PromiseState,
    judge,
)
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Stamp

S, P, K = Status, PromiseState, ConcernKind
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MOVING = scan(S.IN_TRANSIT, when=stamp(MONDAY))


def judged(*events, now, seen=True, **fields):
    """Judge a parcel promised for Wednesday; the carrier was seen at `now`."""
    defaults = {"promised_on": WEDNESDAY, "seen_at": now if seen else None}
    return judge(shipment(*events, **defaults | fields), now=now, zone=ZONE)


def concern(judgement, kind):
    return next((c for c in judgement.concerns if c.kind is kind), None)


def test_days_end_where_the_parcel_is_delivered():
    assert end_of(WEDNESDAY, ZONE) == at(THURSDAY, 0)
    assert earliest(bare(MONDAY, 9), ZONE) == at(MONDAY, 9)
    assert earliest(Stamp.day(MONDAY), ZONE) == at(MONDAY, 0)
    assert latest(Stamp.day(MONDAY), ZONE) == at(TUESDAY, 0)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        pytest.param(at(MONDAY, 9), 2, at(WEDNESDAY, 9), id="in the week"),
        pytest.param(at(FRIDAY, 9), 1, at(MONDAY + timedelta(7), 9), id="over the weekend"),
        pytest.param(at(SATURDAY, 9), 1, at(MONDAY + timedelta(8), 0), id="from the weekend"),
    ],
)  # fmt: skip
def test_weekends_are_no_working_time(start, days, end):
    assert after_working(start, timedelta(days=days), ZONE) == end


def test_without_a_promise_nothing_is_late():
    late_as_can_be = judged(MOVING, now=at(SUNDAY), promised_on=None)

    assert late_as_can_be.promise_state is P.NO_PROMISE
    assert {c.kind for c in late_as_can_be.concerns} == {K.STALLED}


def test_a_parcel_is_on_time_until_the_promised_day_is_over():
    judgement = judged(MOVING, now=at(WEDNESDAY, 23, 59))

    assert judgement.promise_state is P.ON_TIME
    assert judgement.concerns == ()
    assert judgement.look_again_at == at(THURSDAY, 0, 10)


def test_a_parcel_is_late_once_the_carrier_was_seen_after_the_promised_day():
    judgement = judged(MOVING, now=at(THURSDAY, 1))

    assert judgement.promise_state is P.LATE
    assert judgement.concerns == (
        Concern(K.LATE, "2026-03-04", at(THURSDAY, 0), "2026-03-04"),
    )


@pytest.mark.parametrize("seen_at", [None, at(WEDNESDAY, 20)])
def test_while_we_cannot_see_a_parcel_is_at_risk_and_never_late(seen_at):
    judgement = judged(MOVING, now=at(FRIDAY), seen_at=seen_at)

    assert judgement.promise_state is P.AT_RISK
    assert concern(judgement, K.LATE) is None


def test_the_promised_day_is_over_where_the_parcel_is_delivered():
    late = shipment(MOVING, promised_on=WEDNESDAY, seen_at=at(THURSDAY, 1))
    there = ZoneInfo("America/Denver")

    assert judge(late, now=at(THURSDAY, 1), zone=there).promise_state is P.ON_TIME


@pytest.mark.parametrize(
    ("delivered", "state"),
    [
        pytest.param(stamp(WEDNESDAY, 23, 59), P.KEPT, id="on the day"),
        pytest.param(stamp(THURSDAY, 0, 1), P.BROKEN, id="a minute after"),
        pytest.param(Stamp.day(WEDNESDAY), P.KEPT, id="that day"),
        pytest.param(bare(THURSDAY), P.BROKEN, id="a day later, zone not stated"),
    ],
)
def test_a_promise_is_kept_or_broken_by_the_local_day_of_delivery(delivered, state):
    judgement = judged(
        scan(S.DELIVERED, when=delivered), now=at(FRIDAY), delivered_at=delivered
    )

    assert judgement.promise_state is state
    assert judgement.concerns == ()
    assert judgement.look_again_at is None


@pytest.mark.parametrize(
    ("now", "before", "state"),
    [
        pytest.param(at(WEDNESDAY), "on_time", P.KEPT, id="surely in time"),
        pytest.param(at(FRIDAY), "late", P.BROKEN, id="it had been late"),
        pytest.param(at(FRIDAY), "on_time", P.ON_TIME, id="we cannot tell"),
    ],
)
def test_of_a_delivery_without_a_date_only_what_is_certain_is_said(now, before, state):
    undated = scan(S.DELIVERED, stamp=None)

    assert judged(undated, now=now, promise_state=before).promise_state is state


@pytest.mark.parametrize("end", [S.RETURNING, S.RETURNED, S.CANCELLED])
def test_for_a_parcel_that_will_not_come_no_promise_holds(end):
    judgement = judged(
        MOVING,
        scan(end, when=stamp(TUESDAY)),
        now=at(FRIDAY),
        window=day_window(SUNDAY),
    )

    assert judgement.promise_state is P.NO_PROMISE
    assert {c.kind for c in judgement.concerns} <= {K.RETURNING}


def test_a_lost_parcel_has_broken_its_promise_and_is_an_exception_alone():
    lost = scan(S.EXCEPTION, "lost", stamp(TUESDAY, 9))

    judgement = judged(MOVING, lost, now=at(FRIDAY), window=day_window(SUNDAY))

    assert judgement.promise_state is P.BROKEN
    assert judgement.concerns == (
        Concern(K.EXCEPTION, "lost:2026-03-03", at(TUESDAY, 9), "lost"),
    )
    assert judgement.look_again_at is None


def test_a_carriers_date_after_the_promise_is_a_delay_told_once():
    judgement = judged(MOVING, now=at(TUESDAY), window=day_window(THURSDAY))
    moved = judged(MOVING, now=at(WEDNESDAY), window=day_window(FRIDAY))

    assert judgement.promise_state is P.AT_RISK
    assert judgement.concerns == (
        Concern(K.DELAYED, "beyond:2026-03-04", at(TUESDAY), "2026-03-05"),
    )
    assert concern(moved, K.DELAYED).cause == "beyond:2026-03-04"


def test_a_carriers_date_within_the_promise_is_no_delay():
    judgement = judged(MOVING, now=at(TUESDAY), window=day_window(WEDNESDAY))

    assert (judgement.promise_state, judgement.concerns) == (P.ON_TIME, ())


def test_a_delay_scan_is_a_delay_until_the_parcel_moves_on():
    delay = scan(S.EXCEPTION, "delayed_weather", stamp(TUESDAY, 9))
    on = scan(S.IN_TRANSIT, when=stamp(TUESDAY, 15))

    judgement = judged(MOVING, delay, now=at(TUESDAY))

    assert judgement.promise_state is P.AT_RISK
    assert judgement.concerns == (
        Concern(
            K.DELAYED,
            "delayed_weather:2026-03-03",
            at(TUESDAY, 9),
            "delayed_weather",
        ),
    )
    assert judged(MOVING, delay, on, now=at(TUESDAY, 16)).concerns == ()


def test_an_exception_told_again_is_one_concern_and_another_is_another():
    held = scan(S.EXCEPTION, "held", stamp(MONDAY, 9))
    still = scan(S.EXCEPTION, "held", stamp(TUESDAY, 9))
    damaged = scan(S.EXCEPTION, "damaged", stamp(TUESDAY, 10))

    once = judged(held, now=at(MONDAY)).concerns
    assert [c.cause for c in once] == ["held:2026-03-02"]
    assert judged(held, still, now=at(TUESDAY)).concerns == once
    more = judged(held, still, damaged, now=at(TUESDAY)).concerns
    assert [c.cause for c in more] == ["damaged:2026-03-03"]


def test_a_scan_told_more_exactly_keeps_its_concern():
    vague = scan(S.EXCEPTION, "held", bare(MONDAY))
    exact = scan(S.EXCEPTION, "held", stamp(MONDAY))

    assert (
        judged(vague, now=at(TUESDAY)).concerns
        == judged(exact, now=at(TUESDAY)).concerns
        != ()
    )


def test_an_exception_without_a_scan_has_its_word_for_a_cause():
    judgement = judged(now=at(TUESDAY), meaning=Meaning(S.EXCEPTION))
    undated = judged(scan(S.EXCEPTION, "held", stamp=None), now=at(TUESDAY))
    stale = judged(MOVING, now=at(TUESDAY), meaning=Meaning(S.EXCEPTION, "held"))

    assert judgement.concerns[0].cause == "exception"
    assert undated.concerns[0] == Concern(
        K.ON_HOLD, "held", at(TUESDAY), "held", is_dated=False
    )
    assert stale.concerns[0].cause == "held"


FAILED = scan(S.ATTEMPT_FAILED, "recipient_unavailable", stamp(TUESDAY, 15))


def test_a_failed_attempt_stays_open_at_the_depot_and_closes_with_the_next():
    depot = scan(S.IN_TRANSIT, "at_delivery_depot", stamp(TUESDAY, 18))
    again = scan(S.OUT_FOR_DELIVERY, when=stamp(WEDNESDAY, 8))

    expected = Concern(
        K.ATTEMPT_FAILED,
        "attempt:2026-03-03",
        at(TUESDAY, 15),
        "recipient_unavailable",
    )
    assert judged(FAILED, now=at(TUESDAY, 16)).concerns == (expected,)
    assert judged(FAILED, depot, now=at(TUESDAY, 19)).concerns == (expected,)
    assert judged(FAILED, depot, again, now=at(WEDNESDAY)).concerns == ()
    back = scan(S.IN_TRANSIT, when=stamp(WEDNESDAY, 20))
    assert judged(FAILED, again, back, now=at(WEDNESDAY, 21)).concerns == ()


def test_a_new_date_answers_a_failed_attempt():
    agreed = scan(S.IN_TRANSIT, "delivery_rescheduled", stamp(TUESDAY, 18))

    assert judged(FAILED, agreed, now=at(TUESDAY, 19)).concerns == ()


def test_each_day_of_attempts_is_a_concern_of_its_own():
    second = scan(S.ATTEMPT_FAILED, "refused", stamp(TUESDAY, 17))
    next_day = scan(S.ATTEMPT_FAILED, "refused", stamp(WEDNESDAY, 17))

    assert [
        judged(FAILED, *more, now=at(WEDNESDAY, 18)).concerns[0].cause
        for more in ((), (second,), (second, next_day))
    ] == ["attempt:2026-03-03", "attempt:2026-03-03", "attempt:2026-03-04"]


def test_an_attempt_that_only_the_answer_states_is_told_as_well():
    judgement = judged(now=at(TUESDAY), meaning=Meaning(S.ATTEMPT_FAILED))

    assert concern(judgement, K.ATTEMPT_FAILED).cause == "attempt"


def test_a_parcel_in_transit_with_no_attempt_has_no_concern():
    label = scan(S.INFO_RECEIVED, when=stamp(MONDAY, 9))

    assert judged(label, MOVING, now=at(TUESDAY)).concerns == ()


def test_a_failed_attempt_puts_the_promise_at_risk_on_its_last_day():
    early = judged(FAILED, now=at(TUESDAY, 16))
    last = judged(FAILED, now=at(WEDNESDAY, 1))

    assert early.promise_state is P.ON_TIME
    assert early.look_again_at == at(WEDNESDAY, 0)
    assert last.promise_state is P.AT_RISK


def test_a_parcel_not_handed_over_is_at_risk_from_the_day_before():
    label = scan(S.INFO_RECEIVED, when=stamp(MONDAY))

    early = judged(label, now=at(MONDAY, 23))

    assert early.promise_state is P.ON_TIME
    assert early.look_again_at == at(TUESDAY, 0)
    assert judged(label, now=at(TUESDAY, 0)).promise_state is P.AT_RISK


def test_a_parcel_that_waits_to_be_collected_has_arrived():
    def ready(when):
        event = scan(S.AVAILABLE_FOR_PICKUP, when=when)
        return judged(event, now=at(SUNDAY), window=day_window(SUNDAY))

    assert ready(stamp(WEDNESDAY)).promise_state is P.ON_TIME
    assert ready(stamp(THURSDAY)).promise_state is P.LATE
    assert ready(stamp(THURSDAY)).concerns == ()
    assert ready(stamp(THURSDAY)).look_again_at == at(MONDAY + timedelta(7))


def test_ready_for_pickup_since_an_unknown_day_is_not_called_late():
    stated = judged(now=at(SUNDAY), meaning=Meaning(S.AVAILABLE_FOR_PICKUP))

    assert stated.promise_state is P.ON_TIME


@pytest.mark.parametrize(
    ("seen_at", "state"),
    [
        pytest.param(at(WEDNESDAY, 11), MotionState.MOVING, id="two days not full"),
        pytest.param(at(WEDNESDAY, 12), MotionState.QUIET, id="two days"),
        pytest.param(at(FRIDAY, 12), MotionState.STALLED, id="four days"),
        pytest.param(None, MotionState.MOVING, id="never seen"),
    ],
)
def test_silence_counts_as_far_as_we_have_seen(seen_at, state):
    assert judged(MOVING, now=at(SUNDAY), seen_at=seen_at).motion_state is state


def test_a_weekend_is_no_silence():
    friday = scan(S.IN_TRANSIT, when=stamp(FRIDAY))

    judgement = judged(friday, now=at(FRIDAY + timedelta(3), 12), promised_on=None)

    assert judgement.motion_state is MotionState.MOVING
    assert judgement.look_again_at == at(FRIDAY + timedelta(4), 12)


def test_a_parcel_not_handed_over_is_silent_since_it_should_have_been():
    label = scan(S.INFO_RECEIVED, when=stamp(MONDAY))
    due = {"promised_on": None, "shipped_on": TUESDAY}

    assert judged(label, now=at(THURSDAY), **due).motion_state is MotionState.MOVING
    assert judged(label, now=at(FRIDAY), **due).motion_state is MotionState.QUIET
    assert judged(now=at(THURSDAY), promised_on=None).motion_state is MotionState.QUIET


@pytest.mark.parametrize(
    "meaning",
    [
        Meaning(S.DELIVERED),
        Meaning(S.AVAILABLE_FOR_PICKUP),
        Meaning(S.EXCEPTION, "lost"),
    ],
)
def test_a_parcel_at_rest_is_never_stalled(meaning):
    event = replace(MOVING, meaning=meaning)

    assert judged(event, now=at(SUNDAY)).motion_state is MotionState.MOVING
