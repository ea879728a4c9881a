import csv
import gzip
from datetime import timedelta

import pytest
from tests.services.recommending.market import START, market

NOW = START + timedelta(days=200)
PURCHASES = "customer_id,order_id,ordered_at,product_id,quantity\n"
GOOD = "ann,1,2026-03-01T10:00:00,tea,1\n"
QUERY = "order_id,customer_id,at\n1,ann,2026-03-02T00:00:00\n"


@pytest.fixture
def files(tmp_path):
    """A market's purchases, the last order of each customer, the next one's products."""
    lines = list(market(habit=0.7, customers=70))
    with gzip.open(tmp_path / "h.csv.gz", "wt", newline="") as out:
        out.write(PURCHASES)
        for x in lines:
            row = (x.customer_id, x.order_id, x.at.isoformat(), x.product_id, 1)
            csv.writer(out).writerow(row)
    last = {x.customer_id: x.order_id for x in lines if x.at < NOW}
    following = {}
    for x in lines:
        if x.at > NOW:
            following.setdefault(x.customer_id, x.order_id)
    with (tmp_path / "q.csv").open("w") as out:
        out.write("order_id,customer_id,at\n")
        out.writelines(f"{o},{c},{NOW:%Y-%m-%dT%H:%M:%S}\n" for c, o in last.items())
    with (tmp_path / "a.csv").open("w") as out:
        out.write("order_id,product_id\n")
        for x in lines:
            if following.get(x.customer_id) == x.order_id:
                out.write(f"{last[x.customer_id]},{x.product_id}\n")
    return tmp_path


def backtest(run, folder, *more, history="h.csv.gz"):
    asked = ("--history", folder / history, "--queries", folder / "q.csv")
    return run("backtest", "recommendations", *asked, "--out", folder / "r.csv", *more)


def written(folder):
    with (folder / "r.csv").open() as lines:
        return list(csv.DictReader(lines))


def test_each_order_has_its_products_by_rank_and_all_are_measured(run, files):
    result = backtest(run, files, "--answers", files / "a.csv")

    assert (result.exit_code, result.stderr) == (0, "")
    rows = written(files)
    assert list(rows[0]) == ["order_id", "rank", "product_id"]
    assert [row["rank"] for row in rows] == [str(n) for n in range(1, 9)] * 70
    head, titles, *figures = result.stdout.splitlines()
    assert head == "70 orders, 68 of them measured (95 % intervals):"
    assert titles.split() == ["hit-rate@4", "hit-rate@8", "MRR"]
    told = {line[:14].strip(): float(line[37:44]) for line in figures[:5]}
    assert next(iter(told)) == "blend"
    assert told["blend"] > told["last 30 days"] > 0


def test_fewer_products_may_be_asked_for_and_none_ever_bought(run, files):
    result = backtest(run, files, "--k", "3", "--new-only")

    assert result.exit_code == 0
    assert result.stdout == "70 orders; --answers would tell what it is worth\n"
    rows = written(files)
    assert [row["rank"] for row in rows] == ["1", "2", "3"] * 70


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("ann,1,yesterday,tea,1", "line 3: ordered_at: 'yesterday' is no time"),
        ("ann,1,1026-03-01,tea,1", "line 3: ordered_at: '1026-03-01' is out of range"),
        ("ann,1,2026-03-01,tea,many", "line 3: quantity: 'many' is no quantity"),
        ("ann,1,2026-03-01,tea,nan", "line 3: quantity: 'nan' is no quantity"),
        ("ann,,2026-03-01,tea,1", "line 3: order_id: empty"),
        ("ann,1,2026-03-01,,1", "line 3: product_id: empty"),
        ("ann,1,2026-03-01,tea", "line 3: 4 cells instead of 5"),
    ],
)
def test_a_purchase_that_cannot_be_read_is_named_by_its_line(run, tmp_path, row, said):
    (tmp_path / "h.csv").write_text(PURCHASES + GOOD + row + "\n")
    (tmp_path / "q.csv").write_text(QUERY)

    result = backtest(run, tmp_path, history="h.csv")

    assert result.exit_code == 1
    assert result.stderr == f"Error: {tmp_path / 'h.csv'}: {said}\n"
    assert not (tmp_path / "r.csv").exists()


def test_an_order_asked_for_twice_is_one_and_refused_with_another_instant(
    run, tmp_path
):
    (tmp_path / "h.csv").write_text(PURCHASES + GOOD + "bob,2,2026-03-01,cup,1\n")
    (tmp_path / "q.csv").write_text(QUERY + "1,ann,2026-03-02T00:00:00+00:00\n")
    assert backtest(run, tmp_path, history="h.csv").exit_code == 0
    assert [row["product_id"] for row in written(tmp_path)] == ["cup"]

    (tmp_path / "q.csv").write_text(QUERY + "1,ann,2026-04-02\n")
    result = backtest(run, tmp_path, history="h.csv")

    assert result.stderr.endswith("line 3: order_id: asked before, and otherwise\n")


def test_a_file_without_a_row_is_a_shop_without_orders_and_one_without_a_line_none(
    run, tmp_path
):
    (tmp_path / "h.csv").write_text(PURCHASES)
    (tmp_path / "q.csv").write_text(QUERY)
    assert backtest(run, tmp_path, history="h.csv").exit_code == 0
    assert written(tmp_path) == []

    (tmp_path / "h.csv").write_text("")
    result = backtest(run, tmp_path, history="h.csv")

    assert result.exit_code == 1
    assert "line 1: no column customer_id" in result.stderr
