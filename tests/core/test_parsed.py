import pytest
from tests.core.make import MONDAY, TUESDAY, bare, day_window, scan, stamp, told

from track_service.core.parsed import document
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Problem, Stamp, Tracking, Trouble


def test_a_document_tells_what_was_understood():
    event = scan(Status.DELIVERED, "signed", code="D1", description="Left with DOE")
    tracking = told(
        event,
        window=day_window(TUESDAY),
        delivered_at=stamp(MONDAY),
        signed_by="DOE",
    )

    [result] = document("ghn", [tracking])["results"]

    assert result == {
        "number": "N1",
        "status": "delivered",
        "sub_status": "signed",
        "error": None,
        "estimated_delivery": {"from": "2026-03-03", "until": "2026-03-03"},
        "delivered_at": "2026-03-02T12:00:00+07:00",
        "signed_by": "DOE",
        "events": [
            {
                "local": "2026-03-02T12:00:00",
                "offset": "+07:00",
                "at": "2026-03-02T05:00:00Z",
                "precision": "second",
                "code": "D1",
                "description": "Left with DOE",
                "status": "delivered",
                "sub_status": "signed",
                "cause": None,
                "city": "Hanoi",
                "region": None,
                "country": "VN",
                "postal": None,
            }
        ],
    }


def test_times_are_told_as_far_as_they_are_known():
    events = [
        scan(Status.PICKED_UP, when=bare(MONDAY)),
        scan(Status.PICKED_UP, when=Stamp.day(MONDAY)),
        scan(Status.PICKED_UP, stamp=None),
    ]

    [result] = document("ghn", [told(*events)])["results"]

    assert [(e["local"], e["offset"], e["at"]) for e in result["events"]] == [
        ("2026-03-02T12:00:00", None, None),
        ("2026-03-02", None, None),
        (None, None, None),
    ]


def test_a_stated_condition_counts_where_there_are_no_scans():
    stated = told(stated=Meaning(Status.IN_TRANSIT))

    assert document("ghn", [stated])["results"][0]["status"] == "in_transit"


def test_nothing_understood_is_pending_and_a_failure_has_no_status():
    failed = Tracking(None, problem=Problem(Trouble.NOT_FOUND, "no such number"))

    nothing, failure = document("ghn", [told(), failed])["results"]

    assert (nothing["status"], nothing["error"]) == ("pending", None)
    assert failure["status"] is None
    assert failure["error"] == {"kind": "not_found", "message": "no such number"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Trouble.NOT_FOUND, "pending"),
        (Trouble.INVALID_NUMBER, "pending"),
        (Trouble.SERVER_ERROR, None),
        (Trouble.AUTH, None),
    ],
)
def test_a_number_that_the_carrier_does_not_know_is_pending(kind, status):
    failed = Tracking("A1", problem=Problem(kind, "no luck"), complete=False)

    result = document("ghn", [failed])["results"][0]

    assert (result["number"], result["status"]) == ("A1", status)
    assert result["error"] == {"kind": str(kind), "message": "no luck"}
