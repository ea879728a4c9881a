"""What every pushing carrier keeps: its own proof is taken, a forged one never."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.carriers.seals import seal, sealed

from track_service.carriers import carriers
from track_service.carriers.base import Carrier, Push, Trust

PUSHING = {code: c for code, c in carriers().items() if c.push}
PROVEN = [code for code, c in PUSHING.items() if c.verify is not Carrier.verify]

each_seal = pytest.mark.parametrize("code", PROVEN)


def test_every_carrier_that_verifies_its_pushes_shows_how():
    assert sealed() == sorted(PROVEN)
    assert {c.code for c in carriers().values() if not c.push}.isdisjoint(PROVEN)


@each_seal
def test_the_right_proof_is_taken(code):
    shown = seal(code)

    assert PUSHING[code].verify(shown.right, shown.account) is shown.trust


@each_seal
def test_one_changed_byte_is_refused(code):
    shown = seal(code)

    told = [PUSHING[code].verify(forged, shown.account) for forged in shown.forged]

    assert set(told) == {Trust.REFUSED}


@each_seal
def test_a_push_without_its_proof_is_never_signed(code):
    shown = seal(code)

    told = PUSHING[code].verify(shown.bare, shown.account)

    assert told is shown.bare_trust
    assert told is not Trust.SIGNED


@each_seal
def test_the_proof_is_told_of(code):
    assert PUSHING[code].verify.__doc__ not in {None, Carrier.verify.__doc__}


@pytest.mark.parametrize("code", sorted(set(PUSHING) - set(PROVEN)))
def test_where_there_is_no_scheme_only_the_url_vouches(code):
    account = dict.fromkeys(PUSHING[code].settings, "s3cret")

    assert PUSHING[code].verify(Push(b"{}"), account) is Trust.URL_ONLY


@pytest.mark.parametrize("code", ["shipengine", "shippo"])
@pytest.mark.parametrize(
    ("late", "trust"),
    [
        (timedelta(minutes=5), Trust.SIGNED),
        (timedelta(minutes=-5), Trust.SIGNED),
        (timedelta(minutes=5, seconds=1), Trust.REFUSED),
        (timedelta(minutes=-5, seconds=-1), Trust.REFUSED),
    ],
)
def test_a_signature_of_another_time_is_refused(code, late, trust):
    shown = seal(code)
    push = replace(shown.right, at=shown.right.at + late)

    assert PUSHING[code].verify(push, shown.account) is trust


@pytest.mark.parametrize("stated", ["", "soon", "99999999999999", "2026-03-05T25:00Z"])
def test_a_time_that_cannot_be_read_is_refused(stated):
    push = seal("shipengine").right
    headers = {**push.headers, "x-shipengine-timestamp": stated}

    told = PUSHING["shipengine"].verify(replace(push, headers=headers), {})

    assert told is Trust.REFUSED


@pytest.mark.parametrize(
    "broken",
    [{"n": None}, {"n": 7}, {"n": "é"}, {"n": "AQAB"}, {"e": "AA"}, {"e": None}],
    ids=json.dumps,
)
def test_a_key_that_is_none_proves_nothing(broken):
    push = seal("shipengine").right
    ((kid, key),) = push.keys.items()

    told = PUSHING["shipengine"].verify(
        replace(push, keys={kid: {**key, **broken}}), {}
    )

    assert told is Trust.REFUSED


def test_without_the_keys_a_signed_push_is_worth_its_url_alone():
    push = replace(seal("shipengine").right, keys=None)

    assert PUSHING["shipengine"].verify(push, {}) is Trust.URL_ONLY
