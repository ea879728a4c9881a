from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.dialects import postgresql, sqlite
from tests.conftest import NOW

from track_service.core.tracking import Precision, Stamp
from track_service.store.types import (
    Instant,
    Keys,
    LostKey,
    Secret,
    SecretBody,
    StampText,
)

SQLITE, POSTGRESQL = sqlite.dialect(), postgresql.dialect()
HANOI = timezone(timedelta(hours=7))
LOCAL = datetime(2026, 3, 2, 16, 30, 15)  # noqa: DTZ001


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])
def test_an_instant_comes_back_in_utc(dialect):
    bound = Instant().process_bind_param(NOW.astimezone(HANOI), dialect)

    read = Instant().process_result_value(bound, dialect)

    assert (read, read.tzinfo) == (NOW, UTC)
    assert (bound.tzinfo is None) == (dialect is SQLITE)


def test_a_naive_time_is_no_instant():
    with pytest.raises(ValueError, match="naive"):
        Instant().process_bind_param(LOCAL, SQLITE)


@pytest.mark.parametrize(
    "stamp",
    [
        Stamp(LOCAL, timedelta(hours=7)),
        Stamp(LOCAL, -timedelta(hours=9, minutes=30)),
        Stamp(LOCAL.replace(second=0), None, Precision.MINUTE),
        Stamp(LOCAL),
        Stamp.day(LOCAL.date()),
    ],
    ids=lambda stamp: stamp.text,
)
def test_a_stamp_comes_back_as_it_was_stated(stamp):
    text = StampText().process_bind_param(stamp, SQLITE)

    assert StampText().process_result_value(text, SQLITE) == stamp
    assert len(text) <= 48


@pytest.mark.parametrize("column", [Instant(), StampText(), Secret(), SecretBody()])
def test_nothing_stays_nothing(column):
    assert column.process_bind_param(None, SQLITE) is None
    assert column.process_result_value(None, SQLITE) is None


def test_keys_rotate_and_a_lost_one_is_told():
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    keys = Keys()
    with pytest.raises(LostKey, match="no keys"):
        keys.seal(b"secret")

    keys.use([old])
    sealed = keys.seal(b"secret")
    keys.use([new, old])
    assert keys.open(sealed) == b"secret"

    keys.use([new])
    with pytest.raises(LostKey, match="TRACK_SECRET_KEYS"):
        keys.open(sealed)
