import json
from datetime import timedelta

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, seen

from track_service.core.status import Status


@pytest.fixture
def parcel(of, brand, hands):
    """A parcel that has been silent for nine days, and seen to be so."""
    parcel = a_parcel(of, brand)
    moving = a_tracking(an_event(Status.IN_TRANSIT, at=NOW + timedelta(minutes=5)))
    for _ in range(9):
        hands.forward(days=1)
        seen(of, parcel, moving)
    return parcel


def tried(operator, file, rules, *more):
    file.write_text(json.dumps(rules), encoding="utf-8")
    days = ("--from", "2026-03-01", "--to", "2026-03-20")
    return operator("backtest", "notices", *days, "--rules", file, *more)


def test_other_rules_are_shown_beside_what_went_out(operator, parcel, tmp_path):
    file = tmp_path / "rules.json"

    lines = json.loads(tried(operator, file, {"stalled_days": 2}, "--json").stdout)

    ops = [x for x in lines if x["to"] == "ops" and x["kind"] == "stalled"]
    assert [(x["brand"], x["shipment"]) for x in ops] == [("acme", parcel.public_id)]
    assert ops[0]["would"] < ops[0]["did"]
    shopper = [x for x in lines if x["to"] == "shopper"]
    assert [(x["kind"], x["did"]) for x in shopper] == [("stalled", None)]


def test_the_table_counts_by_kind_and_by_day(operator, parcel, tmp_path):
    result = tried(operator, tmp_path / "rules.json", {"stalled_days": 50})

    assert result.exit_code == 0
    kinds, _, days = result.stdout.partition("\n\n")
    assert kinds.splitlines()[1].split() == ["ops", "stalled", "0", "1", "0", "1"]
    assert days.splitlines()[0].split() == ["day", "would", "did"]


def test_another_brand_s_are_left_out(operator, parcel, tmp_path):
    file = tmp_path / "rules.json"

    shown = tried(operator, file, {}, "--json", "--brand", "nobody").stdout

    assert json.loads(shown) == []


def test_a_wrong_file_is_told_by_its_name(operator, brand, tmp_path):
    result = tried(operator, tmp_path / "rules.json", {"days": 2})

    assert result.exit_code == 1
    assert "rules.json: 'days' is no rule" in result.stderr
