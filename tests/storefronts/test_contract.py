"""What every storefront keeps: its fixture pairs, its signature, and no traceback."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.shipengine_key import jwk
from tests.storefronts.pairs import deliveries, folders, orphans, pairs, settings_of

from track_service.core.handover import Handover, document
from track_service.storefronts import storefronts
from track_service.storefronts.base import FRESH, BadPayload, Hook, Proven, Sampled

PAIRS = [p for folder in folders() for p in pairs(folder)]
DELIVERIES = [d for folder in folders() for d in deliveries(folder)]
SIGNED = [d for d in DELIVERIES if not d.unsigned]
SEALED = [d for d in SIGNED if not d.tells]
# Whose orders can be made up here, for `storefronts test`.
OFFERED = {"generic", "haravan", "nhanh", "sapo", "shopify", "woocommerce"}
CLASSES = list(storefronts().values())

each_storefront = pytest.mark.parametrize("storefront", CLASSES, ids=lambda s: s.code)
each_signed = pytest.mark.parametrize("told", SIGNED, ids=str)
each_sealed = pytest.mark.parametrize("told", SEALED, ids=str)
each_signed_by_key = pytest.mark.parametrize(
    "told", [d for d in SIGNED if d.hook.keys], ids=str
)


def proven(told, hook=None, **changed):
    storefront = storefronts()[told.platform]
    given = told.settings | changed.pop("settings", {})
    return storefront.verify(hook or told.hook, given, now=changed.pop("now", told.now))


def test_every_storefront_has_a_fixture_folder_and_every_folder_a_storefront():
    assert folders() == sorted(storefronts())


@each_storefront
def test_a_folder_holds_what_every_storefront_must_show(storefront):
    names = {p.name for p in PAIRS if p.platform == storefront.code}

    assert {"ordered", "shipped"} <= names
    assert [d for d in DELIVERIES if d.platform == storefront.code]
    assert orphans(storefront.code) == []


@each_storefront
def test_a_storefront_tells_what_it_is(storefront):
    assert storefront.label.strip()
    assert set(storefront.asks) <= {*storefront.settings, *storefront.optional}
    assert storefront.topics


@pytest.mark.parametrize("told", PAIRS, ids=str)
def test_a_pair_reads_exactly_as_a_human_reads_it(told):
    topic = told.expected["topic"]

    handovers = storefronts()[told.platform].parse(
        told.body, topic, settings_of(told.platform)
    )

    seen = json.loads(json.dumps(document(told.platform, topic, handovers)))
    assert seen == told.expected


@pytest.mark.parametrize("told", DELIVERIES, ids=str)
def test_a_delivery_proves_what_the_platform_can_prove(told):
    wanted = Proven.URL_ONLY if told.unsigned else Proven.SIGNED

    assert proven(told) is wanted


@pytest.mark.parametrize("told", DELIVERIES, ids=str)
def test_a_delivery_s_topic_is_one_that_the_storefront_knows(told):
    storefront = storefronts()[told.platform]

    assert storefront.topic(told.hook) in storefront.topics


@each_sealed
def test_one_changed_byte_is_refused(told):
    body = told.hook.body
    middle = len(body) // 2
    changed = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]

    assert proven(told, replace(told.hook, body=changed)) is Proven.REFUSED


@each_sealed
def test_a_delivery_without_its_proof_is_refused(told):
    assert proven(told, Hook(told.hook.body)) is Proven.REFUSED


@each_signed
def test_another_secret_s_delivery_is_refused(told):
    others = {name: "another" for name in told.settings if "secret" in name}
    keys = told.hook.keys and dict.fromkeys(told.hook.keys, jwk())

    assert (
        proven(told, replace(told.hook, keys=keys), settings=others) is Proven.REFUSED
    )


@each_signed_by_key
def test_without_its_platform_s_key_a_delivery_proves_nothing(told):
    storefront = storefronts()[told.platform]

    assert storefront.key_id(told.hook, told.settings) in told.hook.keys
    assert proven(told, replace(told.hook, keys=None)) is Proven.REFUSED
    assert proven(told, replace(told.hook, keys={})) is Proven.REFUSED


@each_signed
@pytest.mark.parametrize("off", [FRESH + timedelta(seconds=1), -FRESH * 2])
def test_a_delivery_of_another_time_is_stale_where_its_time_is_signed(told, off):
    wanted = Proven.STALE if told.stamped else Proven.SIGNED

    assert proven(told, now=told.now + off) is wanted


@each_storefront
def test_a_sample_is_taken_as_the_platform_s_own(storefront):
    delivery = deliveries(storefront.code)[0]
    order = Sampled("TEST-1", 9007199254740993001, delivery.now)

    hook = storefront.sample(order, delivery.settings)

    if hook is None:
        assert storefront.code not in OFFERED
        return
    assert storefront.topic(hook) in storefront.topics
    proven = storefront.verify(hook, delivery.settings, now=delivery.now)
    assert proven is Proven.SIGNED
    (told,) = storefront.parse(
        hook.body, storefront.topic(hook), settings_of(storefront.code)
    )
    assert (told.number, told.external_id) == ("TEST-1", "9007199254740993001")
    assert [parcel.carrier for parcel in told.parcels] in (["ups"], ["ghn"])
    assert (told.buyer.email, told.buyer.phone) == (None, None)


@each_storefront
@settings(
    max_examples=80,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(drawn=st.data())
def test_rubbish_is_refused_with_a_reason_and_never_raises(storefront, drawn):
    good = [p for p in PAIRS if p.platform == storefront.code]
    chosen = drawn.draw(st.sampled_from(good))
    body = drawn.draw(_spoilt(chosen.body))

    try:
        handovers = storefront.parse(
            body, chosen.expected["topic"], settings_of(storefront.code)
        )
    except BadPayload:
        return

    assert all(isinstance(handover, Handover) for handover in handovers)
    assert json.dumps(document(storefront.code, None, handovers))


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just("9" * 400),
    st.just("\ud800"),
)


@st.composite
def _spoilt(draw, body):
    """A body cut short, in another encoding, or with any one value replaced."""
    how = draw(st.sampled_from(["cut", "bytes", "value", "value", "value"]))
    if how == "cut":
        return body[: draw(st.integers(0, len(body)))]
    if how == "bytes":
        return draw(
            st.sampled_from([b"", b"[]", b"null", b"<html>", b"\xff\xfe{\0}\0"])
        )
    told = json.loads(body)
    holder, key = draw(st.sampled_from(list(_places(told))))
    holder[key] = draw(_VALUES)
    return json.dumps(told).encode()


def _places(told):
    entries = told.items() if isinstance(told, dict) else enumerate(told)
    for key, value in list(entries):
        yield told, key
        if isinstance(value, dict | list):
            yield from _places(value)
