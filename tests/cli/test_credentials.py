"""Keys and hook secrets by command: a new one beside the old, then the old goes."""

import re

import pytest
from tests.web.shop import bearer

from track_service.services.credentials import new_key


@pytest.fixture
def lets_in(client):
    """Tell how the API answers to a key."""

    def ask(key):
        answer = client.get("/api/v1/shipments", headers=bearer(key))
        return answer.status_code, answer.json.get("detail")

    return ask


@pytest.fixture
def push(client):
    """Push under a hook secret; the answer comes back."""

    def post(secret):
        answer = client.post(f"/hooks/carriers/ghn/{secret}", data=b"{}")
        return answer.status_code, answer.text

    return post


def a_key(result):
    return re.search(r"tsk_[\w-]+", result.stdout)[0]


def a_secret(result):
    (secret,) = set(re.findall(r"/hooks/carriers/\w+/(\S+)", result.stdout))
    return secret


def test_a_key_is_renewed_without_a_gap(operator, key, lets_in):
    made = operator("brand", "key", "new", "acme")
    new = a_key(made)
    assert (made.exit_code, lets_in(key)[0], lets_in(new)[0]) == (0, 200, 200)

    revoked = operator("brand", "key", "revoke", "acme", key[:8])

    assert (revoked.exit_code, revoked.stderr) == (0, "")
    assert revoked.stdout == f"acme: what begins with {key[:8]} is revoked\n"
    assert lets_in(new)[0] == 200
    assert lets_in(key) == lets_in("tsk_never-heard-of")
    assert lets_in(key)[0] == 401


def test_keys_are_listed_without_their_secrets(operator, key):
    new = a_key(operator("brand", "key", "new", "acme"))
    operator("brand", "key", "revoke", "acme", key[:8])

    result = operator("brand", "key", "list", "acme")

    first, second = result.stdout.splitlines()
    assert first.startswith(f"{key[:8]}     made 2026-03-02 09:00  revoked ")
    assert re.fullmatch(rf"{re.escape(new[:8])}     made [\d: -]+  valid", second)
    assert not {key, new} & set(result.stdout.split())


def test_a_hook_secret_is_renewed_without_a_gap(operator, made, push):
    renewed = operator("brand", "hook", "new", "acme")
    new = a_secret(renewed)
    assert f"https://track.example/hooks/carriers/viettelpost/{new}" in renewed.stdout
    assert (push(made.hook_secret)[0], push(new)[0]) == (200, 200)

    revoked = operator("brand", "hook", "revoke", "acme")

    assert (
        revoked.stdout == f"acme: what begins with {made.hook_secret[:8]} is revoked\n"
    )
    assert push(new)[0] == 200
    assert push(made.hook_secret) == push("tsh_never-heard-of")
    assert push(made.hook_secret)[0] == 404


def test_a_third_hook_secret_is_refused(operator, made, rows):
    operator("brand", "hook", "new", "acme")

    third = operator("brand", "hook", "new", "acme")

    assert (third.exit_code, third.stdout) == (1, "")
    assert third.stderr == "Error: acme: 2 hook secrets are valid: revoke one first\n"
    operator("brand", "hook", "revoke", "acme")
    assert operator("brand", "hook", "new", "acme").exit_code == 0
    assert rows("SELECT COUNT(*), COUNT(revoked_at) FROM hook_secret") == [(3, 1)]


def test_the_newer_hook_secret_goes_by_its_hint(operator, made, push):
    new = a_secret(operator("brand", "hook", "new", "acme"))

    operator("brand", "hook", "revoke", "acme", new[:8])

    assert (push(made.hook_secret)[0], push(new)[0]) == (200, 404)


def test_hook_secrets_are_listed_the_oldest_first(operator, made, of):
    new = a_secret(operator("brand", "hook", "new", "acme"))

    result = operator("brand", "hook", "list", "acme")

    hints = [line.split()[0] for line in result.stdout.splitlines()]
    assert hints == [made.hook_secret[:8], new[:8]]
    assert new not in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["key", "revoke", "acme", "tsk_none"], "acme: none that is valid begins with"),
        (["hook", "revoke", "acme", "tsk_none"], "acme: none that is valid begins"),
        (["hook", "revoke", "acme"], "acme: there is no older hook secret beside"),
        (["key", "list", "nobody"], "no brand has the code 'nobody'"),
        (["key", "new", "nobody"], "no brand has the code 'nobody'"),
        (["hook", "new", "nobody"], "no brand has the code 'nobody'"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(operator, made, words, told):
    result = operator("brand", *words)

    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {told}")


def test_a_secret_is_revoked_once(operator, key):
    operator("brand", "key", "revoke", "acme", key[:8])

    again = operator("brand", "key", "revoke", "acme", key[:8])

    assert again.exit_code == 1


def test_a_hint_that_two_share_names_neither(operator, made, rows, of):
    with of.database.write() as session:
        new_key(session, made.brand, now=of.clock.now(), mint=of.mint)
        session.commit()

    result = operator("brand", "key", "revoke", "acme", made.key[:8])

    assert result.exit_code == 1
    assert "more than one" in result.stderr
    assert rows("SELECT COUNT(revoked_at) FROM api_key") == [(0,)]
