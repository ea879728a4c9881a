import pytest
from tests.core.make import (
    FRIDAY,
    HANOI,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    brand,
    scan,
    shipment,
)

from track_service.core.concerns import concerns
from track_service.core.delay import (
    Concern,
    ConcernKind,
    Judgement,
    MotionState,
    PromiseState,
)
from track_service.core.notices import (
    Audience,
    before_import,
    cleared,
    is_mass,
    owed,
    still_true,
)
from track_service.core.status import Status
from track_service.core.tracking import Stamp

K = ConcernKind
LATE = Concern(K.LATE, "2026-03-04", at(THURSDAY, 0), "2026-03-04")
DELAYED = Concern(K.DELAYED, "beyond:2026-03-04", at(TUESDAY), "2026-03-05")
WEATHER = Concern(K.DELAYED, "delayed_weather:2026-03-03", at(TUESDAY))
HELD = Concern(K.EXCEPTION, "held:2026-03-03", at(TUESDAY), "held")
FAILED = Concern(K.ATTEMPT_FAILED, "attempt:2026-03-04", at(WEDNESDAY))


def holding(*concerns):
    return Judgement(PromiseState.LATE, MotionState.MOVING, concerns)


def mails(*concerns, told=(), **fields):
    parcel = shipment(email="a@example.com", promised_on=WEDNESDAY, **fields)
    notices = owed(parcel, holding(*concerns), told=told)
    return [n.cause for n in notices if n.audience is Audience.SHOPPER]


def alerts(*concerns, told=(), shopper_told=None, **of_brand):
    parcel = shipment(brand=brand(**of_brand), promised_on=WEDNESDAY)
    notices = owed(parcel, holding(*concerns), told=told, shopper_told=shopper_told)
    return [(n.channel, n.target, n.cause) for n in notices]


def test_a_concern_is_told_to_the_shopper_by_mail_and_to_ops_on_every_channel():
    parcel = shipment(
        email="a@example.com",
        brand=brand(webhook_url="https://acme.example/h", ops_urls=("ntfy://a", "b")),
    )

    notices = owed(parcel, holding(HELD), told=())

    assert [(n.audience, n.channel, n.target) for n in notices] == [
        (Audience.SHOPPER, "email", 0),
        (Audience.OPS, "webhook", 0),
        (Audience.OPS, "apprise", 0),
        (Audience.OPS, "apprise", 1),
    ]
    assert {n.cause for n in notices} == {"exception:held:2026-03-03"}
    assert all(n.concern == HELD for n in notices)


def test_without_an_address_nobody_is_told():
    assert owed(shipment(), holding(HELD, LATE), told=()) == []


def test_what_was_told_is_not_told_again():
    told = {"exception:held:2026-03-03"}

    assert mails(HELD, told=told) == []
    assert alerts(HELD, told=told, webhook_url="https://acme.example/h") == []


def test_nothing_is_told_of_what_began_before_the_shipment_was_given_to_us():
    assert mails(HELD, created_at=at(WEDNESDAY)) == []
    assert before_import(HELD, at(WEDNESDAY))
    assert not before_import(HELD, HELD.since)


@pytest.mark.parametrize(
    ("day", "told"), [(MONDAY, []), (TUESDAY, ["on_hold:held:2026-03-03"])]
)
def test_a_trouble_dated_with_the_day_of_import_alone_is_told(day, told):
    held = scan(Status.EXCEPTION, "held", Stamp.day(day))
    parcel = shipment(
        held, email="a@x.example", created_at=at(TUESDAY), seen_at=at(TUESDAY, 15)
    )
    (concern,) = concerns(parcel, now=at(TUESDAY, 15), zone=HANOI)

    assert [n.cause for n in owed(parcel, holding(concern), told=())] == told
    assert concern.since == (at(TUESDAY, 0) if day == MONDAY else at(TUESDAY, 15))


def test_without_a_time_what_was_there_already_is_not_told():
    parcel = shipment(scan(Status.EXCEPTION, "held", stamp=None), email="a@x.example")
    (concern,) = concerns(parcel, now=at(TUESDAY), zone=HANOI)

    assert [n.cause for n in owed(parcel, holding(concern), told=())] == [
        "on_hold:held"
    ]
    there = {("on_hold", "held")}
    assert owed(parcel, holding(concern), told=(), already=there) == []


def test_what_states_its_time_is_told_though_it_was_there_already():
    there = {(HELD.kind, HELD.cause)}
    parcel = shipment(email="a@x.example")

    assert len(owed(parcel, holding(HELD), told=(), already=there)) == 1


