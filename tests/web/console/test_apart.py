"""A user of one brand sees and changes nothing of another's: every route is tried."""

import pytest

ROLES = ("viewer", "agent", "admin")


@pytest.fixture
def routes(app):
    return [r for r in app.url_map.iter_rules() if r.rule.startswith("/console")]


@pytest.fixture
def theirs(entry, rival):
    return entry("RIVAL-1", brand=rival)


@pytest.fixture(params=ROLES)
def stranger(request, user, person, brand):
    email = f"{request.param}@acme.example"
    user(email, [(brand, request.param)])
    somebody = person()
    somebody.enter(email)
    return somebody


FORMS = {
    "/console/queue": {"status": "done", "note": "x", "owner": "me", "mute": "4"},
    "/console/queue/<int:entry_id>/held": {"verdict": "dropped"},
    "/console/queue/<int:entry_id>/settle": {"outcome": "refunded"},
    "/console/reviews": {"review": "1", "verdict": "published"},
}
KNOWN = {
    "/console/", "/console/queue.csv", "/console/log", "/console/enter",
    "/console/leave", "/console/oidc", "/console/oidc/back", "/console/queue",
    "/console/queue/<int:entry_id>", "/console/queue/<int:entry_id>/held",
    "/console/queue/<int:entry_id>/photo", "/console/queue/<int:entry_id>/settle",
    "/console/reviews", "/console/numbers", "/console/password",
}  # fmt: skip


def test_this_test_knows_every_route(routes):
    assert {rule.rule for rule in routes} == KNOWN


def test_no_route_shows_another_brand_s_entry(stranger, theirs, routes):
    shown = {}
    for rule in routes:
        path = rule.rule.replace("<int:entry_id>", str(theirs))
        if "GET" not in rule.methods:
            continue
        for query in (
            "",
            f"?group={theirs}",
            "?q=RIVAL-1",
            "?brand=rival",
            "?state=all",
        ):
            answer = stranger.get(path + query)
            # What was searched for stands in its field again; an order's does not.
            found = "O-RIVAL" in answer.text or "rival</" in answer.text
            shown[path + query] = found or f"/queue/{theirs}" in answer.text

    assert len(shown) == 5 * sum("GET" in rule.methods for rule in routes)
    assert [path for path, is_shown in shown.items() if is_shown] == []
    assert stranger.get(f"/console/queue/{theirs}").status_code == 404


def test_no_route_changes_another_brand_s_entry(stranger, theirs, routes, rows):
    before = rows("SELECT * FROM queue_entry"), rows("SELECT * FROM queue_note")

    codes = []
    for rule in routes:
        if "POST" in rule.methods and rule.rule in FORMS:
            path = rule.rule.replace("<int:entry_id>", str(theirs))
            form = FORMS[rule.rule] | {"entry": str(theirs)}
            codes.append(stranger.post(path, **form).status_code)

    assert codes == [404] * len(FORMS)
    assert (
        rows("SELECT * FROM queue_entry"),
        rows("SELECT * FROM queue_note"),
    ) == before


def test_nobody_sees_anything_without_signing_in(person, theirs, routes):
    for rule in routes:
        path = rule.rule.replace("<int:entry_id>", str(theirs))
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = person().client.open(path, method=method)
            assert answer.status_code in {200, 303, 400, 403, 404}
            assert "RIVAL" not in answer.text
            if answer.status_code == 303:
                assert answer.location.startswith("/console/enter")


def test_every_form_without_its_token_is_refused(agent, entry, routes, rows):
    mine = entry()
    for rule in routes:
        if "POST" not in rule.methods:
            continue
        path = rule.rule.replace("<int:entry_id>", str(mine))
        form = {"entry": str(mine), "status": "done"}
        for token in ({}, {"token": "wrong"}, {"token": "ÿ"}):
            assert agent.client.post(path, data=form | token).status_code in {400, 403}
    assert rows("SELECT status FROM queue_entry") == [("open",)]


def test_a_viewer_reads_and_changes_nothing(user, person, brand, entry, rows):
    mine = entry()
    user("viewer@acme.example", [(brand, "viewer")])
    viewer = person()
    viewer.enter("viewer@acme.example")

    assert "O-N1" in viewer.get("/console/").text
    assert 'name="status"' not in viewer.get(f"/console/queue/{mine}").text
    answer = viewer.post("/console/queue", entry=str(mine), status="done")
    assert answer.status_code == 404
    assert viewer.get("/console/log").status_code == 404
    assert rows("SELECT status FROM queue_entry") == [("open",)]


def test_the_installation_s_admin_sees_every_brand(user, person, entry, theirs):
    entry()
    user("root@track.example", admin=True)
    root = person()
    root.enter("root@track.example")

    page = root.get("/console/").text

    assert "RIVAL-1" in page
    assert "O-N1" in page
    assert "O-N1" not in root.get("/console/?brand=rival").text
