from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from track_service.core.cases import CaseKind
from track_service.core.judgement import ConcernKind
from track_service.core.routing import Pace, Route, address, last_slot, targets
from track_service.core.severity import LISTED, TOLD, Severity, severity_of

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OWN = ("slack://own", "mailtos://own")
GHN = Route(1, ("tgram://ghn",), carrier="ghn")
GRAVE = Route(2, ("pagerduty://a", "pagerduty://b"), least=Severity.HIGH)
LATE = Route(3, ("mailtos://team",), kind="late", pace=Pace.DAILY, hour=8)
REPORTED = Route(5, ("slack://care",), kind="case")


def test_without_rules_the_brand_s_own_urls_are_told():
    assert targets(OWN, (), kind="late", carrier="ups") == [0, 1]
    assert address(OWN, (), 1) == "mailtos://own"


@pytest.mark.parametrize(
    ("kind", "carrier", "told"),
    [
        pytest.param("delayed", "ghn", [100], id="its carrier"),
        pytest.param("exception", "ghn", [100, 200, 201], id="every rule that fits"),
        pytest.param("delayed", "ups", [0, 1], id="none fits"),
        pytest.param("late", "ups", [], id="in a digest alone"),
        pytest.param("late", "ghn", [100], id="at once and in a digest"),
        pytest.param("not_shipped", None, [0, 1], id="no carrier"),
    ],
)
def test_every_rule_that_fits_is_followed(kind, carrier, told):
    assert targets(OWN, (GHN, GRAVE, LATE), kind=kind, carrier=carrier) == told


@pytest.mark.parametrize("kind", CaseKind)
def test_a_rule_for_cases_is_for_whatever_a_shopper_reports(kind):
    assert targets(OWN, (REPORTED,), kind=kind, carrier="ghn") == [500]
    assert targets(OWN, (REPORTED,), kind="late", carrier="ghn") == [0, 1]


def test_what_no_digest_tells_of_waits_for_none():
    daily = Route(6, ("mailtos://team",), pace=Pace.DAILY)

    assert targets(OWN, (daily,), kind="not_shipped", carrier=None) == []
    assert targets(OWN, (daily,), kind="vouchers_low", carrier=None) == [600]


def test_whatever_is_listed_is_known_with_its_severity():
    assert {*ConcernKind, *CaseKind} < set(LISTED) < set(TOLD)
    assert all(severity_of(kind) for kind in LISTED)


def test_an_address_is_known_by_its_number_whatever_rules_went():
    assert address(OWN, (GRAVE, LATE), 201) == "pagerduty://b"
    assert address(OWN, (LATE,), 201) is None
    assert address(OWN, (GRAVE,), 202) is None


def test_a_rule_tells_its_addresses_to_no_log():
    assert "pagerduty" not in repr(GRAVE)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        pytest.param((2, 1, 0), (2, 1, 0), id="on the hour"),
        pytest.param((2, 0, 59), (1, 1, 0), id="not yet"),
        pytest.param((2, 23, 0), (2, 1, 0), id="next day there"),
    ],
)
def test_a_daily_digest_is_due_at_its_local_hour(now, slot):
    at = datetime(2026, 3, *now, tzinfo=UTC)

    assert last_slot(LATE, at, zone=HANOI) == datetime(2026, 3, *slot, tzinfo=UTC)


def test_an_hourly_digest_is_due_on_the_hour():
    route = Route(4, ("slack://x",), pace=Pace.HOURLY)

    slot = last_slot(route, datetime(2026, 3, 2, 9, 59, 59, 5, tzinfo=UTC), zone=HANOI)

    assert slot == datetime(2026, 3, 2, 9, tzinfo=UTC)
