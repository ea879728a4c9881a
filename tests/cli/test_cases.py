import json
from datetime import timedelta

import pytest
from tests.make import a_parcel

from track_service.core.cases import CaseKind
from track_service.store import cases
from track_service.store.cases import Report


@pytest.fixture
def case(of, brand):
    """An open case; its id."""
    parcel, now = a_parcel(of, brand), of.clock.now()
    report = Report(CaseKind.DAMAGED, "The box is wet", b"\xff\xd8jpeg")
    with of.database.write() as session:
        due = now + timedelta(hours=48)
        made = cases.open_case(
            session, parcel.id, report, hub="Huế", now=now, due_at=due
        )
        session.commit()
    return made


def test_cases_are_told_as_one_document_and_counted(operator, case):
    told = json.loads(operator("cases", "--json").stdout)

    (one,) = told["cases"]
    assert (one["case"], one["kind"], one["severity"]) == (case, "damaged", "medium")
    assert (one["carrier"], one["hub"], one["state"]) == ("ghn", "Huế", "open")
    assert one["due_at"] == "2026-03-04T09:00:00+00:00"
    assert told["counts"] == [
        {"carrier": "ghn", "hub": "Huế", "kind": "damaged", "open": True, "cases": 1}
    ]
    assert "wet" not in json.dumps(told)


def test_a_case_is_a_line(operator, case):
    lines = operator("cases").stdout.splitlines()

    assert len(lines) == 1
    assert "damaged" in lines[0]


def test_what_was_written_and_sent_is_shown_by_its_own_command(
    operator, case, tmp_path
):
    told = json.loads(operator("cases", "show", case).stdout)
    operator("cases", "photo", case, tmp_path / "photo.jpg")

    assert told["text"] == "The box is wet"
    assert (tmp_path / "photo.jpg").read_bytes() == b"\xff\xd8jpeg"


def test_a_case_is_settled_once(operator, case):
    first = operator("cases", "settle", case, "resent")
    again = operator("cases", "settle", case, "found")

    assert first.stdout == f"case {case} is settled: resent\n"
    assert again.exit_code == 1
    assert operator("cases").stdout == ""
    assert "resent" in operator("cases", "--all").stdout


def test_a_case_that_is_not_there_is_told_in_a_line(operator, brand, tmp_path):
    for words in (["show", 7], ["photo", 7, tmp_path / "x"], ["settle", 7, "found"]):
        made = operator("cases", *words)
        assert made.exit_code == 1
        assert "7" in made.stderr
