"""What a history comes to: the rules of core.journey, seen through timeline.current."""

import random

import pytest
from tests.core.make import MONDAY, TUESDAY, bare, life, scan, stamp, told

from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import (
    condition,
    current,
    delivered_stamp,
    in_order,
    opened_by,
)
from track_service.core.tracking import Stamp

S = Status

LIVES = [
    pytest.param([], S.UNKNOWN, None, id="nothing known"),
    pytest.param([S.UNKNOWN], S.UNKNOWN, None, id="an unknown code moves nothing"),
    pytest.param([S.IN_TRANSIT, S.UNKNOWN], S.IN_TRANSIT, None, id="nor later"),
    pytest.param([S.DELIVERED, S.IN_TRANSIT], S.DELIVERED, None, id="late in-transit"),
    pytest.param([S.DELIVERED, S.EXCEPTION], S.DELIVERED, None, id="late exception"),
    pytest.param([S.DELIVERED, S.RETURNING], S.RETURNING, None, id="return after all"),
    pytest.param([S.DELIVERED, S.RETURNED], S.RETURNED, None, id="returned after all"),
    pytest.param([S.RETURNED, S.DELIVERED], S.RETURNED, "to_sender", id="returned stays"),
    pytest.param([S.RETURNED, (S.RETURNED, "to_sender")], S.RETURNED, "to_sender", id="returned, in full"),
    pytest.param([S.IN_TRANSIT, S.INFO_RECEIVED], S.IN_TRANSIT, None, id="late label"),
    pytest.param([S.INFO_RECEIVED, S.PENDING], S.INFO_RECEIVED, None, id="pending says less"),
    pytest.param([S.PENDING, (S.PENDING, "no_info")], S.PENDING, "no_info", id="pending still"),
    pytest.param([S.OUT_FOR_DELIVERY, S.PICKED_UP], S.OUT_FOR_DELIVERY, None, id="late pick-up"),
    pytest.param([S.PICKED_UP, (S.PICKED_UP, "accepted")], S.PICKED_UP, "accepted", id="pick-up, in full"),
    pytest.param([(S.EXCEPTION, "pickup_missed"), S.PICKED_UP], S.PICKED_UP, None, id="collected next day"),
    pytest.param([S.CANCELLED, S.PICKED_UP], S.PICKED_UP, None, id="a scan revives a cancelled parcel"),
    pytest.param([S.CANCELLED, S.INFO_RECEIVED], S.CANCELLED, None, id="a label does not"),
    pytest.param([S.CANCELLED, S.EXPIRED], S.CANCELLED, None, id="nor silence"),
    pytest.param([S.IN_TRANSIT, S.EXPIRED], S.EXPIRED, None, id="expired"),
    pytest.param([S.EXPIRED, S.DELIVERED], S.DELIVERED, None, id="a scan revives an expired one"),
    pytest.param([S.DELIVERED, S.EXPIRED], S.DELIVERED, None, id="delivered never expires"),
    pytest.param([(S.EXCEPTION, "lost"), S.EXPIRED], S.EXCEPTION, "lost", id="lost stays lost"),
    pytest.param([(S.EXCEPTION, "lost"), (S.EXCEPTION, "delayed")], S.EXCEPTION, "lost", id="whatever is said"),
    pytest.param([(S.EXCEPTION, "lost"), (S.EXCEPTION, "disposed")], S.EXCEPTION, "disposed", id="or worse"),
    pytest.param([(S.EXCEPTION, "lost"), S.IN_TRANSIT], S.IN_TRANSIT, None, id="found again"),
    pytest.param([(S.EXCEPTION, "held"), S.IN_TRANSIT], S.IN_TRANSIT, None, id="moves on"),
    pytest.param([S.ATTEMPT_FAILED, S.OUT_FOR_DELIVERY], S.OUT_FOR_DELIVERY, None, id="tried again"),
    # the way back
    pytest.param([S.RETURNING, S.IN_TRANSIT], S.RETURNING, "in_transit", id="moving home"),
    pytest.param([S.RETURNING, S.OUT_FOR_DELIVERY], S.RETURNING, "out_for_return", id="out to the shop"),
    pytest.param([S.RETURNING, S.DELIVERED], S.RETURNED, "to_sender", id="delivered to the shop"),
    pytest.param([S.RETURNING, (S.DELIVERED, "signed")], S.RETURNED, "to_sender", id="signed by the shop"),
    pytest.param([S.RETURNING, (S.EXCEPTION, "held"), S.DELIVERED], S.RETURNED, "to_sender", id="held on the way home"),
    pytest.param([S.RETURNING, S.INFO_RECEIVED], S.RETURNING, None, id="label of the return"),
    pytest.param([(S.RETURNING, "awaiting_approval"), S.OUT_FOR_DELIVERY, S.DELIVERED], S.DELIVERED, None, id="return called off"),
    pytest.param([(S.RETURNING, "awaiting_approval"), S.DELIVERED], S.DELIVERED, None, id="return never approved"),
    pytest.param([S.RETURNING, (S.OUT_FOR_DELIVERY, "redelivery"), S.DELIVERED], S.DELIVERED, None, id="second try after all"),
    pytest.param([S.RETURNING, (S.DELIVERED, "collected_by_customer")], S.DELIVERED, "collected_by_customer", id="shopper came in time"),
    # the courier's word
    pytest.param([(S.DELIVERED, "courier_reported"), S.ATTEMPT_FAILED], S.ATTEMPT_FAILED, None, id="the courier was wrong"),
    pytest.param([(S.DELIVERED, "courier_reported"), S.IN_TRANSIT], S.DELIVERED, "courier_reported", id="late scan"),
    pytest.param([(S.DELIVERED, "signed"), (S.DELIVERED, "courier_reported")], S.DELIVERED, "signed", id="told late"),
    # money
    pytest.param([(S.DELIVERED, "signed"), (S.DELIVERED, "cod_settled")], S.DELIVERED, "signed", id="settled later"),
    pytest.param([S.RETURNING, (S.DELIVERED, "cod_settled")], S.RETURNING, None, id="settled, going back"),
    pytest.param([S.RETURNED, (S.DELIVERED, "cod_settled")], S.RETURNED, None, id="settled, back"),
    pytest.param([(S.EXCEPTION, "lost"), (S.DELIVERED, "cod_settled")], S.EXCEPTION, "lost", id="settled, lost"),
    pytest.param([S.OUT_FOR_DELIVERY, (S.DELIVERED, "cod_settled")], S.OUT_FOR_DELIVERY, None, id="settled, delivery unheard of"),
    pytest.param([S.RETURNING, (S.RETURNED, "settled")], S.RETURNING, None, id="return settled"),
    pytest.param([S.DELIVERED, (S.RETURNED, "settled")], S.DELIVERED, None, id="settled after delivery"),
    pytest.param([(S.EXCEPTION, "damaged"), (S.EXCEPTION, "compensated")], S.EXCEPTION, "damaged", id="paid for damage"),
]  # fmt: skip


