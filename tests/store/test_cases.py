from datetime import date, timedelta

import pytest
from tests.make import a_parcel, an_order

from track_service.core.cases import CaseKind, Outcome
from track_service.services.erase import erase
from track_service.store import cases
from track_service.store.cases import Report


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand)


@pytest.fixture
def told(of, parcel):
    """Open a case; return its id, or None."""

    def tell(kind=CaseKind.DAMAGED, at=parcel, hub="Huế", **more):
        now = of.clock.now()
        with of.database.write() as session:
            report = Report(kind, **more)
            due = now + timedelta(hours=24)
            made = cases.open_case(session, at.id, report, hub=hub, now=now, due_at=due)
            session.commit()
        return made

    return tell


def listed(of, **which):
    with of.database.read() as session:
        return cases.listed(session, **which)


def test_a_case_holds_what_ops_need(of, brand, parcel, told):
    told(text="The box is wet", photo=b"jpeg", wanted_on=date(2026, 3, 4))

    (case,) = listed(of)

    assert (case.brand, case.order_number, case.number) == ("acme", "1001", "N1")
    assert (case.kind, case.carrier, case.hub) == (CaseKind.DAMAGED, "ghn", "Huế")
    assert (case.state, case.has_photo, case.text) == ("open", True, "The box is wet")
    assert case.wanted_on == date(2026, 3, 4)
    assert "wet" not in repr(case)
    with of.database.read() as session:
        assert cases.photo(session, case.id) == b"jpeg"


def test_one_of_a_kind_is_open_at_a_time(of, told):
    first = told()

    assert told() is None
    assert told(CaseKind.NOT_RECEIVED) is not None
    with of.database.write() as session:
        assert cases.settle(session, first, Outcome.RESENT, now=of.clock.now())
        session.commit()
    assert told() is not None


def test_a_case_is_settled_once(of, told):
    case_id, now = told(), of.clock.now()
    with of.database.write() as session:
        assert cases.settle(session, case_id, Outcome.FOUND, now=now)
        assert not cases.settle(session, case_id, Outcome.REFUNDED, now=now)
        assert not cases.settle(session, 999, Outcome.FOUND, now=now)
        session.commit()

    assert listed(of) == []
    (case,) = listed(of, is_open=False)
    assert (case.state, case.outcome) == ("settled", Outcome.FOUND)


def test_an_order_with_an_open_case_is_known(of, brand, parcel, told):
    a_parcel(of, brand, number="N2", order=an_order("1002"))
    case_id = told()

    with of.database.write() as session:
        assert cases.open_for(session, brand.id, "1001")
        assert not cases.open_for(session, brand.id, "1002")
        cases.settle(session, case_id, Outcome.FOUND, now=of.clock.now())
        assert not cases.open_for(session, brand.id, "1001")


def test_cases_are_counted_by_carrier_and_hub(of, told):
    told()
    told(CaseKind.NOT_RECEIVED, hub=None)

    with of.database.read() as session:
        counts = {tuple(row) for row in cases.counts(session)}

    assert counts == {
        ("ghn", "Huế", "damaged", True, 1),
        ("ghn", None, "not_received", True, 1),
    }


def test_erasure_blanks_what_the_shopper_wrote(of, brand, parcel, told, rows):
    told(text="I am Mai", photo=b"jpeg", address="7 Elm Road")

    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=of.clock.now())
        session.commit()

    kept = rows("SELECT text, photo, address, kind, hub FROM shopper_case")
    assert kept == [(None, None, None, "damaged", "Huế")]
    assert listed(of) == []


def test_of_an_erased_parcel_nothing_can_be_told(of, brand, parcel, told):
    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=of.clock.now())
        session.commit()

    assert told() is None
