"""The mapping of a generic webhook: refused when it is set, and read by."""

import json
from datetime import UTC, datetime

import pytest

from track_service.storefronts.base import BadPayload, Hook, Proven, WrongSettings
from track_service.storefronts.generic import Generic


def check(told, **others):
    written = told if isinstance(told, str) else json.dumps(told)
    Generic.check({"secret": "s", "mapping": written} | others)


def read(payload, **mapping):
    settings = {"mapping": json.dumps({"number": "code"} | mapping)}
    (handover,) = Generic.parse(json.dumps(payload).encode(), None, settings)
    return handover


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ("{", "mapping: is no JSON: "),
        ("[" * 100_000, "mapping: is no JSON: "),
        ([], "mapping: is no JSON object of field and path"),
        ({"number": "code", "items": "=all"}, "mapping: items: = asks yes or no"),
        ({"total": "sum"}, "mapping: number is wanted"),
        ({"number": "code", "nummer": "x"}, "mapping: there is no field 'nummer'"),
        ({"number": 7}, "mapping: number: a path is wanted, as text"),
        ({"number": "a..b"}, "mapping: number: 'a..b' is no path such as lines"),
        ({"number": "codes[]"}, r"mapping: number: \[\] is for items and parcels"),
        ({"number": "code=B"}, "mapping: number: = asks yes or no, which it is not"),
        (
            {"number": "code", "items.title": "lines[].name"},
            "mapping: items.title: items is wanted, the list's path",
        ),
        (
            {"number": "code", "items": "lines[]", "items.title": "name"},
            r"mapping: items.title: 'name' does not begin with 'lines\[\]'",
        ),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_field(told, wrong):
    with pytest.raises(WrongSettings, match=wrong):
        check(told)


def test_a_wrong_proof_is_refused():
    with pytest.raises(WrongSettings, match="proof: is none of hmac-hex, hmac-base64"):
        check({"number": "code"}, proof="md5")


def test_a_mapping_that_can_be_is_accepted():
    assert check({"number": "code", "items": "l[]", "items.sku": "l[].sku"}) is None


def test_an_order_without_its_number_is_malformed_with_the_place():
    with pytest.raises(BadPayload, match="number: there is none at code"):
        read({"order": {"code": "B-1"}})


def test_a_payload_cannot_be_read_without_a_mapping():
    with pytest.raises(BadPayload, match="mapping: wanted"):
        Generic.parse(b"{}", None)


def test_an_order_with_one_parcel_and_no_list_of_them_is_read():
    handover = read(
        {"code": "B-1", "awb": "LX7K2M", "by": "GHN"},
        **{"parcels.number": "awb", "parcels.carrier": "by"},
    )

    (parcel,) = handover.parcels
    assert (parcel.number, parcel.carrier) == ("LX7K2M", "ghn")


def test_a_list_is_found_with_and_without_its_brackets():
    handover = read(
        {"code": "B-1", "lines": [{"name": "tray"}, {"name": "tea"}]},
        **{"items": "lines", "items.title": "lines.name"},
    )

    assert [line.title for line in handover.lines] == ["tray", "tea"]


def test_what_a_payload_does_not_tell_of_lines_is_not_told():
    handover = read({"code": "B-1"}, items="lines[]", **{"items.title": "lines[].name"})

    assert handover.lines is None


@pytest.mark.parametrize(
    ("stated", "cancelled"),
    [(None, False), (False, False), ("no", False), (True, True), ("2026-03-02", True)],
)
def test_a_question_without_words_asks_whether_anything_is_there(stated, cancelled):
    assert read({"code": "1", "end": stated}, cancelled="end").cancelled is cancelled


@pytest.mark.parametrize(
    ("sent", "proven"),
    [
        ("1772440200", Proven.SIGNED),
        ("1772440200123", Proven.SIGNED),
        ("2026-03-02T15:30:00+07:00", Proven.SIGNED),
        ("2026-03-02T15:30:00", Proven.STALE),  # of no known zone
        ("1772430000", Proven.STALE),
        ("9" * 40, Proven.STALE),
        ("soon", Proven.STALE),
        (None, Proven.STALE),
    ],
)
def test_a_time_header_lets_only_fresh_ones_in(sent, proven):
    headers = {"authorization": "Bearer s"} | ({"x-sent": sent} if sent else {})
    settings = {"secret": "s", "proof": "bearer", "time_header": "X-Sent"}
    now = datetime(2026, 3, 2, 8, 31, tzinfo=UTC)

    assert Generic.verify(Hook(b"{}", headers), settings, now=now) is proven
