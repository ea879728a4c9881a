"""What every pushing carrier keeps: its own proof is taken, a forged one never."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.carriers.seals import BODY, BY_URL, NOW, SEALS, jwk, shipengine_headers

from track_service.carriers import carriers
from track_service.carriers.base import Carrier, Push, Trust

PUSHING = {code: c for code, c in carriers().items() if c.push}

each_seal = pytest.mark.parametrize("code", SEALS)


def test_every_pushing_carrier_has_a_seal_or_is_known_to_have_none():
    assert set(PUSHING) == set(SEALS) | BY_URL
    assert not set(SEALS) & BY_URL


@each_seal
def test_the_right_proof_is_taken(code):
    seal = SEALS[code]()

    assert PUSHING[code].verify(seal.right, seal.account) is seal.trust


@each_seal
def test_one_changed_byte_is_refused(code):
    seal = SEALS[code]()

    told = [PUSHING[code].verify(forged, seal.account) for forged in seal.forged]

    assert set(told) == {Trust.REFUSED}


@each_seal
def test_a_push_without_its_proof_is_never_signed(code):
    seal = SEALS[code]()

    assert PUSHING[code].verify(seal.bare, seal.account) is seal.bare_trust


@each_seal
def test_the_proof_is_told_of(code):
    assert PUSHING[code].verify.__doc__ not in {None, Carrier.verify.__doc__}


@pytest.mark.parametrize("code", sorted(BY_URL))
def test_where_there_is_no_scheme_only_the_url_vouches(code):
    account = dict.fromkeys(PUSHING[code].settings, "s3cret")

    assert PUSHING[code].verify is Carrier.verify
    assert PUSHING[code].verify(Push(BODY), account) is Trust.URL_ONLY


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
    seal = SEALS[code]()

    told = PUSHING[code].verify(replace(seal.right, at=NOW + late), seal.account)

    assert told is trust


@pytest.mark.parametrize("stated", ["", "soon", "99999999999999", "2026-03-05T25:00Z"])
def test_a_time_that_cannot_be_read_is_refused(stated):
    seal = SEALS["shipengine"]()
    headers = {**seal.right.headers, "x-shipengine-timestamp": stated}

    told = PUSHING["shipengine"].verify(replace(seal.right, headers=headers), {})

    assert told is Trust.REFUSED


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"n": "AQAB"},
        {"n": 7, "e": "AQAB"},
        {"n": "é", "e": "AQAB"},
        jwk() | {"e": "AA"},
        jwk() | {"n": jwk()["n"][:40]},
    ],
    ids=json.dumps,
)
def test_a_key_that_is_none_proves_nothing(key):
    headers = shipengine_headers(BODY, at=NOW)
    push = Push(BODY, headers, at=NOW, keys={"key-1": key})

    assert PUSHING["shipengine"].verify(push, {}) is Trust.REFUSED


def test_without_the_keys_a_signed_push_is_worth_its_url_alone():
    headers = shipengine_headers(BODY, at=NOW)

    told = PUSHING["shipengine"].verify(Push(BODY, headers, at=NOW), {})

    assert told is Trust.URL_ONLY
