import json

import pytest
from alembic.script import ScriptDirectory
from cryptography.fernet import Fernet
from sqlalchemy import update
from tests.channels.mail import Mailroom, serving
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, seen

from track_service.app import migrations_folder
from track_service.clock import wall
from track_service.core.status import Status
from track_service.sandbox import Sandbox
from track_service.store.models import HookSecretRow


@pytest.fixture
def mailroom():
    with serving(Mailroom()) as port:
        yield f"smtp://127.0.0.1:{port}?tls=none"


@pytest.fixture
def sandbox(monkeypatch):
    made = Sandbox(seed=1, now=wall)
    made.start()
    monkeypatch.setenv("TRACK_CARRIER_GHN_BASE_URL", made.base_url("ghn"))
    yield made
    made.stop()


@pytest.fixture
def sound(operator, monkeypatch, mailroom, sandbox):
    """An installation in which everything works; its carrier is the sandbox's."""
    import os

    for name in list(os.environ):
        if name.startswith("TRACK_CARRIER_") and not name.startswith(
            "TRACK_CARRIER_GHN"
        ):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TRACK_SMTP_URL", mailroom)
    monkeypatch.setenv("TRACK_CARRIER_GHN_TOKEN", sandbox.credentials("ghn")["token"])
    return operator


def problems(result):
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr.splitlines()


def test_where_nothing_is_wrong_it_says_so(sound):
    result = sound("check")

    assert (result.exit_code, result.stdout) == (0, "Nothing is wrong.\n")


def test_a_mail_server_that_is_down_is_told(sound, monkeypatch):
    monkeypatch.setenv("TRACK_SMTP_URL", "smtp://127.0.0.1:9?tls=none")

    (told,) = problems(sound("check"))

    assert told == "mail: no talk with the mail server: ConnectionRefusedError"


def test_a_carrier_that_refuses_us_is_told(sound, monkeypatch):
    monkeypatch.setenv("TRACK_CARRIER_GHN_TOKEN", "wrong")

    (told,) = problems(sound("check"))

    assert told.startswith("carrier ghn: auth: ")


def test_a_carrier_that_is_down_is_told(sound, monkeypatch):
    monkeypatch.setenv("TRACK_CARRIER_GHN_BASE_URL", "http://127.0.0.1:9")

    (told,) = problems(sound("check"))

    assert told.startswith("carrier ghn: no answer: 127.0.0.1")


def test_a_carrier_that_only_pushes_is_not_asked(sound, monkeypatch):
    monkeypatch.setenv("TRACK_CARRIER_VIETTELPOST_PUSH_TOKEN", "t")

    assert sound("check").exit_code == 0


def test_parcels_that_nobody_asks_for_are_told(sound, of, brand):
    for number in ("1Z1", "1Z2", "1Z3"):
        parcel = a_parcel(of, brand, carrier="ups", number=number)
    seen(of, parcel, a_tracking(an_event(Status.DELIVERED, at=NOW)))
    a_parcel(of, brand, carrier="ghn", number="GHN1")
    a_parcel(of, brand, carrier="dpd", number="DPD1")

    assert problems(sound("check")) == [
        "carrier dpd: no account is set (parcels waiting: 1)",
        "carrier ups: no account is set (parcels waiting: 2)",
    ]


def test_a_carrier_that_pushes_is_heard_without_an_account(sound, of, made):
    parcel = a_parcel(of, made.brand, carrier="viettelpost", number="VT0001")
    assert problems(sound("check")) == [
        "carrier viettelpost: no account is set (parcels waiting: 1)"
    ]

    seen(
        of,
        parcel,
        a_tracking(an_event(Status.IN_TRANSIT, at=NOW)),
        source="push:viettelpost",
    )

    assert sound("check").exit_code == 0


def test_a_brand_without_a_hook_secret_is_told(sound, made):
    sound("brand", "hook", "revoke", "acme", made.hook_secret[:8])

    assert problems(sound("check")) == [
        "brand acme: no hook secret is valid, so all pushes are refused:"
        " run `track-service brand hook new acme`"
    ]


