"""Commands run in this process, on a database of the test's, as an operator would."""

import pytest
from click.testing import CliRunner
from tests.conftest import SECRET_KEY

from track_service.cli import main


@pytest.fixture
def no_settings(monkeypatch):
    """No `TRACK_` name in the environment, whatever the machine has."""
    import os

    for name in list(os.environ):
        if name.startswith("TRACK_"):
            monkeypatch.delenv(name)


@pytest.fixture
def run(no_settings):
    """Run a command; its exit code, stdout and stderr come back."""

    def invoke(*words, **options):
        return CliRunner().invoke(main, [str(word) for word in words], **options)

    return invoke


@pytest.fixture
def operator(run, settings, monkeypatch):
    """Run a command with settings; the keys and the database are the test's own."""
    monkeypatch.setenv("TRACK_SECRET_KEYS", SECRET_KEY)
    monkeypatch.setenv("TRACK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TRACK_BASE_URL", settings.base_url)
    for code, account in settings.accounts.items():
        for name, value in account.items():
            monkeypatch.setenv(f"TRACK_CARRIER_{code}_{name}".upper(), value)
    return run


@pytest.fixture
def empty(run, tmp_path, monkeypatch):
    """Run a command with settings, on a database without tables."""
    monkeypatch.setenv("TRACK_SECRET_KEYS", SECRET_KEY)
    monkeypatch.setenv("TRACK_DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    return run
