"""Stored history replayed: as it was under today's rules, otherwise under others."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.core.detail import Detail
from track_service.core.parcel import Address
from track_service.core.rules import WrongRules
from track_service.core.status import Status
from track_service.services.backtests.kept import read
from track_service.services.backtests.notices import To, replayed
from track_service.services.backtests.tried_rules import TriedRules, read_tried
from track_service.services.judge import judge_due
from track_service.store import past

DAY = timedelta(days=1)
END = NOW + 60 * DAY
APART = timedelta(hours=12)


def lived(of, brand, hands):
    """Three parcels over nine days, asked for twice a day."""
    start = NOW + timedelta(minutes=1)
    still = a_tracking(an_event(Status.IN_TRANSIT, at=start), number="N1")
    failed = an_event(Status.ATTEMPT_FAILED, at=start + DAY)
    back = an_event(Status.OUT_FOR_DELIVERY, at=start + 3 * DAY)
    came = an_event(Status.DELIVERED, at=start + 5 * DAY)
    first = an_event(Status.OUT_FOR_DELIVERY, at=start)
    late = NOW.date() + timedelta(days=4)
    parcels = [
        a_parcel(of, brand, number=f"N{n}", order=an_order(f"{n}"), promised_on=late)
        for n in (1, 2, 3)
    ]
    for step in range(1, 9 * 2):
        now = hands.forward(hours=12)
        held = [e for e in (first, failed, back, came) if e.stamp.at <= now]
        seen(of, parcels[0], still)
        seen(of, parcels[1], a_tracking(*held, number="N2"))
        if step > 4:
            seen(of, parcels[2], a_tracking(*held[:1], number="N3"))
        while judge_due(of.desk):
            pass
    return parcels


def kept(of):
    with of.database.read() as session:
        return read(session, before=END)


def told(of, rules, *, start=NOW, until=END):
    return replayed(kept(of), rules, start=start, until=until)


def shown(found, to):
    return {(one.parcel, one.kind): one.at for one in found if one.to is to}


def test_under_today_s_rules_the_replay_finds_what_was_found(of, brand, hands):
    lived(of, brand, hands)

    found = shown(told(of, TriedRules()), To.OPS)

    with of.database.read() as session:
        did = past.alerts(session, start=NOW, until=END)
    assert {kind for _, kind, _ in did} >= {"late", "stalled", "attempt_failed"}
    assert found.keys() == {(parcel, kind) for parcel, kind, _ in did}
    for parcel, kind, at in did:
        assert timedelta() <= at - found[parcel, kind] <= APART


def test_a_shopper_is_told_of_what_today_s_rules_owed(of, brand, hands, rows):
    lived(of, brand, hands)

    found = shown(told(of, TriedRules()), To.SHOPPER)

    owed = rows("SELECT shipment_id, kind FROM notice WHERE audience = 'shopper'")
    assert owed
    assert found.keys() <= set(owed)
    assert {kind for _, kind in found} >= {"late", "stalled", "attempt_failed"}


def test_a_shorter_patience_calls_a_parcel_stalled_sooner(of, brand, hands):
    lived(of, brand, hands)

    usual = shown(told(of, TriedRules()), To.OPS)
    sooner = shown(told(of, TriedRules(stalled_days=1)), To.OPS)
    never = shown(told(of, TriedRules(stalled_days=50)), To.OPS)

    stalled = {key for key in usual if key[1] == "stalled"}
    assert all(sooner[key] <= usual[key] for key in stalled)
    assert any(sooner[key] < usual[key] for key in stalled)
    assert not [key for key in never if key[1] == "stalled"]


def test_a_kind_that_shoppers_shall_not_hear_of_goes_to_ops_alone(of, brand, hands):
    lived(of, brand, hands)
    rules = read_tried('{"notices": {"events": {"late": false, "delivered": true}}}')

    found = told(of, rules)

    kinds = {(one.to, one.kind) for one in found}
    assert (To.OPS, "late") in kinds
    assert (To.SHOPPER, "late") not in kinds
    assert (To.SHOPPER, "delivered") in kinds


def test_nobody_is_written_to_in_quiet_hours_nor_beyond_a_day_s_cap(of, brand, hands):
    lived(of, brand, hands)
    rules = read_tried(
        '{"notices": {"quiet_hours": ["19:00", "13:00"], "per_day": 1,'
        ' "events": {"delivered": true, "shipped": true}}}'
    )

    found = [one for one in told(of, rules) if one.to is To.SHOPPER]

    local = [one.at.astimezone(ZoneInfo("Europe/Berlin")) for one in found]
    assert found
    assert all(13 <= at.hour < 19 for at in local)
    days = [at.date() for at in local]  # all three parcels are one shopper's
    assert len(days) == len(set(days))


def test_quiet_hours_go_by_the_clock_of_the_destination(of, brand, hands):
    tokyo = Address(city="Tokyo", country="JP")
    order = replace(an_order(), address=tokyo)
    parcel = a_parcel(of, brand, order=order)
    seen(of, parcel, a_tracking(an_event(Status.IN_TRANSIT, at=NOW)))
    ready = an_event(Status.AVAILABLE_FOR_PICKUP, at=hands.forward(hours=1))
    seen(of, parcel, a_tracking(ready))
    rules = read_tried('{"notices": {"quiet_hours": ["00:00", "23:00"]}}')

    [one] = told(of, rules)

    assert one.kind == "available_for_pickup"
    assert one.at.astimezone(ZoneInfo("Asia/Tokyo")).hour == 23


def test_a_day_of_collection_is_not_known_before_it_was_told(of, brand, hands):
    parcel = a_parcel(of, brand, order=an_order())
    start = hands.forward(hours=1)
    ready = an_event(Status.AVAILABLE_FOR_PICKUP, at=start)
    last = (start + 2 * DAY).date()
    for tell in (Detail(), Detail(), Detail(), Detail(collect_by=last), Detail()):
        seen(of, parcel, a_tracking(ready, detail=tell))
        while judge_due(of.desk):
            pass
        now = hands.forward(hours=12)
    link = Detail(proof_url="https://carrier.example/proof")
    came = an_event(Status.DELIVERED, at=now)
    seen(of, parcel, a_tracking(ready, came, detail=link))

    found = shown(told(of, TriedRules()), To.OPS)

    assert found[parcel.id, "pickup_waiting"] == start + 3 * APART


def test_what_comes_later_changes_nothing_of_what_was_told(of, brand, hands):
    lived(of, brand, hands)
    middle = NOW + 4 * DAY
    everything = kept(of)
    cut = [
        replace(
            one,
            held=replace(
                one.held,
                known=tuple(
                    known
                    for known, sighting in zip(
                        one.held.known, one.sightings, strict=True
                    )
                    if sighting.seen_at < middle
                ),
            ),
            sightings=[s for s in one.sightings if s.seen_at < middle],
        )
        for one in everything
    ]
    rules = TriedRules(stalled_days=1, at_risk=0.3)

    whole = replayed(everything, rules, start=NOW, until=middle)

    assert whole
    assert whole == replayed(cut, rules, start=NOW, until=middle)


def test_a_trial_writes_nothing(of, brand, hands, rows):
    lived(of, brand, hands)
    before = rows("SELECT * FROM notice"), rows("SELECT * FROM concern")

    told(of, TriedRules(stalled_days=1))

    assert (rows("SELECT * FROM notice"), rows("SELECT * FROM concern")) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no JSON"),
        ("[]", "a JSON object"),
        ('{"patience": 1}', "'patience' is no rule"),
        ('{"stalled_days": 0}', "stalled_days is a number above 0"),
        ('{"at_risk": 1.5}', "at_risk is a number above 0, up to 1"),
        ('{"notices": {"events": {"lost": true}}}', "'lost' is no kind"),
    ],
)
def test_wrong_rules_say_what_is_wrong(text, says):
    with pytest.raises(WrongRules, match=says):
        read_tried(text)
