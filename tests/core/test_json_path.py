import pytest

from track_service.core.json_path import read_path, value, values

DOCUMENT = {
    "order": {"code": "B-1", "no.": 7},
    "lines": [{"name": "tray", "fees": [{"sum": 3}]}, {"name": "tea"}],
    "tags": [["a", "b"], ["c"]],
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("order.code", ["B-1"]),
        ("lines[].name", ["tray", "tea"]),
        ("lines[1].name", ["tea"]),
        ("lines[].fees[].sum", [3]),
        ("tags[][0]", ["a", "c"]),
        ("lines[9].name", []),
        ("order.code.deeper", []),
        ("order[]", []),
        ("lines.name", []),
    ],
)
def test_a_path_finds_what_is_there(path, found):
    assert list(values(DOCUMENT, read_path(path))) == found


def test_a_dot_is_the_document_itself():
    assert value(DOCUMENT, read_path(".")) is DOCUMENT


def test_nothing_there_is_none():
    assert value(DOCUMENT, read_path("order.when")) is None


@pytest.mark.parametrize(
    "path", ["", "a..b", ".a", "a.", "a[", "a[x]", "a]", "a=b", "x" * 201]
)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValueError, match="path"):
        read_path(path)
