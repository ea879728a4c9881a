from datetime import datetime

import pytest

from track_service.services.closed_days import workdays

at = datetime.fromisoformat


def test_public_holidays_are_hardly_working_days():
    day, next_day = at("2026-04-30T00:00"), at("2026-05-01T00:00")  # Reunification Day

    assert workdays("VN").between(day, next_day) == pytest.approx(0.1)
    assert workdays("DE").between(day, next_day) == pytest.approx(1)


@pytest.mark.parametrize("country", ["", "XX", "nowhere"])
def test_of_an_unknown_country_weekends_are_all_we_know(country):
    week = workdays(country).between(at("2026-04-27T00:00"), at("2026-05-04T00:00"))

    assert week == pytest.approx(5.38)
