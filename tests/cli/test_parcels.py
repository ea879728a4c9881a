import json
from datetime import datetime
from pathlib import Path

import pytest
from tests import make

from track_service.clock import wall
from track_service.core.status import UNKNOWN
from track_service.core.tracking import Event, Precision, Stamp

ANSWERS = Path(__file__).parents[1] / "fixtures" / "carriers" / "ghn"
GHN = "https://online-gateway.ghn.vn/shiip/public-api/v2/shipping-order/detail"
HEADER = "order_number,carrier,number,customer_email"


@pytest.fixture
def csv(tmp_path):
    def write(*lines, encoding="utf-8"):
        file = tmp_path / "parcels.csv"
        file.write_bytes("\n".join(lines).encode(encoding))
        return file

    return write


def numbers(rows):
    query = "SELECT number FROM shipment WHERE carrier <> 'test' ORDER BY number"
    return [row.number for row in rows(query)]


def test_parcels_are_imported(operator, brand, csv, rows):
    file = csv(HEADER, "1,ghn,GHN1,a@b.example", "2,ghn,GHN2,c@d.example")

    first = operator("import", file, "--brand", "acme")
    again = operator("import", file, "--brand", "acme")

    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == "2 parcels registered, 0 known already, 0 lines refused.\n"
    assert again.stdout == "0 parcels registered, 2 known already, 0 lines refused.\n"
    assert numbers(rows) == ["GHN1", "GHN2"]


def test_a_refused_line_keeps_the_whole_file_out(operator, brand, csv, rows):
    file = csv(HEADER, "1,ghn,GHN1,", "2,nobody,X2,")

    result = operator("import", file, "--brand", "acme")

    assert result.exit_code == 1
    assert result.stderr == "Error: lines were refused, nothing was imported\n"
    assert "line 3: carrier: " in result.stdout
    assert numbers(rows) == []


def test_good_lines_are_imported_where_that_is_wished(operator, brand, csv, rows):
    file = csv(HEADER, "1,ghn,GHN1,", "2,nobody,X2,")

    result = operator("import", file, "--brand", "acme", "--skip-refused")

    assert result.exit_code == 0
    assert numbers(rows) == ["GHN1"]


def test_a_dry_run_writes_nothing(operator, brand, csv, rows):
    result = operator(
        "import", csv(HEADER, "1,ghn,GHN1,"), "--brand", "acme", "--dry-run"
    )

    assert result.exit_code == 0
    assert "1 parcels would be registered" in result.stdout
    assert numbers(rows) == []


@pytest.mark.parametrize(
    ("lines", "encoding", "told"),
    [
        (["a,b"], "utf-8", "header: no column order_number"),
        ([HEADER, "1,ghn,é,"], "latin-1", "line 2: not UTF-8"),
        ([""], "utf-8", "the file is empty"),
    ],
)
def test_a_bad_file_is_told_in_one_line(operator, brand, csv, lines, encoding, told):
    result = operator("import", csv(*lines, encoding=encoding), "--brand", "acme")

    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert told in line


def test_a_file_that_must_not_be_read_is_told(operator, brand, tmp_path):
    result = operator("import", tmp_path, "--brand", "acme")

    assert result.exit_code == 2
    assert "is a directory" in result.stderr


def test_a_file_that_cannot_be_read_is_told(operator, brand):
    result = operator("import", "/proc/self/mem", "--brand", "acme")

    assert result.exit_code == 1
    assert result.stderr == "Error: /proc/self/mem: Input/output error\n"


def test_a_brand_is_wanted(operator, csv):
    result = operator("import", csv(HEADER), "--brand", "nobody")

    assert result.exit_code == 1
    assert result.stderr == "Error: no brand has the code 'nobody'\n"
    assert operator("import", csv(HEADER)).exit_code == 2


@pytest.fixture
def parcel(of, brand):
    answer = json.loads((ANSWERS / "in_transit.json").read_text())
    return make.a_parcel(of, brand, number=answer["data"]["order_code"])


def test_a_parcel_is_asked_for_now(operator, parcel, answers):
    answer = json.loads((ANSWERS / "in_transit.json").read_text())
    for scan in answer["data"]["log"]:  # commands live in the real time
        scan["updated_date"] = wall().isoformat().replace("+00:00", "Z")
    answers.post(GHN, json=answer)

    result = operator("poll", parcel.number)

    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    told = json.loads(line)
    assert (told["id"], told["carrier"], told["number"]) == (
        parcel.public_id,
        "ghn",
        parcel.number,
    )
    assert (told["status"], told["trouble"]) == ("in_transit", None)
    assert told["new_events"] > 0
    assert datetime.fromisoformat(told["next_poll_at"]) > wall()


def test_a_carrier_that_refuses_is_told_of(operator, parcel, answers):
    answers.post(GHN, body=(ANSWERS / "auth_http.json").read_bytes(), status=401)

    told = json.loads(operator("poll", parcel.number, "--carrier", "ghn").stdout)

    assert (told["status"], told["trouble"], told["new_events"]) == (
        "pending",
        "auth",
        0,
    )


def test_a_number_that_nobody_has_is_told(operator, parcel):
    for words in (["NOBODY"], [parcel.number, "--carrier", "ups"]):
        result = operator("poll", *words)

        assert result.exit_code == 1
        assert result.stderr == f"Error: no shipment has the number {words[0]}\n"


def test_a_push_only_carrier_cannot_be_asked(operator, of, brand):
    make.a_parcel(of, brand, carrier="viettelpost", number="VTP1")

    result = operator("poll", "VTP1")

    assert result.exit_code == 1
    assert result.stderr == "Error: VTP1: viettelpost cannot be asked, it only pushes\n"


def test_stored_answers_are_read_again(operator, parcel, answers):
    answers.post(GHN, body=(ANSWERS / "in_transit.json").read_bytes())
    operator("poll", parcel.number)

    every = operator("replay")
    others = operator("replay", "--carrier", "ups")

    assert every.stdout == "1 answers read, 0 scans added, 0 understood\n"
    assert others.stdout == "0 answers read, 0 scans added, 0 understood\n"


def test_the_answers_of_no_carrier_are_not_read_again(operator):
    told = operator("replay", "--carrier", "nobody")

    assert told.exit_code == 2
    assert "no carrier has the code 'nobody'" in told.stderr


@pytest.fixture
def unknown(of, brand):
    parcel = make.a_parcel(of, brand)
    at = Stamp.aware(of.clock.now(), Precision.MINUTE)
    event = Event(at, UNKNOWN, "QQ", "Never seen")
    return make.seen(of, parcel, make.a_tracking(event))


def test_codes_that_no_table_holds_are_listed(operator, unknown):
    shown = operator("unknown-codes")
    told = json.loads(operator("unknown-codes", "--json").stdout)

    assert shown.stdout.split() == ["ghn", "QQ", "1", "Never", "seen"]
    assert told == [
        {
            "carrier": "ghn",
            "code": "QQ",
            "description": "Never seen",
            "scans": 1,
            "last_seen_at": "2026-03-02T09:00:00+00:00",
        }
    ]


def test_where_all_codes_are_known_none_is_listed(operator):
    assert operator("unknown-codes").stdout == ""
    assert operator("unknown-codes", "--json").stdout == "[]\n"
