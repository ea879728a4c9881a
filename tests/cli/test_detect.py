import json


def test_numbers_come_back_in_the_order_asked(run):
    result = run("detect", "S1.A1.2001234567", "1Z999AA10123456784", "--json")

    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    assert json.loads(line) == [
        {
            "number": "S1.A1.2001234567",
            "candidates": [
                {
                    "carrier": "ghtk",
                    "format": "ghtk",
                    "confidence": 0.98,
                    "check_digit": "none",
                }
            ],
        },
        {
            "number": "1Z999AA10123456784",
            "candidates": [
                {
                    "carrier": "ups",
                    "format": "ups_1z",
                    "confidence": 0.99,
                    "check_digit": "valid",
                }
            ],
        },
    ]


def test_nobodys_number_has_an_empty_list(run):
    result = run("detect", "1Z999AA10123456785", "1Z 999AA10123456784", "--json")

    wrong, right = json.loads(result.stdout)
    assert wrong == {"number": "1Z999AA10123456785", "candidates": []}
    assert right["number"] == "1Z 999AA10123456784"
    assert right["candidates"]


def test_people_read_lines(run):
    result = run("detect", "RR123456785VN", "nobody's")

    assert result.exit_code == 0
    first, post, _, last = result.stdout.splitlines()
    assert first == "RR123456785VN:"
    assert post.split() == ["vnpost", "s10", "0.97", "check", "digit:", "valid"]
    assert last == "nobody's: no carrier's number"


def test_bytes_that_are_no_text_are_printed_all_the_same(run):
    for words in (["detect", "\udcff"], ["detect", "\udcff", "--json"]):
        result = run(*words)

        assert (result.exit_code, result.stderr) == (0, "")
        assert "?" in result.stdout


def test_no_number_is_wrong_use(run):
    result = run("detect")

    assert result.exit_code == 2
    assert "NUMBER" in result.stderr
