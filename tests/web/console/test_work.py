"""What people do at the console, and what is kept of it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from tests import make
from tests.conftest import NOW

from track_service.core.cases import CaseKind
from track_service.services.erase import erase
from track_service.services.queue_csv import disarmed
from track_service.services.queue_upkeep import keep_up
from track_service.store import cases


def state(rows):
    return [tuple(row) for row in rows("SELECT status, owner_id FROM queue_entry")]


def test_an_entry_is_taken_noted_and_done_and_all_of_it_is_kept(agent, entry, rows):
    mine = entry()

    done = agent.post(
        "/console/queue",
        entry=str(mine),
        status="in_work",
        owner="me",
        note="Called GHN <today>",
        here=f"/console/queue/{mine}",
    )

    assert done.location == f"/console/queue/{mine}?told=1+entry+was+changed."
    page = agent.get(f"/console/queue/{mine}").text
    assert "Called GHN &lt;today&gt;" in page
    assert "Owner: agent" in page
    assert "Status: in work" in page
    assert state(rows) == [("in_work", 1)]
    kept = rows(
        "SELECT action, subject, before, after, user_id FROM audit"
        " WHERE action LIKE 'queue%' ORDER BY id"
    )
    assert [row.action for row in kept] == [
        "queue.status",
        "queue.assign",
        "queue.note",
    ]
    assert {row.subject for row in kept} == {f"entry:{mine}"}
    assert {row.user_id for row in kept} == {1}
    assert "GHN" not in str(kept)


def test_many_are_changed_at_once(agent, entry, rows):
    ids = [str(entry(f"N{n}")) for n in range(3)]

    agent.client.post(
        "/console/queue",
        data={"token": agent.token(), "entry": ids[:2], "status": "done"},
    )

    assert sorted(state(rows)) == [("done", None), ("done", None), ("open", None)]
    assert "O-N2" in agent.get("/console/").text
    assert "O-N1" not in agent.get("/console/").text
    assert "O-N1" in agent.get("/console/?state=closed").text


def test_what_is_muted_is_heard_again_when_its_time_is_over(agent, entry, hands):
    mine = entry()
    agent.post("/console/queue", entry=str(mine), mute="24")
    assert "Nothing needs you now." in agent.get("/console/").text
    assert "O-N1" in agent.get("/console/?state=muted").text

    hands.forward(hours=7)
    agent.get("/console/")
    hands.forward(hours=7)
    agent.get("/console/")
    hands.forward(hours=7)
    assert "Nothing needs you now." in agent.get("/console/").text
    hands.forward(hours=2, minutes=59)
    agent.enter("agent@acme.example")
    assert "Nothing needs you now." in agent.get("/console/").text
    hands.forward(minutes=1)
    assert "O-N1" in agent.get("/console/").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=O-N1", ["N1"]),
        ("q=n1", ["N1"]),
        ("q=N 1", ["N1"]),
        ("q=O-N9", []),
        ("carrier=ghn", ["N0", "N1"]),
        ("carrier=ups", []),
        ("kind=exception", ["N0", "N1"]),
        ("kind=late", []),
        ("severity=high", ["N0", "N1"]),
        ("severity=low", []),
        ("owner=nobody", ["N1"]),
        ("owner=me", ["N0"]),
        ("owner=77", []),
        ("over=1", []),
        ("older=4", []),
        ("older=0", ["N0", "N1"]),
        ("brand=acme", ["N0", "N1"]),
    ],
)
def test_entries_are_found(agent, entry, query, found):
    first, _ = entry("N0"), entry("N1")
    agent.post("/console/queue", entry=str(first), owner="me")

    page = agent.get(f"/console/?{query}").text

    assert [
        n for n in ("N0", "N1") if f"O-{n}</td>" in page or f"O-{n} <span" in page
    ] == found


@pytest.mark.parametrize(
    "query",
    [
        "state=x", "brand=x", "severity=x", "owner=x", "older=x", "group=0x1",
        "q=%00", "q=" + "x" * 121, "cursor=1", "cursor=9~x~1", "group=99999999999999",
        "cursor=1~2026-03-02T09:00:00~1", "carrier=%00",
    ],
)  # fmt: skip
def test_what_nobody_can_mean_is_not_there(agent, query):
    assert agent.get(f"/console/?{query}").status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"entry": "x"},
        {"entry": "1", "status": "gone"},
        {"entry": "1", "mute": "x"},
        {"entry": "1", "owner": "77"},
    ],
)
def test_a_form_that_nobody_was_given_is_refused(agent, entry, form):
    entry()

    assert agent.post("/console/queue", **form).status_code == 400


def test_pages_go_on_where_the_last_one_ended(agent, of, brand, entry):
    for n in range(51):
        make.a_parcel(of, brand, number=f"P{n:02}")
    with of.database.write() as session:
        session.execute(
            text(
                "INSERT INTO concern (shipment_id, kind, cause, since, opened_at)"
                " SELECT id, 'late', 'x', :now, :now FROM shipment WHERE carrier = 'ghn'"
            ),
            {"now": NOW.replace(tzinfo=None)},
        )
        session.execute(text("UPDATE shipment SET carrier = 'c' || id"))  # no mass
        session.commit()
    while keep_up(of.post):
        pass

    first = agent.get("/console/").text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = agent.get(following.replace("&amp;", "&")).text

    numbers = [p.split("</span>")[0] for p in (first + second).split("P")[1:]]
    seen = [n for n in numbers if n.isdecimal() and len(n) == 2]
    assert sorted(seen) == [f"{n:02}" for n in range(51)]
    assert 'rel="next"' not in second


def test_the_csv_holds_no_formula(agent, of, brand, entry):
    entry("N1")
    with of.database.write() as session:
        session.execute(
            text("UPDATE orders SET number = '=HYPERLINK(\"x\")' WHERE number = 'O-N1'")
        )
        session.execute(text("UPDATE queue_entry SET hub = '@hub, one'"))
        session.commit()

    answer = agent.get("/console/queue.csv?kind=exception")

    heading, row = (
        csv.DictReader(io.StringIO(answer.text)).fieldnames,
        next(csv.DictReader(io.StringIO(answer.text))),
    )
    assert answer.content_type == "text/csv; charset=utf-8"
    assert heading[:4] == ["id", "brand", "kind", "severity"]
    assert row["order"] == '\'=HYPERLINK("x")'
    assert row["hub"] == "'@hub, one"
    assert row["due_at"] == (NOW + timedelta(hours=24)).isoformat()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_is_disarmed(first):
    assert disarmed(f"{first}1+1") == f"'{first}1+1"
    assert disarmed(f"1{first}1") == f"1{first}1"


def test_held_messages_are_decided_on_by_an_admin_alone(
    agent, user, person, brand, of, entry, rows
):
    entry()
    with of.database.write() as session:
        session.execute(text("UPDATE notice SET state = 'held'"))
        session.commit()
    keep_up(of.post)
    held = rows("SELECT id FROM queue_entry WHERE kind = 'held'")[0].id
    path = f"/console/queue/{held}"
    user("boss@acme.example", [(brand, "admin")])
    boss = person()
    boss.enter("boss@acme.example")
    assert agent.post(f"{path}/held", verdict="released").status_code == 404
    assert "Send the held messages" not in agent.get(path).text
    assert "Send the held messages" in boss.get(path).text

    boss.post(f"{path}/held", verdict="released")

    assert rows("SELECT DISTINCT state FROM notice") == [("owed",)]
    keep_up(of.post)
    assert "Its cause ended on" in boss.get(path).text
    assert "held.released" in boss.get("/console/log").text


def test_the_log_cannot_be_changed_by_whoever_speaks_sql(agent, of):
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with (
            of.database.write() as session,
            pytest.raises(DatabaseError, match="append-only"),
        ):
            session.execute(text(statement))


def test_an_admin_sees_what_was_done_for_the_own_brand_alone(
    user, person, brand, rival, entry
):
    entry("RIVAL-1", brand=rival)
    user("boss@acme.example", [(brand, "admin")])
    user("other@rival.example", [(rival, "admin")])
    boss, other = person(), person()
    boss.enter("boss@acme.example"), other.enter("other@rival.example")
    other.post("/console/queue", entry="1", status="done")

    assert "queue.status" in other.get("/console/log").text
    assert "queue.status" not in boss.get("/console/log").text


@pytest.fixture
def reported(of, brand):
    """Let a shopper report a parcel; return the entry's id."""
    parcel = make.a_parcel(of, brand, order=make.an_order("O-7"))
    told = cases.Report(CaseKind.NOT_RECEIVED, text="Never came <b>", photo=b"JPEG")
    with of.database.write() as session:
        cases.open_case(session, parcel.id, told, hub="Cu Chi", now=NOW, due_at=NOW)
        session.commit()
    keep_up(of.post)
    return parcel


