import pytest
from sqlalchemy import text
from tests import make

from track_service.core.status import Status


@pytest.fixture
def notice(of, brand, rows):
    """A notice to a shopper, put into a state."""

    def put(state, number="N1"):
        parcel = make.a_parcel(of, brand, number=number)
        event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
        make.seen(of, parcel, make.a_tracking(event, number=number))
        with of.database.write() as session:
            session.execute(
                text("UPDATE notice SET state = :state WHERE shipment_id = :id"),
                {"state": state, "id": parcel.id},
            )
            session.commit()

    def states():
        return [row.state for row in rows("SELECT state FROM notice ORDER BY id")]

    put.states = states
    return put


def test_notices_are_listed_the_newest_first(operator, notice):
    notice("sent", "N1")
    notice("dead", "N2")

    result = operator("notices", "list")

    states = [line.split()[2] for line in result.stdout.splitlines()]
    assert states == ["dead", "sent"]
    assert "email    exception" in result.stdout


def test_one_state_of_one_brand_is_listed(operator, notice):
    notice("sent", "N1")
    notice("dead", "N2")
    operator("brand", "add", "zen", "Zen")

    dead = operator("notices", "list", "--state", "dead", "--brand", "acme")
    other = operator("notices", "list", "--brand", "zen")

    assert len(dead.stdout.splitlines()) == 1
    assert (other.exit_code, other.stdout) == (0, "")


def test_held_ones_are_released(operator, notice):
    notice("held", "N1")
    notice("held", "N2")
    notice("dead", "N3")

    result = operator("notices", "release", "--brand", "acme", "--kind", "exception")

    assert result.stdout == "2 notices are owed again\n"
    assert notice.states() == ["owed", "owed", "dead"]


def test_held_ones_are_dropped(operator, notice):
    notice("held", "N1")
    notice("sent", "N2")

    result = operator("notices", "drop", "--brand", "acme")

    assert result.stdout == "1 notices were dropped\n"
    assert notice.states() == ["dropped", "sent"]


def test_dead_ones_are_tried_again(operator, notice):
    notice("held", "N1")
    notice("dead", "N2")

    assert operator("notices", "retry").stdout == "1 notices are owed again\n"
    assert notice.states() == ["held", "owed"]


@pytest.mark.parametrize("command", ["list", "release", "drop", "retry"])
def test_an_unknown_brand_is_told(operator, command):
    result = operator("notices", command, "--brand", "nobody")

    assert result.exit_code == 1
    assert result.stderr == "Error: no brand has the code 'nobody'\n"


@pytest.mark.parametrize(
    "words", [["list", "--state", "lost"], ["release"], ["drop"], ["forget"]]
)
def test_wrong_use_ends_with_2(operator, words):
    assert operator("notices", *words).exit_code == 2
