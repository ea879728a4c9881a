"""What carriers send us: verified, kept, read once, and believed no more than it may."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import wire
from tests.conftest import NOW
from tests.dump import everything
from tests.make import a_parcel, held_of

from track_service.carriers.base import Push, Trust
from track_service.services import brands, pushed
from track_service.services.erase import erase
from track_service.services.poll import poll_one
from track_service.services.pushed import NoSuchHook, PushRefused
from track_service.store import raw
from track_service.store.brands import add_hook_secret, by_hook_secret

HOUR = timedelta(hours=1)
TOKEN = "push-token"


@pytest.fixture
def push(of, made):
    """Send a body as a carrier does; return how many parcels it moved."""

    def push(code, body, *, secret=None, headers=None, query=None):
        sent = Push(body, headers or {}, query or {})
        received = taken(of.desk, code, secret or made.hook_secret, sent)
        return pushed.digest_push(of.desk, received)

    return push


@pytest.fixture
def due(rows):
    def read(parcel):
        ((at,),) = rows(
            "SELECT poll_after FROM poll WHERE shipment_id = :i", i=parcel.id
        )
        return at and str(at)[:19]

    return read


def taken(desk, code, secret, sent):
    return pushed.receive(desk, pushed.find_hook(desk, code, secret), sent)


def bodies(rows):
    return rows("SELECT COUNT(*), COUNT(read_at) FROM raw_answer WHERE push")[0]


def pushes(of, carrier, result):
    return of.counters.total("track_pushes", carrier=carrier, result=result)


def test_a_signed_push_of_a_carrier_that_only_tells_is_recorded(of, brand, push, rows):
    parcel = a_parcel(of, brand, carrier="viettelpost", number="VT0001")

    assert push("viettelpost", wire.viettel_push("VT0001", 501, NOW, token=TOKEN)) == 1

    now = held_of(of, parcel).shipment
    assert (now.meaning.status, now.delivered_at.at) == ("delivered", NOW)
    assert (now.pushed_at, now.seen_at, now.asked_at) == (NOW, NOW, None)
    assert bodies(rows) == (1, 1)
    assert pushes(of, "viettelpost", "read") == 1
    assert of.counters.total("track_scans", carrier="viettelpost") == 1
    assert b"VT0001" in everything(of)
    assert b"Mai Example" not in everything(of)


def test_a_push_told_again_changes_nothing(of, brand, push, rows):
    parcel = a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    body = wire.viettel_push("VT0001", 500, NOW, token=TOKEN)
    push("viettelpost", body)
    version = held_of(of, parcel).shipment.version

    for _ in range(3):
        push("viettelpost", body)

    assert bodies(rows) == (1, 1)
    assert rows("SELECT COUNT(*) FROM event") == [(1,)]
    assert held_of(of, parcel).shipment.version == version


def test_a_push_played_again_later_owes_no_second_notice(of, brand, push, rows, hands):
    a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    body = wire.viettel_push("VT0001", 506, NOW, token=TOKEN)
    push("viettelpost", body)
    owed = rows("SELECT COUNT(*) FROM notice")

    for _ in range(2):
        hands.forward(hours=5)
        push("viettelpost", body)

    assert owed[0][0] > 0
    assert rows("SELECT COUNT(*) FROM notice") == owed
    assert rows("SELECT COUNT(*) FROM event") == [(1,)]


def test_a_push_with_a_wrong_signature_is_refused_counted_and_not_kept(
    of, brand, push, rows
):
    a_parcel(of, brand, carrier="viettelpost", number="VT0001")

    with pytest.raises(PushRefused):
        push("viettelpost", wire.viettel_push("VT0001", 501, NOW, token="wrong"))

    assert bodies(rows) == (0, 0)
    assert pushes(of, "viettelpost", "refused") == 1


@pytest.mark.parametrize(
    ("code", "secret"), [("ghn", "wrong"), ("pigeon", None), ("fedex", None)]
)
def test_nothing_listens_at_another_address(push, rows, code, secret):
    with pytest.raises(NoSuchHook):
        push(code, b"{}", secret=secret)

    assert bodies(rows) == (0, 0)


def test_an_unsigned_push_of_a_carrier_that_can_be_asked_only_asks_soon(
    of, brand, push, due, hands, answers
):
    parcel = a_parcel(of, brand, carrier="ghn", number="GQ4N7B")
    log = ("picked", NOW - HOUR)
    answers.post(wire.GHN, json=wire.ghn_body("GQ4N7B", "picked", log))
    poll_one(of.desk, parcel.id)
    hands.forward(minutes=5)
    later = due(parcel)

    assert push("ghn", wire.ghn_push("GQ4N7B", "delivered", hands.at)) == 0

    now = held_of(of, parcel).shipment
    assert (now.meaning.status, now.pushed_at) == ("picked_up", None)
    assert due(parcel) == f"{hands.at:%Y-%m-%d %H:%M:%S}" < later
    assert pushes(of, "ghn", "read") == 1


def test_an_unsigned_push_takes_up_a_parcel_that_was_given_up(
    of, brand, push, due, hands, answers
):
    parcel = a_parcel(of, brand, carrier="ghn", number="GQ4N7B")
    hands.forward(days=31)
    gone = {"code": 400, "message": "not found", "code_message": "USER_ERR"}
    answers.post(wire.GHN, json=gone)
    poll_one(of.desk, parcel.id)
    assert due(parcel) is None

    push("ghn", wire.ghn_push("GQ4N7B", "return", hands.at))

    assert due(parcel) == f"{hands.at:%Y-%m-%d %H:%M:%S}"


@pytest.fixture
def unasked(of):
    """A desk without accounts: no carrier can be asked."""
    return replace(of.desk, carriers={}, accounts={})


def told(desk, made, code, body):
    received = taken(desk, code, made.hook_secret, Push(body))
    return pushed.digest_push(desk, received)


def test_where_there_is_no_account_an_unsigned_push_is_believed_of_its_own_brand(
    of, brand, made, unasked
):
    ours = a_parcel(of, brand, carrier="ghn", number="GQ4N7B")
    with of.database.write() as session:
        other = brands.add(
            session, brands.new_brand("other", "Other"), now=NOW, mint=of.mint
        )
        session.commit()
    theirs = a_parcel(of, other.brand, carrier="ghn", number="GQ4N7B")

    assert told(unasked, made, "ghn", wire.ghn_push("GQ4N7B", "delivered", NOW)) == 1

    states = [held_of(of, p).shipment.meaning.status for p in (ours, theirs)]
    assert states == ["delivered", "pending"]


def test_a_signed_push_is_believed_of_every_brands_parcel(of, brand, push):
    with of.database.write() as session:
        other = brands.add(
            session, brands.new_brand("other", "Other"), now=NOW, mint=of.mint
        )
        session.commit()
    a_parcel(of, other.brand, carrier="viettelpost", number="VT0001")
    a_parcel(of, brand, carrier="viettelpost", number="VT0001")

    assert push("viettelpost", wire.viettel_push("VT0001", 501, NOW, token=TOKEN)) == 2


def test_a_ghn_scan_that_is_pushed_then_polled_is_one_event(
    of, brand, made, unasked, answers, rows
):
    parcel = a_parcel(of, brand, carrier="ghn", number="GQ4N7B")
    at = NOW - HOUR
    body = wire.ghn_push("GQ4N7B", "delivered", at, Warehouse="Hub 7", Reason="")
    told(unasked, made, "ghn", body)
    answers.post(wire.GHN, json=wire.ghn_body("GQ4N7B", "delivered", ("delivered", at)))

    poll_one(of.desk, parcel.id)

    assert rows("SELECT source, withdrawn_at FROM event") == [("push:ghn", None)]


def test_a_ghtk_scan_pushed_with_a_place_and_polled_without_is_one_event(
    of, brand, made, unasked, answers, rows
):
    number = "S9.Q1.700100201"
    parcel = a_parcel(of, brand, carrier="ghtk", number=number)
    at = NOW - HOUR
    told(unasked, made, "ghtk", wire.ghtk_push(number, 5, at))
    answers.get(wire.GHTK + number, json=wire.ghtk_body(number, 5, at))

    poll_one(of.desk, parcel.id)

    assert [e.place.city for e in held_of(of, parcel).shipment.events] == ["Đà Nẵng"]
    assert rows("SELECT source FROM event") == [("push:ghtk",)]


def test_a_ghtk_scan_polled_without_a_place_gives_way_to_its_push(
    of, brand, made, unasked, answers, rows
):
    number = "S9.Q1.700100201"
    parcel = a_parcel(of, brand, carrier="ghtk", number=number)
    at = NOW - HOUR
    answers.get(wire.GHTK + number, json=wire.ghtk_body(number, 5, at))
    poll_one(of.desk, parcel.id)

    told(unasked, made, "ghtk", wire.ghtk_push(number, 5, at))

    assert [e.place.city for e in held_of(of, parcel).shipment.events] == ["Đà Nẵng"]
    marks = "SELECT source, withdrawn_at IS NOT NULL FROM event ORDER BY id"
    assert [(s, bool(m)) for s, m in rows(marks)] == [
        ("pull:ghtk", True),
        ("push:ghtk", False),
    ]


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff\xfe\x00", b'{"DATA": 7}'])
def test_a_body_nobody_can_read_is_kept_and_counted(of, made, rows, body):
    sent = Push(body, {"authorization": TOKEN})

    received = taken(of.desk, "viettelpost", made.hook_secret, sent)

    assert pushed.digest_push(of.desk, received) == 0
    assert bodies(rows) == (1, 1)
    assert pushes(of, "viettelpost", "bad_answer") == 1


@pytest.mark.parametrize(
    "number", ["NOBODYS1", "NUL\0", "half \ud800", "\0", "N" * 5_000, "Ơ-1"]
)
def test_a_push_about_nobodys_parcel_is_forgotten(of, push, rows, number):
    body = wire.viettel_push(number, 501, NOW, token=TOKEN)

    assert push("viettelpost", body) == 0

    assert bodies(rows) == (0, 0)
    assert pushes(of, "viettelpost", "nobodys") == 1


def test_a_push_after_erasure_leaves_nothing_behind(of, brand, push, rows):
    parcel = a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    push("viettelpost", wire.viettel_push("VT0001", 500, NOW, token=TOKEN))
    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=NOW)
        session.commit()

    push("viettelpost", wire.viettel_push("VT0001", 501, NOW, token=TOKEN))

    assert bodies(rows) == (0, 0)
    assert b"VT0001" not in everything_in_tables(rows)


def everything_in_tables(rows):
    found = rows("SELECT number FROM shipment") + rows("SELECT number FROM orders")
    return str(found).encode()


def test_a_number_in_another_spelling_finds_its_parcel(of, brand, push):
    a_parcel(of, brand, carrier="viettelpost", number="VT0001")

    body = wire.viettel_push(" vt-0001 ", 501, NOW, token=TOKEN)

    assert push("viettelpost", body) == 1


def test_a_body_whose_reading_was_cut_short_is_read_later(of, brand, made, hands, rows):
    parcel = a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    body = wire.viettel_push("VT0001", 501, NOW, token=TOKEN)
    taken(of.desk, "viettelpost", made.hook_secret, Push(body))
    # here the process dies
    assert pushed.read_left_over(of.desk) == 0
    assert bodies(rows) == (1, 0)

    hands.forward(minutes=2)
    assert pushed.read_left_over(of.desk) == 1
    assert pushed.read_left_over(of.desk) == 0

    assert held_of(of, parcel).shipment.meaning.status == "delivered"
    assert bodies(rows) == (1, 1)


def test_a_body_read_later_is_believed_by_what_it_had_proved(of, brand, hands):
    desk = replace(of.desk, accounts={"ups": {"push_credential": "cred"}})
    parcel = a_parcel(of, brand, carrier="ups", number="1Z5R89390357567127")
    body = wire.ups_alert(parcel.number, wire.DELIVERED, NOW)
    with of.database.write() as session:
        secret = pushed.digest("hook")
        add_hook_secret(session, brand.id, digest=secret, hint="", now=NOW)
        session.commit()
    sent = Push(body, {"credential": "cred"})
    received = taken(desk, "ups", "hook", sent)
    assert received.trust is Trust.SIGNED
    hands.forward(minutes=2)

    assert pushed.read_left_over(desk) == 1

    assert held_of(of, parcel).shipment.meaning.status == "delivered"


def test_a_body_read_later_is_believed_of_the_brand_alone_whose_url_it_knew(
    of, brand, made, hands
):
    parcel = a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    desk = replace(of.desk, accounts={})  # no token to check it by
    with of.database.write() as session:
        other = brands.add(
            session, brands.new_brand("other", "Other"), now=NOW, mint=of.mint
        )
        session.commit()
    body = wire.viettel_push("VT0001", 501, NOW, token="any")
    received = taken(desk, "viettelpost", other.hook_secret, Push(body))
    assert received.trust is Trust.URL_ONLY
    hands.forward(minutes=2)

    assert pushed.read_left_over(desk) == 1

    assert held_of(of, parcel).shipment.meaning.status == "pending"


def test_a_parcel_that_is_pushed_is_polled_daily_as_a_safety_net(
    of, brand, made, hands, due, answers
):
    desk = replace(of.desk, accounts={"ups": {"push_credential": "cred"}})
    parcel = a_parcel(of, brand, carrier="ups", number="1Z5R89390357567127")
    out = wire.ups_alert(parcel.number, ("I", "OT", "021"), NOW)

    received = taken(desk, "ups", made.hook_secret, Push(out, {"credential": "cred"}))
    assert pushed.digest_push(desk, received) == 1

    assert held_of(of, parcel).shipment.meaning.status == "out_for_delivery"
    assert due(parcel) == f"{NOW + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
    hands.forward(days=3)  # the feed has died
    wire.ups_token(answers)
    wire.ups_says(answers, parcel.number, wire.ups_scan(("I", "OT", "021"), NOW))
    poll_one(of.desk, parcel.id)
    assert due(parcel) < f"{hands.at + timedelta(hours=20):%Y-%m-%d %H:%M:%S}"


def test_several_alerts_in_one_body_are_all_recorded(of, brand, made):
    desk = replace(of.desk, accounts={"ups": {"push_credential": "cred"}})
    numbers = ("1Z5R89390357567127", "1Z5R89390357567128")
    parcels = [a_parcel(of, brand, carrier="ups", number=n) for n in numbers]
    alerts = [wire.ups_alert(n, wire.DELIVERED, NOW) for n in numbers]
    body = b"[" + b",".join(alerts) + b"]"

    received = taken(desk, "ups", made.hook_secret, Push(body, {"credential": "cred"}))

    assert pushed.digest_push(desk, received) == 2
    states = {held_of(of, parcel).shipment.meaning.status for parcel in parcels}
    assert states == {"delivered"}


def test_a_long_list_is_written_in_pieces_and_read_to_its_end(of, brand, made, rows):
    desk = replace(of.desk, accounts={"ups": {"push_credential": "cred"}})
    numbers = [f"1Z5R893903575{n:05}" for n in range(101)]
    parcels = [a_parcel(of, brand, carrier="ups", number=numbers[n]) for n in (0, 100)]
    alerts = [wire.ups_alert(n, wire.DELIVERED, NOW) for n in numbers]
    body = b"[" + b",".join(alerts) + b"]"

    received = taken(desk, "ups", made.hook_secret, Push(body, {"credential": "cred"}))

    assert pushed.digest_push(desk, received) == 2
    states = [held_of(of, parcel).shipment.meaning.status for parcel in parcels]
    assert states == ["delivered", "delivered"]
    assert bodies(rows) == (1, 1)


def test_a_body_that_is_gone_moves_nothing(of):
    received = pushed.Received(999, Trust.SIGNED)

    assert pushed.digest_push(of.desk, received) == 0


def test_a_hook_secret_is_stored_as_its_digest(of, made, brand):
    assert made.hook_secret.encode() not in everything(of)
    with of.database.read() as session:
        assert by_hook_secret(session, pushed.digest(made.hook_secret)) == brand
        assert raw.get(session, 1) is None