def test_a_shopper_s_report_is_read_and_settled_here(agent, reported, of, rows):
    path = "/console/queue/1"
    page = agent.get(path).text
    assert "Not received" in page
    assert "Never came &lt;b&gt;" in page
    assert agent.get(f"{path}/photo").data == b"JPEG"

    assert agent.post(f"{path}/settle", outcome="refunded").location == path
    keep_up(of.post)

    page = agent.get(path).text
    assert "The case was settled: refunded" in page
    assert "so this entry cleared itself" in page
    assert rows("SELECT outcome FROM shopper_case") == [("refunded",)]
    assert rows("SELECT subject FROM audit WHERE action = 'case.settle'") == [
        ("case:1",)
    ]
    assert agent.post(f"{path}/settle", outcome="lost").status_code == 400
    assert agent.get(f"{path}/photo").status_code == 200


def test_what_people_wrote_of_a_parcel_goes_when_it_is_erased(
    agent, entry, of, brand, rows
):
    mine = entry()
    agent.post("/console/queue", entry=str(mine), note="Mai wants it on Monday")
    assert "Mai wants" in agent.get(f"/console/queue/{mine}").text
    public_id = rows("SELECT public_id FROM shipment WHERE number = 'N1'")[0].public_id

    with of.database.write() as session:
        erase(session, brand.id, public_id, now=of.clock.now())
        session.commit()
    keep_up(of.post)

    page = agent.get(f"/console/queue/{mine}").text
    assert "Mai wants" not in page
    assert "O-N1" not in page
    assert rows("SELECT words FROM queue_note WHERE what = 'note'") == [(None,)]
