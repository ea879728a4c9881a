import pytest
from cryptography.fernet import Fernet
from tests.conftest import SECRET_KEY

from track_service.config import Settings

NEW_KEY = Fernet.generate_key().decode()


@pytest.fixture
def keys(monkeypatch):
    """Put keys into the environment, the newest first."""
    return lambda *keys: monkeypatch.setenv("TRACK_SECRET_KEYS", " ".join(keys))


def test_a_new_key_is_one_that_the_settings_take(run):
    key = run("new-key").stdout.strip()

    assert Settings.from_env({"TRACK_SECRET_KEYS": key}).secret_keys == (key,)


def test_a_key_goes_after_all_is_sealed_with_the_next(operator, keys):
    operator("brand", "add", "acme", "Acme", "--webhook-url", "https://acme.example/h")
    keys(NEW_KEY)
    assert operator("brand", "list").exit_code == 1

    keys(NEW_KEY, SECRET_KEY)
    first = operator("reseal")
    again = operator("reseal")
    keys(NEW_KEY)

    assert (first.exit_code, first.stderr) == (0, "")
    told = "The first key of TRACK_SECRET_KEYS opens everything.\n"
    assert first.stdout == "1 rows sealed anew\n" + told
    assert again.stdout == "0 rows sealed anew\n" + told
    assert operator("brand", "list").exit_code == 0


def test_a_key_that_is_missing_is_told(operator, keys):
    operator("brand", "add", "acme", "Acme", "--ops-url", "slack://a/b/c")
    keys(NEW_KEY)

    result = operator("reseal")

    assert result.exit_code == 1
    assert result.stdout == "0 rows sealed anew\n"
    assert result.stderr == (
        "Error: no key of TRACK_SECRET_KEYS opens 1 fields:"
        " the key that sealed them is missing\n"
    )
