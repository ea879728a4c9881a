import json
from datetime import timedelta

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.core.status import Status
from track_service.core.tracking import Stamp, Window

DAY = timedelta(days=1)
SPAN = ("--from", "2026-03-01", "--to", "2026-03-31")


def window(days):
    day = Stamp.day((NOW + days * DAY).date())
    return Window(day, day)


@pytest.fixture
def delivered(of, brand, hands):
    """One parcel came as promised, one two days late of which a day's notice was given."""
    parcels = [
        a_parcel(of, brand, number=n, order=an_order(n), promised_on=(NOW + DAY).date())
        for n in ("N1", "N2")
    ]
    moving = an_event(Status.IN_TRANSIT, at=NOW, city="Bonn")
    for parcel in parcels:
        seen(of, parcel, a_tracking(moving, number=parcel.number))
    seen(of, parcels[1], a_tracking(moving, number="N2", window=window(3)))
    for days, parcel in enumerate(parcels, start=1):
        hands.at = NOW + (2 * days - 1) * DAY
        came = an_event(Status.DELIVERED, at=hands.at, city="Kiel")
        seen(of, parcel, a_tracking(moving, came, number=parcel.number))
    return parcels


def test_the_report_tells_which_dates_held_and_how_early(operator, delivered):
    result = operator("promises", "--brand", "acme", *SPAN, "--json")

    told = json.loads(result.stdout)
    assert (told["delivered"], told["undated"]) == (2, 0)
    assert told["by_source"]["merchant"] == told["all"]
    assert told["all"] == {
        "parcels": 2,
        "kept_first": 1,
        "kept_latest": 2,
        "noticed": 1,
        "days_late": 2,
        "notice_hours": 38.0,
    }


def test_it_is_told_in_lines_as_well(operator, delivered):
    result = operator("promises", "--brand", "acme", *SPAN)

    assert result.stdout.splitlines()[0] == "2 delivered, 0 without any date"
    assert "first date kept 1  latest kept 2  missed by 2 d" in result.stdout


def test_outside_of_the_span_nothing_is_counted(operator, delivered):
    span = ("--from", "2026-02-01", "--to", "2026-02-28")

    assert operator("promises", "--brand", "acme", *span).stdout.startswith(
        "0 delivered"
    )


def test_a_span_that_ends_before_it_begins_is_refused(operator, brand, tmp_path):
    rules = tmp_path / "rules.json"
    rules.write_text("{}", encoding="utf-8")
    span = ("--from", "2026-03-02", "--to", "2026-03-01")

    for command in (
        ("promises", "--brand", "acme"),
        ("backtest", "notices", "--rules", rules),
    ):
        done = operator(*command, *span)
        assert (done.exit_code, "--to lies before --from" in done.stderr) == (2, True)


def test_the_api_shows_a_parcel_s_ledger(client, key, delivered):
    def ask(parcel):
        path = f"/api/v1/shipments/{parcel.public_id}/promises"
        return client.get(path, headers={"Authorization": f"Bearer {key}"})

    kept, missed = (ask(parcel).get_json() for parcel in delivered)

    assert [row["source"] for row in missed["dates"]] == ["merchant", "carrier"]
    assert missed["dates"][1]["until"] == "2026-03-05"
    assert (missed["kept_first"], missed["kept_latest"]) == (False, True)
    assert missed["notice_hours"] == 38.0
    assert (kept["kept_first"], kept["notice_hours"]) == (True, None)


def test_a_date_first_told_with_the_delivery_is_nobody_s_promise(
    operator, client, key, of, brand, rows
):
    parcel = a_parcel(of, brand)
    came = an_event(Status.DELIVERED, at=NOW, city="Kiel")
    seen(of, parcel, a_tracking(came, window=window(2)))

    told = operator("promises", "--brand", "acme", *SPAN, "--json")
    path = f"/api/v1/shipments/{parcel.public_id}/promises"
    shown = client.get(path, headers={"Authorization": f"Bearer {key}"}).get_json()

    assert rows("SELECT source FROM promise") == [("carrier",)]
    assert json.loads(told.stdout)["undated"] == 1
    assert (shown["dates"], shown["kept_first"]) == ([], None)
