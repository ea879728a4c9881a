"""A fixture pair out of a live answer: nobody's, and read as the answer was."""

import json
import re
from datetime import UTC, datetime

import pytest
from tests.carriers.pairs import pair
from tests.conftest import SECRET_KEY
from tests.sandbox.shop import NUMBERS, make_parcel

from track_service.carriers import carriers
from track_service.carriers.base import read
from track_service.core.parsed import document
from track_service.sandbox import Sandbox
from track_service.services.scrub import scrub

PULLED = sorted(set(NUMBERS) - {"viettelpost"})
LATER = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def sandbox():
    box = Sandbox(seed=3, now=lambda: LATER)
    box.start()
    yield box
    box.stop()


@pytest.fixture
def capture(run, sandbox, monkeypatch, tmp_path):
    """Capture a delivered parcel of the sandbox's; the result and the parcel."""
    monkeypatch.setenv("TRACK_SECRET_KEYS", SECRET_KEY)

    def capture(code, number=None, *words):
        parcel = make_parcel(code)
        sandbox.add(parcel)
        account = sandbox.credentials(code) | {"base_url": sandbox.base_url(code)}
        for name, value in account.items():
            monkeypatch.setenv(f"TRACK_CARRIER_{code}_{name}".upper(), value)
        number = number or parcel.number
        folder = ["--folder", tmp_path / code]
        return run("carriers", "capture", code, number, *folder, *words), parcel

    return capture


@pytest.mark.parametrize("code", PULLED)
def test_a_pair_names_nobody_and_reads_as_the_contract_wants(capture, tmp_path, code):
    result, parcel = capture(code)

    assert (result.exit_code, result.stderr) == (0, "")
    told = pair(tmp_path / code, "delivered")
    carrier = carriers()[code]
    assert document(code, read(carrier, told.answer)) == told.expected
    assert told.expected["results"][0]["status"] == "delivered"
    assert len(told.expected["results"][0]["events"]) >= 1
    written = told.answer.body.decode() + json.dumps(told.expected, ensure_ascii=False)
    named = [parcel.number, parcel.steps[-1].detail, "Nguyễn Thị Mẫu"]
    for personal in filter(None, named):
        assert personal not in written
    assert f"{parcel.number}  ->  " in result.stdout


def test_a_pair_keeps_codes_days_and_places(capture, tmp_path):
    _, parcel = capture("ups")

    events = pair(tmp_path / "ups", "delivered").expected["results"][0]["events"]

    assert len(events) == len(parcel.steps)
    assert {event["city"] for event in events if event["city"]} <= {
        step.hub.city.upper() for step in parcel.steps
    } | {step.hub.city for step in parcel.steps}


def test_nothing_is_overwritten(capture, tmp_path):
    capture("ghn")
    before = (tmp_path / "ghn" / "delivered.json").read_bytes()

    again, _ = capture("ghn")

    assert again.exit_code == 1
    assert "is there already" in again.stderr
    assert (tmp_path / "ghn" / "delivered.json").read_bytes() == before
    named, _ = capture("ghn", None, "--name", "delivered_twice")
    assert named.exit_code == 0
    assert (tmp_path / "ghn" / "delivered_twice.expected.json").exists()


def test_an_error_is_captured_with_its_status(capture, tmp_path):
    result, _ = capture("ghtk", "S9.X9.9999999999")

    assert result.exit_code == 0
    told = pair(tmp_path / "ghtk", "not_found")
    assert told.answer.status == 400
    assert b"9999999999" not in told.answer.body


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nobody", "1"), "no carrier has the code"),
        (("dhl_express_xml", "1"), "no account is configured"),
    ],
)
def test_what_cannot_be_asked_is_told(run, monkeypatch, words, says):
    monkeypatch.setenv("TRACK_SECRET_KEYS", SECRET_KEY)

    result = run("carriers", "capture", *words)

    assert result.exit_code in {1, 2}
    assert says in result.stderr


def test_a_carrier_that_only_pushes_cannot_be_asked(capture):
    result, _ = capture("viettelpost")

    assert result.exit_code == 1
    assert "only pushes" in result.stderr


def test_a_carrier_that_cannot_be_reached_is_told(run, monkeypatch, tmp_path):
    monkeypatch.setenv("TRACK_SECRET_KEYS", SECRET_KEY)
    monkeypatch.setenv("TRACK_CARRIER_GHN_TOKEN", "no-token")
    monkeypatch.setenv("TRACK_CARRIER_GHN_BASE_URL", "http://127.0.0.1:9")

    result = run("carriers", "capture", "ghn", "LFV3G8XY", "--folder", tmp_path / "ghn")

    assert result.exit_code == 1
    assert "gave no answer" in result.stderr
    assert not (tmp_path / "ghn").exists()


def test_a_folder_that_is_a_file_is_told(capture, tmp_path):
    (tmp_path / "ghn").write_text("")

    result, _ = capture("ghn")

    assert result.exit_code == 2
    assert "is a file" in result.stderr


PERSONAL = {
    "trackingNumber": "AB123456789VN",
    "shopId": 190412,
    "to_name": "Mai Thị Thật",
    "toPhone": "0912 345 678",
    "recipient": {"emailAddress": "mai@real.example", "addressLine1": "7 Phố Huế"},
    "events": [
        {
            "code": "DL",
            "statusName": "Delivered",
            "time": "2026-03-05T10:00:00Z",
            "note": "Left with MAI THỊ THẬT, call 0987654321",
            "city": "Hà Nội",
            "weight": 1.25,
        }
    ],
    "inner": '{"receiverName": "Mai Thị Thật", "status": "OK"}',
}


def test_what_is_personal_is_found_by_its_field_and_by_its_form():
    done = scrub(json.dumps(PERSONAL).encode(), numbers=["AB123456789VN"])

    said = done.body.decode()
    for value in ("Thật", "0912", "0987654321", "mai@", "Phố Huế", "190412", "6789VN"):
        assert value not in said
        assert value.lower() not in said.lower()
    tree = json.loads(said)
    event = tree["events"][0]
    assert (event["code"], event["city"], event["weight"]) == ("DL", "Hà Nội", 1.25)
    assert (event["time"], event["statusName"]) == ("2026-03-05T10:00:00Z", "Delivered")
    assert json.loads(tree["inner"]) == {
        "receiverName": tree["to_name"],
        "status": "OK",
    }
    assert re.fullmatch(r"AB\d{9}VN", tree["trackingNumber"])
    assert isinstance(tree["shopId"], int)


def test_xml_is_made_nobodys_too():
    body = (
        b'<T xmlns="urn:x"><Shipper><CompanyName>Real Ltd</CompanyName></Shipper>'
        b'<P id="AB123456789GB"><Status>OK</Status><SignedBy>J REAL</SignedBy></P></T>'
    )

    done = scrub(body, numbers=["AB123456789GB"], names=["J REAL"])

    said = done.body.decode()
    assert "Real" not in said
    assert "REAL" not in said
    assert "AB123456789GB" not in said
    assert "<Status>OK</Status>" in said
    assert said.count("urn:x") == 1


def test_a_page_loses_what_is_personal_by_its_form():
    body = b"<!DOCTYPE html><p>AB123456789GB for j@real.example, 0912 345 678<br></p>"

    said = scrub(body, numbers=["AB123456789GB"]).body.decode()

    assert re.fullmatch(
        r"<!DOCTYPE html><p>AB\d{9}GB for alex\d@example.com, 0?\d+ \d+ \d+<br></p>",
        said,
    )
    assert "0912" not in said