@pytest.mark.parametrize(("meanings", "status", "sub"), LIVES)
def test_a_history_comes_to(meanings, status, sub):
    events = life(*meanings)
    shuffled = random.Random(3).sample(events, len(events))  # noqa: S311

    assert current(events) == Meaning(status, sub)
    assert current(shuffled) == Meaning(status, sub)


def test_scans_of_one_minute_follow_the_usual_life():
    out, failed = scan(S.OUT_FOR_DELIVERY), scan(S.ATTEMPT_FAILED)

    assert current([failed, out]).status is S.ATTEMPT_FAILED
    assert current([out, failed]).status is S.ATTEMPT_FAILED


def test_zone_less_scans_are_placed_by_the_offset_that_others_state():
    picked = scan(S.PICKED_UP, when=stamp(MONDAY, 10))
    moving = scan(S.IN_TRANSIT, when=bare(MONDAY, 11))
    out = scan(S.OUT_FOR_DELIVERY, when=stamp(MONDAY, 12))

    assert in_order([moving, out, picked]) == [picked, moving, out]


def test_a_scan_without_time_comes_first_and_a_scan_twice_told_in_fixed_order():
    undated = scan(S.IN_TRANSIT, stamp=None)
    one = scan(S.DELIVERED, description="Delivered")
    other = scan(S.DELIVERED, description="Zugestellt")

    assert in_order([other, one, undated]) == [undated, one, other]
    assert in_order([one, undated, other]) == [undated, one, other]


def test_what_the_answer_states_counts_only_without_scans():
    stated = Meaning(S.DELIVERED)

    assert condition(told(stated=stated)) == stated
    assert condition(told(scan(S.IN_TRANSIT), stated=stated)).status is S.IN_TRANSIT
    assert condition(told()) == UNKNOWN


def test_the_present_condition_is_opened_by_its_first_scan():
    held = S.EXCEPTION, "held"
    events = life(held, S.IN_TRANSIT, held, held, S.UNKNOWN)

    assert opened_by(events) == events[2]
    assert opened_by([]) is None


def test_a_parcel_was_delivered_when_the_first_scan_says_so():
    events = life(S.OUT_FOR_DELIVERY, S.DELIVERED, (S.DELIVERED, "signed"))

    assert delivered_stamp(events, None) == events[1].stamp


def test_the_day_of_the_settlement_is_not_the_day_of_delivery():
    settled = life((S.DELIVERED, "cod_settled"))

    assert delivered_stamp(settled, None) is None
    assert delivered_stamp(settled, stamp(MONDAY)) == stamp(MONDAY)


def test_what_the_carrier_states_goes_before_the_scan_unless_it_says_less():
    events = [scan(S.DELIVERED, when=stamp(MONDAY, 15))]

    assert delivered_stamp(events, stamp(MONDAY, 14)) == stamp(MONDAY, 14)
    assert delivered_stamp(events, Stamp.day(MONDAY)) == stamp(MONDAY, 15)
    assert delivered_stamp(events, Stamp.day(TUESDAY)) == Stamp.day(TUESDAY)


def test_a_parcel_that_came_back_has_no_time_of_delivery():
    assert delivered_stamp(life(S.DELIVERED, S.RETURNING), stamp(MONDAY)) is None
    assert delivered_stamp([], stamp(MONDAY)) == stamp(MONDAY)