def test_a_rotation_that_was_left_half_way_is_told(sound, of, made):
    sound("brand", "hook", "new", "acme")
    assert sound("check").exit_code == 0
    with of.database.write() as session:
        session.execute(update(HookSecretRow).values(created_at=NOW))
        session.commit()

    assert problems(sound("check")) == [
        "brand acme: an old hook secret is valid beside the new one:"
        " run `track-service brand hook revoke acme`"
    ]


def test_a_bare_installation_is_told_all_that_is_missing(empty):
    newest = ScriptDirectory(str(migrations_folder())).get_current_head()

    assert problems(empty("check")) == [
        f"database: at no revision, not {newest}: run `track-service db upgrade`",
        "mail: TRACK_SMTP_URL is not set, no mail can go out",
    ]


def test_an_account_is_missing_too(empty):
    empty("db", "upgrade")

    assert problems(empty("check")) == [
        "mail: TRACK_SMTP_URL is not set, no mail can go out",
        "carriers: no account is set (TRACK_CARRIER_<CODE>_<SETTING>)",
    ]


def test_a_database_that_does_not_answer_is_told(empty, monkeypatch):
    monkeypatch.setenv("TRACK_DATABASE_URL", "sqlite:////nowhere/x.db")

    assert problems(empty("check"))[0] == "database: unable to open database file"


def test_keys_that_open_nothing_are_told(sound, monkeypatch, operator):
    operator("brand", "add", "acme", "Acme")
    monkeypatch.setenv("TRACK_SECRET_KEYS", Fernet.generate_key().decode())

    result = sound("brand", "list")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: TRACK_SECRET_KEYS: no key of")


def test_the_database_is_brought_up_to_date(empty):
    before = empty("brand", "list")
    assert before.exit_code == 1
    assert before.stderr == (
        "Error: database: no such table: brand (has `track-service db upgrade` been run?)\n"
    )

    upgraded = empty("db", "upgrade")

    assert upgraded.exit_code == 0
    assert upgraded.stdout == "The database is up to date.\n"
    assert (empty("brand", "list").exit_code, empty("db", "upgrade").exit_code) == (
        0,
        0,
    )


def test_a_postgresql_that_is_down_is_told_in_one_line(empty, monkeypatch):
    monkeypatch.setenv("TRACK_DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:9/t")

    result = empty("brand", "list")

    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: database: ")
    assert "s3cret" not in line


COMMANDS = [
    ["brand", "list"],
    ["brand", "add", "acme", "Acme"],
    ["brand", "sending", "acme", "on"],
    ["brand", "set", "acme", "--name", "Acme"],
    ["brand", "key", "list", "acme"],
    ["brand", "hook", "new", "acme"],
    ["check"],
    ["db", "upgrade"],
    ["import", __file__, "--brand", "acme"],
    ["notices", "list"],
    ["poll", "N1"],
    ["replay"],
    ["reseal"],
    ["run"],
    ["scheduler"],
    ["unknown-codes"],
    ["web"],
    ["worker"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_without_settings_each_command_names_what_is_missing(run, words):
    result = run(*words)

    assert result.exit_code == 1
    assert result.stderr == (
        "Error: TRACK_SECRET_KEYS: missing; make one with `track-service new-key`\n"
    )
    assert result.stdout == ""


def test_without_a_broker_a_scheduler_says_who_schedules(empty):
    result = empty("scheduler")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: without a broker, which is not supported yet,"
        " `track-service worker` schedules\n"
    )


@pytest.mark.parametrize("command", ["scheduler", "worker", "run", "web"])
def test_a_broker_that_nothing_would_use_is_refused(empty, monkeypatch, command):
    monkeypatch.setenv("TRACK_BROKER_URL", "amqp://mq.example")

    result = empty(command)

    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: TRACK_BROKER_URL: no broker is supported yet")


def test_the_version_is_told(run):
    assert "0.1.0" in run("--version").stdout


def test_json_is_written_in_utf_8(operator, brand):
    assert json.loads(operator("unknown-codes", "--json").stdout_bytes.decode()) == []