@pytest.mark.parametrize(
    ("found", "first"),
    [
        pytest.param((LATE, DELAYED), "late:2026-03-04", id="late before delayed"),
        pytest.param((LATE, FAILED), "attempt_failed:attempt:2026-03-04", id="attempt"),
        pytest.param((FAILED, HELD, LATE), "exception:held:2026-03-03", id="exception"),
    ],
)
def test_the_shopper_hears_of_the_most_urgent_alone(found, first):
    assert mails(*found) == [first]
    assert mails(*reversed(found)) == [first]
    assert mails(*found, told={first}) == []


def test_the_lesser_concern_is_told_once_the_greater_has_cleared():
    told = {"attempt_failed:attempt:2026-03-04"}

    assert mails(LATE, told=told) == ["late:2026-03-04"]


def test_late_says_nothing_new_after_a_date_beyond_the_promise():
    assert mails(LATE, DELAYED, told={"delayed:beyond:2026-03-04"}) == []
    assert mails(LATE, told={"delayed:beyond:2026-03-04"}) == []


def test_late_is_news_after_a_delay_without_a_date_and_after_an_older_promise():
    assert mails(LATE, told={"delayed:delayed_weather:2026-03-03"}) == [
        "late:2026-03-04"
    ]
    assert mails(LATE, told={"delayed:beyond:2026-03-02"}) == ["late:2026-03-04"]
    assert mails(WEATHER) == ["delayed:delayed_weather:2026-03-03"]


def test_a_lateness_without_a_promise_is_told_plainly():
    parcel = shipment(email="a@example.com")

    assert [n.cause for n in owed(parcel, holding(LATE), told=())] == [
        "late:2026-03-04"
    ]


def test_ops_hear_of_each_concern():
    assert alerts(LATE, DELAYED, FAILED, told=(), ops_urls=("ntfy://a",)) == [
        ("apprise", 0, "late:2026-03-04"),
        ("apprise", 0, "delayed:beyond:2026-03-04"),
        ("apprise", 0, "attempt_failed:attempt:2026-03-04"),
    ]


def test_what_ops_were_told_does_not_silence_the_shopper_where_it_is_known_apart():
    parcel = shipment(email="a@example.com", promised_on=WEDNESDAY)

    notices = owed(
        parcel, holding(LATE), told={"late:2026-03-04"}, shopper_told=frozenset()
    )

    assert [n.audience for n in notices] == [Audience.SHOPPER]


def test_a_notice_holds_as_long_as_its_cause():
    assert still_true("late", "late:2026-03-04", holding(LATE))
    assert still_true("late", "2026-03-04", holding(HELD, LATE))
    assert not still_true("late", "late:2026-03-05", holding(LATE))
    assert not still_true("delayed", "late:2026-03-04", holding(LATE))
    assert not still_true("late", "late:2026-03-04", holding())


@pytest.mark.parametrize(
    ("alike", "active", "mass"),
    [(9, 9, False), (10, 50, True), (10, 51, False), (200, 1000, True), (0, 0, False)],
)
def test_ten_parcels_that_are_a_fifth_of_all_are_a_mass(alike, active, mass):
    assert is_mass(alike, active) is mass


def test_a_delay_of_friday_is_not_before_an_import_on_monday():
    assert not before_import(Concern(K.DELAYED, "x", at(FRIDAY)), at(MONDAY))


def test_the_end_of_what_was_told_is_told_to_the_webhook_alone():
    told = {"exception:held:2026-03-03"}
    listening = brand(webhook_url="https://acme.example/h", ops_urls=("ntfy://a",))

    notices = cleared(shipment(brand=listening), [HELD, LATE], told=told)

    assert [(n.kind, n.channel, n.about) for n in notices] == [
        ("cleared", "webhook", "exception:held:2026-03-03")
    ]


@pytest.mark.parametrize(
    ("told", "webhook_url"),
    [
        pytest.param({"late:2026-03-04"}, None, id="nobody listens"),
        pytest.param(set(), "https://acme.example/h", id="it was never told"),
        pytest.param(
            {"late:2026-03-04", "cleared:late:2026-03-04"},
            "https://acme.example/h",
            id="its end was told",
        ),
    ],
)
def test_an_end_that_nobody_waits_for_is_not_told(told, webhook_url):
    parcel = shipment(brand=brand(webhook_url=webhook_url))

    assert cleared(parcel, [LATE], told=told) == []


@pytest.mark.parametrize(("open_now", "holds"), [((), True), ((LATE,), False)])
def test_an_end_holds_as_long_as_the_concern_is_not_open_again(open_now, holds):
    assert still_true("cleared", "late:2026-03-04", holding(*open_now)) is holds
