import json
import shutil
from pathlib import Path

import pytest

from track_service.carriers import carriers

FIXTURES = Path(__file__).parents[1] / "fixtures" / "carriers"
GHN = FIXTURES / "ghn" / "in_transit.json"
RUBBISH = {
    "nothing": b"",
    "text": b"no answer at all",
    "bytes": bytes(range(256)),
    "html": b"<!doctype html><html><body>503</body></html>",
    "null": b"null",
    "number": b"17",
    "list": b"[]",
    "wrong list": b'[[[{"a": [null]}]]]',
    "deep": b"[" * 100_000,
    "deep xml": b"<a>" * 100_000,
    "long number": b"1" * 10_000,
    "not a number": b'{"data": NaN}',
    "cut off": GHN.read_bytes()[:200],
    "utf-16": "kein JSON".encode("utf-16"),
}


def one_line(result):
    """Return the single JSON document of an answer that holds nothing else."""
    (line,) = result.stdout.splitlines()
    return json.loads(line)


def test_the_list_is_one_document(run):
    result = run("carriers", "--json")

    assert result.exit_code == 0
    listed = {row["code"]: row for row in one_line(result)}
    assert list(listed) == list(carriers())
    ups = listed["ups"]
    assert (ups["name"], ups["push"], ups["batch_size"]) == ("UPS", True, 1)
    assert ups["settings"] == ["client_id", "client_secret"]
    assert {row["configured"] for row in listed.values()} == {False}
    assert "VN" in listed["ghn"]["countries"]


def test_the_list_is_for_people_too(run):
    result = run("carriers")

    (line,) = [line for line in result.stdout.splitlines() if line.startswith("ups")]
    assert "UPS" in line
    assert "pull+push" in line
    assert "client_id client_secret [push_credential]" in line


def test_the_list_says_what_is_configured(run, monkeypatch):
    monkeypatch.setenv("TRACK_CARRIER_GHN_TOKEN", "t")
    monkeypatch.setenv("TRACK_CARRIER_UPS_CLIENT_ID", "half")

    rows = one_line(run("carriers", "--json"))

    assert [row["code"] for row in rows if row["configured"]] == ["ghn"]


def test_an_answer_is_read_without_settings(run):
    result = run("carriers", "parse", "ghn", GHN, "--json")

    assert result.exit_code == 0
    expected = json.loads(GHN.with_name("in_transit.expected.json").read_text())
    assert one_line(result)["results"] == expected["results"]
    assert one_line(result)["carrier"] == "ghn"


def test_an_answer_is_shown_to_people(run):
    result = run("carriers", "parse", "ghn", GHN)

    assert result.exit_code == 0
    first = result.stdout.splitlines()[0]
    assert first.endswith(": in_transit")
    assert "+07:00" in result.stdout


def test_what_went_wrong_is_shown_to_people(run, tmp_path):
    (tmp_path / "x").write_bytes(b"rubbish")

    result = run("carriers", "parse", "ghn", tmp_path / "x")

    assert result.exit_code == 0
    assert result.stdout.startswith("(no number): -\n  bad_answer: ")


def test_the_http_status_tells_an_error_from_an_answer(run, tmp_path):
    (tmp_path / "x").write_bytes(b"")

    result = run(
        "carriers", "parse", "ups", tmp_path / "x", "--http-status", 503, "--json"
    )

    assert one_line(result)["results"][0]["error"]["kind"] == "server_error"


def test_a_push_is_read_as_one(run):
    file = FIXTURES / "ghn" / "push_delivered.json"

    pushed = one_line(run("carriers", "parse", "ghn", file, "--push", "--json"))

    assert pushed["results"][0]["status"] == "delivered"


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_is_a_bad_answer_of_every_carrier(run, tmp_path, name):
    (tmp_path / "rubbish").write_bytes(RUBBISH[name])
    lines = [
        f"{code}\t{tmp_path / 'rubbish'}\t200\t{way}"
        for code in carriers()
        for way in ("pull", "push")
    ]
    (tmp_path / "list").write_text("\n".join(lines))

    result = run("carriers", "parse", "--list", tmp_path / "list", "--json")

    assert (result.exit_code, result.stderr) == (0, "")
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(documents) == len(lines)
    assert not [d for d in documents if "error" in d]
    assert not [r for d in documents for r in d["results"] if not r["error"]]


def test_a_list_goes_on_whatever_a_line_holds(run, tmp_path):
    lines = [
        f"ghn\t{GHN}\t200\tpull",
        "",
        f"nobody\t{GHN}\t200\tpull",
        f"ghn\t{tmp_path}/missing\t\t",
        f"ghn\t{tmp_path}\t\t",
        f"ghn\t{GHN}\tOK\tpull",
        "ghn\t\0\t\t",
        "ghn",
        f"ghn\t{GHN}\r",
        f"ghn\t{FIXTURES / 'ghn' / 'push_delivered.json'}\t\tpush",
    ]
    told = "\n".join(lines).encode("utf-8-sig")  # as editors on Windows begin a file
    (tmp_path / "list").write_bytes(told + b"\nghn\t\xff\t\t\n")

    result = run("carriers", "parse", "--list", tmp_path / "list", "--json")

    assert (result.exit_code, result.stderr) == (0, "")
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    failed = ["error" in document for document in documents]
    assert failed == [False, *[True] * 6, False, False, True]
    assert documents[0]["file"] == documents[7]["file"] == str(GHN)
    assert documents[1]["error"] == "no carrier has the code 'nobody'"


def test_half_a_character_stops_nothing(run, tmp_path):
    answer = json.loads(GHN.read_text())
    shutil.copy(GHN, tmp_path / "x")
    text = json.dumps(answer).replace('"order_code": "', '"order_code": "\\ud800')
    (tmp_path / "x").write_text(text)

    result = run("carriers", "parse", "ghn", tmp_path / "x", "--json")

    assert result.exit_code == 0
    assert one_line(result)["results"][0]["number"].startswith("?")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["carriers", "parse"], "CODE and FILE, or --list"),
        (["carriers", "parse", "ghn"], "CODE and FILE, or --list"),
        (["carriers", "parse", "nobody", "x"], "no carrier has the code 'nobody'"),
        (["carriers", "parse", "--list", "missing"], "does not exist"),
        (["carriers", "parse", "ghn", "x", "--list", GHN], "takes the place of"),
        (
            ["carriers", "parse", "ghn", "x", "--http-status", "OK"],
            "not a valid integer",
        ),
        (["carriers", "--yaml"], "No such option"),
        (["run", "--port", 65536], "is not in the range"),
        (["demo", "--seconds", -1], "is not in the range"),
        (["notices", "list", "--limit", 0], "is not in the range"),
    ],
)
def test_wrong_use_is_told_and_ends_with_2(run, words, told):
    result = run(*words)

    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("file", ["missing", "."])
def test_a_file_that_cannot_be_read_is_a_failure(run, tmp_path, file):
    result = run("carriers", "parse", "ghn", tmp_path / file, "--json")

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
