import json
import re

import pytest

from track_service.core.routing import Pace
from track_service.core.severity import Severity
from track_service.services import users as service
from track_service.store import brands, notices, queue_sla, users


def by_email(of, email="mai@acme.example"):
    with of.database.read() as session:
        return users.by_email(session, email)


def lets_in(of, password):
    entered = service.enter(
        of.database,
        "mai@acme.example",
        password,
        client="192.0.2.1",
        mint=of.mint,
        wall=of.clock.wall(),
    )
    return entered is not None


def password_of(done):
    return re.search(r"Password   (\S+)", done.stdout)[1]


@pytest.fixture
def mai(operator, brand):
    return operator("user", "add", "mai@acme.example", "--brand", "acme")


def test_a_user_is_added_with_a_password_that_lets_in(mai, of, brand):
    assert mai.exit_code == 0
    assert lets_in(of, password_of(mai))
    assert by_email(of).roles == {brand.id: "agent"}


def test_a_user_of_openid_has_no_password(operator, brand, of):
    done = operator(
        "user", "add", "mai@acme.example", "--brand", "acme", "--no-password"
    )

    assert "Password" not in done.stdout
    assert not lets_in(of, "x")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("mai", "--admin"), "no e-mail address"),
        (("an@acme.example", "--brand", "x"), "no brand has the code"),
        (("mai@acme.example",), "Give --brand"),
        (("MAI@acme.example", "--admin"), "is a user already"),
    ],
)
def test_nobody_is_added_by_mistake(operator, mai, words, told):
    done = operator("user", "add", *words)

    assert done.exit_code != 0
    assert told in done.stderr


def test_a_new_password_ends_the_last(operator, mai, of):
    done = operator("user", "password", "mai@acme.example")

    assert lets_in(of, password_of(done))
    assert not lets_in(of, password_of(mai))


def test_a_role_is_given_and_taken_away(operator, mai, of, brand):
    operator("user", "role", "mai@acme.example", "acme", "admin")
    assert by_email(of).roles == {brand.id: "admin"}
    assert "acme:admin" in operator("user", "list").stdout

    operator("user", "role", "mai@acme.example", "acme", "none")
    assert by_email(of).roles == {}
    assert operator("user", "role", "x@x.example", "acme", "admin").exit_code == 1


def test_who_is_removed_may_come_back_without_roles(operator, mai, of):
    operator("user", "remove", "mai@acme.example")
    assert by_email(of) is None
    assert not lets_in(of, password_of(mai))

    operator("user", "add", "mai@acme.example", "--admin")
    assert by_email(of).is_admin
    assert "admin of everything" in operator("user", "list").stdout


def test_the_log_tells_each_step(operator, mai, of):
    lets_in(of, "wrong")
    operator("user", "role", "mai@acme.example", "acme", "admin")

    lines = [json.loads(x) for x in operator("audit", "--json").stdout.splitlines()]

    assert [line["action"] for line in lines] == [
        "user.role",
        "user.refused",
        "user.password",
        "user.role",
        "user.add",
    ]
    assert lines[0]["before"] == {"role": "agent"}
    assert lines[0]["after"] == {"role": "admin"}
    assert {line["brand"] for line in lines} == {"acme", None}
    assert "mai@" not in json.dumps(lines)
    own = operator("audit", "--brand", "acme").stdout.splitlines()
    assert len(own) == 2


def test_a_rule_is_kept_listed_without_its_secret_and_removed(operator, brand, of):
    added = operator(
        *("alerts", "route", "add", "acme", "slack://T0/B0/secret", "--carrier", "ghn"),
        *("--severity", "high", "--pace", "daily", "--hour", "7"),
    )

    assert added.exit_code == 0, added.output
    with of.database.read() as session:
        (route,) = brands.by_code(session, "acme").routes
    assert (route.number, route.carrier, route.least) == (1, "ghn", Severity.HIGH)
    assert (route.pace, route.hour, route.urls) == (
        Pace.DAILY,
        7,
        ("slack://T0/B0/secret",),
    )
    listed = operator("alerts", "route", "list", "acme").stdout
    assert "daily at 7  ghn any kind high and graver  slack" in listed
    assert "secret" not in listed + operator("audit", "--json").stdout
    assert operator("alerts", "route", "remove", "acme", "2").exit_code == 1
    assert operator("alerts", "route", "remove", "acme", "1").exit_code == 0
    assert operator("alerts", "route", "list", "acme").stdout == ""


def test_a_rule_that_alerts_were_owed_to_leaves_its_number_to_no_other(
    operator, brand, of
):
    add = ("alerts", "route", "add", "acme", "slack://T0/B0/secret")
    operator(*add)
    with of.database.write() as session:
        notices.owe(
            session,
            key="k",
            cause="c",
            kind="mass",
            concern="1",
            detail=None,
            channel="apprise",
            target=100,
            brand_id=brand.id,
            now=of.clock.now(),
            wall=of.clock.wall(),
        )
        session.commit()
    operator("alerts", "route", "remove", "acme", "1")

    assert operator(*add).stdout.split()[0] == "2"
    operator("alerts", "route", "remove", "acme", "2")  # nobody was told by it
    assert operator(*add).stdout.split()[0] == "2"


def test_a_rule_leads_to_no_scheme_that_runs_programs(operator, brand):
    done = operator("alerts", "route", "add", "acme", "dbus://")

    assert done.exit_code == 1
    assert "an Apprise URL is wanted" in done.stderr


def test_a_rule_for_what_nobody_knows_is_refused_with_what_is_known(operator, brand):
    add = ("alerts", "route", "add", "acme", "slack://T0/B0/secret")

    kind, carrier = operator(*add, "--kind", "hold"), operator(*add, "--carrier", "upz")

    assert (kind.exit_code, carrier.exit_code) == (2, 2)
    assert all(f"'{known}'" in kind.stderr for known in ("held", "case", "blind"))
    assert "'upz' is none of " in carrier.stderr
    assert " ups," in carrier.stderr
    assert operator("alerts", "route", "list", "acme").stdout == ""


def test_an_sla_is_kept_with_its_working_hours(operator, brand, of):
    done = operator("alerts", "sla", "acme", "high", "8", "--working", "9-18")

    assert done.stdout == "acme: high within 8 hours, Monday to Friday from 9 to 18\n"
    with of.database.read() as session:
        sla = queue_sla.sla_of(session, brand.id)
    assert (sla.hours.opens, sla.hours.closes) == (9, 18)
    assert sla.spans[Severity.HIGH].total_seconds() == 8 * 3600
    assert (
        operator("alerts", "sla", "acme", "high", "8", "--working", "x").exit_code == 2
    )
    assert (
        operator("alerts", "sla", "acme", "low", "9", "--working", "no").exit_code == 0
    )
    with of.database.read() as session:
        assert queue_sla.sla_of(session, brand.id).hours is None
