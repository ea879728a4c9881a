"""A page of the list walks an index in its order, however long the list is."""

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from tests.conftest import NOW

from track_service.store.queue_filter import Wanted, statement


@pytest.fixture
def plan(of):
    """Tell how the database would find a page."""

    def run(**wanted):
        page = statement(Wanted(**wanted), now=NOW, after=(2, NOW, 7), limit=51)
        with of.database.read() as session:
            name = session.get_bind().dialect.name
            if name == "postgresql":
                session.execute(text("SET enable_seqscan = off"))  # the table is empty
                session.execute(text("SET enable_bitmapscan = off"))
            words = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[name]
            dialect = {"sqlite": sqlite, "postgresql": postgresql}[name].dialect()
            query = page.compile(
                dialect=dialect, compile_kwargs={"literal_binds": True}
            )
            rows = session.execute(text(words + str(query).replace(":", r"\:")))
            return "\n".join(str(row[-1]) for row in rows)

    return run


@pytest.mark.parametrize(
    ("brand_ids", "index"),
    [([1], "ix_queue_entry_top_of_brand"), ([1, 2], "ix_queue_entry_top")],
)
def test_the_list_is_read_along_an_index_and_never_sorted(plan, brand_ids, index):
    told = plan(brand_ids=brand_ids)

    assert f"{index} " in f"{told} "
    assert "Sort" not in told
    assert "TEMP B-TREE" not in told
