import pytest

from track_service.core.eta.forecast import Why


@pytest.mark.parametrize(
    ("why", "line"),
    [
        pytest.param(
            Why((2.6, 5.2), 1.2, "lane"),
            "parcels like this take 3\N{EN DASH}5 days (lane known);"
            " this week they run a day slower",
            id="slower",
        ),
        pytest.param(
            Why((3.8, 4.2), -2.4, None),
            "parcels like this take 4 days; this week they run 2 days faster",
            id="faster",
        ),
        pytest.param(
            Why((0.1, 0.6), 0.2, "carrier"),
            "parcels like this take 1 day (carrier known); this week they run as usual",
            id="overnight",
        ),
    ],
)
def test_a_forecast_tells_why_in_one_line(why, line):
    assert str(why) == line
