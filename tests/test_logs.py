import io
import json
import logging

import pytest
import structlog
from gunicorn.config import Config

from track_service import logs


@pytest.fixture
def lines():
    """Set logging up on a stream of ours; yield what reads its lines."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    logs.set_up("INFO", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def fail(said):
    raise ValueError(said)


def test_a_line_is_one_json_document(lines):
    structlog.get_logger("track_service.jobs").warning("poll failed", carrier="ups")

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "poll failed",
        "carrier": "ups",
        "level": "warning",
        "logger": "track_service.jobs",
    }


def test_the_libraries_lines_look_the_same(lines):
    logging.getLogger("alembic").info("upgrade %s", "0001", extra={"step": 1})

    (line,) = lines()
    assert (line["event"], line["logger"], line["step"]) == (
        "upgrade 0001",
        "alembic",
        1,
    )


def test_what_is_below_the_level_is_left_out(lines):
    logging.getLogger("alembic").debug("x")
    logging.getLogger("werkzeug").info("GET /t/token")
    logging.getLogger("apscheduler").info("job ran")

    assert lines() == []


def test_an_exception_is_part_of_its_line(lines):
    try:
        fail("a fault of ours")
    except ValueError:
        structlog.get_logger("track_service.jobs").exception("job failed")

    (line,) = lines()
    assert "ValueError: a fault of ours" in line["exception"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Exception on /t/4fJ-x_9Q [GET]", "Exception on /t/… [GET]"),
        ("at /t/4fJ-x_9Q/watching", "at /t/…/watching"),
        ("at /t/4fJ-x_9Q/open/gAAAA-x_9Q==", "at /t/…/open/…"),
        ("POST /hooks/carriers/ghn/s3cret?x=1", "POST /hooks/carriers/ghn/…?x=1"),
        ("GET /api/v1/shipments/shp_1", "GET /api/v1/shipments/shp_1"),
    ],
)
def test_addresses_that_open_something_are_blanked(lines, said, expected):
    logging.getLogger("track_service").error(said)
    try:
        fail(said)
    except ValueError:
        structlog.get_logger("track_service").exception("failed", path=said)

    first, second = lines()
    assert first["event"] == second["path"] == expected
    assert expected in second["exception"]
    assert expected == said or said not in second["exception"]


# What names a page that anyone may find, or a thing whose page asks for more.
OPEN_NAMES = frozenset(
    [
        "code",
        "digest",
        "edge",
        "entry_id",
        "name",
        "number",
        "product",
        "product_id",
        "public_id",
        "review_id",
        "state",
    ]
)


@pytest.mark.sqlite
def test_every_secret_in_an_address_of_ours_is_blanked(app, lines):
    secret_rules = [
        rule for rule in app.url_map.iter_rules() if rule.arguments - OPEN_NAMES
    ]
    for rule in secret_rules:
        given = {
            name: "1" if name in OPEN_NAMES else "4fJ-x_9Q" for name in rule.arguments
        }
        _, path = rule.build(given, append_unknown=False)
        logging.getLogger("track_service").error("Exception on %s [GET]", path)

    assert len(secret_rules) > 10
    assert [line["event"] for line in lines() if "4fJ" in line["event"]] == []


def test_gunicorn_s_lines_go_the_same_way(lines):
    gunicorn = logs.GunicornLog(Config())
    gunicorn.info("Listening at: %s", "http://127.0.0.1")
    gunicorn.access_log.info("GET /t/token")

    assert [line["event"] for line in lines()] == ["Listening at: http://127.0.0.1"]
