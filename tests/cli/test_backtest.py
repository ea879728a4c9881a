import csv
from datetime import datetime, timedelta

import pytest
from tests.services.backtests.past import past, write

from track_service.services.backtests.trips import COLUMNS

DAY = timedelta(days=1)
TEST = range(240, 300)
NO_LANE = {
    f"{end}_{name}": ""
    for end in ("origin", "destination")
    for name in ("country", "region", "postal", "lat", "lon")
}


@pytest.fixture
def files(tmp_path):
    """A history, a test and a path to write to."""
    history = write(tmp_path / "h.csv.gz", [past(n) for n in range(240)])
    test = write(tmp_path / "t.csv", [past(n) for n in TEST])
    return history, test, tmp_path / "p.csv"


def backtest(run, history, test, out):
    return run("backtest", "eta", "--history", history, "--test", test, "--out", out)


def written(out):
    with out.open() as lines:
        return list(csv.DictReader(lines))


def test_each_row_has_a_forecast_and_all_are_scored(run, files):
    result = backtest(run, *files)

    assert (result.exit_code, result.stderr) == (0, "")
    rows = written(files[2])
    assert list(rows[0]) == ["shipment_id", "eta", "eta_from", "eta_until", "p_late"]
    assert [row["shipment_id"] for row in rows] == [f"P{n}" for n in range(240, 300)]
    for row, parcel in zip(rows, (past(n) for n in range(240, 300)), strict=True):
        eta, start, until = (
            datetime.fromisoformat(row[name])
            for name in ("eta", "eta_from", "eta_until")
        )
        assert eta.tzinfo is None
        assert parcel.trip.start < start < eta < until
        assert until < parcel.trip.start + timedelta(days=12)
        assert 0 <= float(row["p_late"]) <= 1
    head, titles, ours, *rules = result.stdout.splitlines()
    assert head == "60 parcels forecast, 60 of them with an outcome (days):"
    assert titles.split() == [
        "MAE",
        "median",
        "P90",
        "cover",
        "width",
        "AUC",
        "AP",
        "parcels",
    ]
    assert ours.split()[0] == "forecast"
    assert float(ours.split()[1]) < 1.2
    assert [rule[:14].strip() for rule in rules[:4]] == [
        "promise date",
        "global median",
        "lane median",
        "lane x pace",
    ]
    assert [line.split()[0] for line in rules[5:8]] == ["MAE", "AUC", "AP"]
    later = [line.split() for line in rules[9:]]
    assert [(line[0], line[-1]) for line in later[:2]] == [
        ("hand-over", "60"),
        (
            "3",
            str(sum(past(n).delivered_at > past(n).trip.start + 3 * DAY for n in TEST)),
        ),
    ]
    assert ours.split()[4:6] == [later[0][2], later[0][4]]  # cover and width


def test_the_same_files_give_the_same_answer(run, files):
    first = backtest(run, *files)
    rows = written(files[2])

    again = backtest(run, *files)

    assert (again.stdout, written(files[2])) == (first.stdout, rows)


def test_what_is_not_known_may_be_left_empty(run, files, tmp_path):
    bare = {"carrier": "", "ordered_at": "", "promised_on": "", "delivered_at": ""}
    test = write(tmp_path / "t.csv", [past(250)], **NO_LANE, **bare)

    result = backtest(run, files[0], test, files[2])

    assert result.exit_code == 0
    assert result.stdout == (
        "1 parcels forecast; none has an outcome to score them by\n"
    )
    (row,) = written(files[2])
    assert row["p_late"] == ""
    assert row["eta"] > "2026-02"


def test_before_the_hand_over_the_order_is_where_it_starts(run, files, tmp_path):
    test = write(tmp_path / "t.csv", [past(250)], shipped_at="")

    assert backtest(run, files[0], test, files[2]).exit_code == 0
    assert written(files[2])[0]["eta_from"] > past(250).trip.ordered_at.isoformat()


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"shipped_at": "soon"}, "shipped_at: 'soon' is no time"),
        ({"shipped_at": "2026-03-01T10:00:00Z"}, "is no local time"),
        ({"shipped_at": "0001-01-01"}, "is out of range"),
        (
            {"shipped_at": "", "ordered_at": ""},
            "shipped_at and ordered_at are both empty",
        ),
        ({"promised_on": "1/2/26"}, "promised_on: '1/2/26' is no time"),
        ({"origin_lat": "north"}, "origin_lat: 'north' is not between -90 and 90"),
        (
            {"destination_lon": "nan"},
            "destination_lon: 'nan' is not between -180 and 180",
        ),
    ],
)
def test_a_wrong_row_is_told_with_its_line(run, files, tmp_path, cells, words):
    test = write(tmp_path / "t.csv", [past(250)], **cells)

    result = backtest(run, files[0], test, files[2])

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {test}: line 2: ")
    assert words in result.stderr
    assert not files[2].exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "line 1: no column shipment_id, carrier"),
        (",".join(COLUMNS).encode() + b"\na,b\n", "line 2: 2 cells instead of 17"),
        (",".join(COLUMNS).encode() + b'\n"a"b,c\n', "line 2: "),
        (b"\xff\xfe", "line 1: not UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused(run, files, body, words):
    files[1].write_bytes(body)

    result = backtest(run, *files)

    assert result.exit_code == 1
    assert words in result.stderr


def test_what_only_looks_zipped_is_refused(run, files, tmp_path):
    (tmp_path / "x.csv.gz").write_bytes(b"shipment_id")

    result = backtest(run, tmp_path / "x.csv.gz", *files[1:])

    assert result.exit_code == 1
    assert "line 1: not gzip" in result.stderr


def test_where_nothing_can_be_written_one_line_says_so(run, files, tmp_path):
    result = backtest(run, *files[:2], tmp_path / "no" / "p.csv")

    assert result.exit_code == 1
    assert result.stderr.endswith("No such file or directory\n")


def test_a_first_parcel_is_scored_beside_the_promise_alone(run, files, tmp_path):
    empty, test = write(tmp_path / "h.csv", []), write(tmp_path / "t.csv", [past(0)])
    with empty.open("a") as lines:
        lines.write("\n")  # a blank line is no row

    result = backtest(run, empty, test, files[2])

    assert result.exit_code == 0
    _, _, ours, promise, _, mae, _, window = result.stdout.splitlines()
    assert (ours.split()[0], promise[:12]) == ("forecast", "promise date")
    assert mae.startswith("  MAE ")
    assert mae.endswith(" than promise date")
    assert window.startswith("  hand-over  cover ")


def test_without_a_promise_there_is_no_rule_before_the_first_arrival(run, files):
    empty = write(files[0].with_name("none.csv"), [])
    test = write(files[1], [past(0, promised=None)])

    result = backtest(run, empty, test, files[2])

    assert len(result.stdout.splitlines()) == 5
