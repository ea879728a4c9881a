import pytest
from tests.web.shop import bearer

PATH = "/api/v1/queue"


@pytest.fixture
def get(client, key):
    return lambda path="": client.get(f"{PATH}{path}", headers=bearer(key))


@pytest.fixture
def patch(client, key):
    return lambda **body: client.patch(PATH, json=body, headers=bearer(key))


def test_entries_are_listed_with_what_is_known(get, entry):
    mine = entry()

    (shown,) = get().json["entries"]

    assert shown["id"] == mine
    assert (shown["kind"], shown["severity"]) == ("exception", "high")
    assert (shown["order_number"], shown["tracking_number"]) == ("O-N1", "N1")
    assert (shown["status"], shown["owner"], shown["is_group"]) == ("open", None, False)
    assert shown["due_at"] == "2026-03-03T09:00:00+00:00"


def test_pages_go_on_by_next(get, entry):
    ids = [entry(f"N{n}") for n in range(3)]

    first = get("?limit=2&kind=exception")
    second = get(first.json["next"].partition(PATH)[2])

    assert [e["id"] for e in first.json["entries"]] == ids[:2]
    assert [e["id"] for e in second.json["entries"]] == ids[2:]
    assert first.headers["Link"] == f'<{first.json["next"]}>; rel="next"'
    assert second.json["next"] is None


def test_entries_are_changed_and_the_log_names_the_api(
    get,
    patch,
    entry,
    user,
    brand,
    rows,
):
    mine = entry()
    user("mai@acme.example", [(brand, "agent")])

    answer = patch(
        ids=[mine, 999],
        status="waiting",
        owner="mai@acme.example",
        note="Asked GHN",
        muted_until="2026-03-02T12:00:00+00:00",
    )

    (changed,) = answer.json["entries"]
    assert (changed["status"], changed["owner"]) == ("waiting", "mai")
    assert changed["muted_until"] == "2026-03-02T12:00:00+00:00"
    assert get().json["entries"] == []
    assert get("?state=muted").json["entries"] == [changed]
    (again,) = patch(ids=[mine], owner=None, muted_until=None).json["entries"]
    assert (again["owner"], again["muted_until"]) == (None, None)
    assert set(rows("SELECT actor FROM audit WHERE action LIKE 'queue%'")) == {("api",)}


def test_another_brand_s_entries_are_as_unknown_as_none(
    get,
    patch,
    entry,
    rival,
    user,
):
    theirs = entry("RIVAL-1", brand=rival)
    user("other@rival.example", [(rival, "agent")])
    mine = entry("N1")

    assert [e["id"] for e in get("?state=all").json["entries"]] == [mine]
    assert get(f"?group={theirs}").json["entries"] == []
    assert get("?q=RIVAL-1").json["entries"] == []
    assert patch(ids=[theirs], status="done").status_code == 404
    refused = patch(ids=[mine], owner="other@rival.example")
    assert refused.json["errors"] == {"owner": ["does not work for this brand"]}
    assert patch(ids=[mine], owner="nobody@x.example").json == refused.json


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "ids"),
        ({"ids": []}, "ids"),
        ({"ids": [0]}, "ids.0"),
        ({"ids": ["1"]}, "ids.0"),
        ({"ids": [True]}, "ids.0"),
        ({"ids": [1] * 201}, "ids"),
        ({"ids": [1], "status": "gone"}, "status"),
        ({"ids": [1], "stauts": "done"}, "stauts"),
        ({"ids": [1], "owner": "x"}, "owner"),
        ({"ids": [1], "note": "x" * 2001}, "note"),
        ({"ids": [1], "note": "\0"}, "note"),
        ({"ids": [1], "muted_until": "2026-03-02T12:00:00"}, "muted_until"),
    ],
)
def test_a_wrong_body_is_told_by_field(patch, body, field):
    answer = patch(**body)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stat=x", "stat"),
        ("state=x", "state"),
        ("owner=me", "owner"),
        ("cursor=x", "cursor"),
    ],
)
def test_a_wrong_argument_is_named(get, query, field):
    answer = get(f"?{query}")

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_the_document_describes_it(client, get):
    paths = client.get("/openapi.json").json["paths"]

    assert set(paths["/api/v1/queue"]) >= {"get", "patch"}
    assert client.get(PATH).status_code == 401
