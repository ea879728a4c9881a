"""The ledgers of dates that were shown: the database keeps them as they are."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from tests.conftest import NOW
from tests.make import a_parcel

from track_service.core.ledger import Shown
from track_service.core.tracking import Stamp, Window
from track_service.services.erase import erase
from track_service.store import ahead

TODAY = Stamp.day(NOW.date())
LEDGERS = ("promise", "order_promise")


def test_nobody_changes_a_date_that_was_shown_and_erasing_leaves_it(of, brand, rows):
    parcel = a_parcel(of, brand, promised_on=NOW.date())
    ((order_id,),) = rows("SELECT order_id FROM shipment WHERE id = :id", id=parcel.id)
    with of.database.write() as session:
        shown = Shown(Window(TODAY, TODAY), "predicted", None, NOW)
        ahead.note(session, order_id, shown)
        session.commit()
    kept = [rows(f"SELECT * FROM {ledger}") for ledger in LEDGERS]  # noqa: S608
    assert all(kept)

    for ledger in LEDGERS:
        for told in (f"UPDATE {ledger} SET reason = 'x'", f"DELETE FROM {ledger}"):  # noqa: S608
            with (
                of.database.write() as session,
                pytest.raises(DatabaseError, match=f"{ledger} is append-only"),
            ):
                session.execute(text(told))
    with of.database.write() as session:
        assert erase(session, brand.id, parcel.public_id, now=NOW)
        session.commit()

    assert [rows(f"SELECT * FROM {ledger}") for ledger in LEDGERS] == kept  # noqa: S608
