"""What every carrier keeps: its fixture pairs, no traceback, and its asking."""

import json
import re
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import InvalidOperation
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.carriers import asking, rubbish
from tests.carriers.pairs import FIXTURES, Pair, folders, orphans, pair, pairs

from track_service.carriers import carriers
from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Push,
    Trust,
    read,
)
from track_service.carriers.reading import reader
from track_service.core.parsed import document
from track_service.core.status import Status
from track_service.core.tracking import Tracking
from track_service.http import Answer

PAIRS = [p for folder in folders() for p in pairs(FIXTURES / folder)]
CLASSES = list(carriers().values())
BATCHES = [
    p
    for p in PAIRS
    if carriers()[p.carrier].batch_size > 1
    and len({one["number"] for one in p.expected["results"]} - {None}) > 1
]
PULLS = [c for c in CLASSES if c.pull]
FETCHES = [f for folder in folders() for f in asking.fetches(FIXTURES / folder)]

MISHAPS = {"exception", "attempt_failed", "returning", "returned"}
# What a carrier's answers cannot show, and why; all others show every wish of `_wished`.
LACKS = {
    "an_post": {"out_for_delivery": "its categories have no such step"},
    "austrian_post": {"mishap": "its known states hold none"},
    "boxknight": {"mishap": "its known states hold none"},
    "evri": {"mishap": "its known stages hold none"},
    "hay_post": {
        "in_transit": "of its states only registered and delivered are known",
        "out_for_delivery": "as in_transit",
        "mishap": "as in_transit",
    },
    "lalamove": {"in_transit": "the courier who collects it delivers it at once"},
    "yunexpress": {"out_for_delivery": "its statuses have no such step"},
}
UNTIMED = {"parcelone": "its answer holds no time at all"}
# Whose scan goes with its time, and why; what the answer states stays.
SCAN_IS_ITS_TIME = {
    "ahamove": "an order has times alone, each of which is a scan",
    "ghtk": "an order tells its state and when it was changed: no time, no scan",
    "gls": "a parcel's own status is one more scan only where its time says so",
    "lalamove": "as ghtk",
    "vnpost": "as ghtk",
}

each_carrier = pytest.mark.parametrize("carrier", CLASSES, ids=lambda c: c.code)


def test_every_carrier_has_a_fixture_folder_and_every_folder_a_carrier():
    assert folders() == sorted(carriers())


@each_carrier
def test_a_folder_shows_a_parcel_s_whole_life_and_every_trouble(carrier):
    told = [
        result
        for p in PAIRS
        if p.carrier == carrier.code
        for result in p.expected["results"]
    ]

    shown = {result["status"] for result in told if result["error"] is None}
    shown |= {result["error"]["kind"] for result in told if result["error"]}
    missing = {wish for wish, how in _wished(carrier).items() if not shown & how}

    assert missing == set(LACKS.get(carrier.code, {}))


@each_carrier
def test_a_folder_holds_no_file_that_nothing_reads(carrier):
    assert orphans(FIXTURES / carrier.code) == []


@pytest.mark.parametrize("told", PAIRS, ids=str)
def test_a_pair_reads_exactly_as_a_human_reads_it(told: Pair):
    carrier = carriers()[told.carrier]

    seen = read(carrier, told.answer, push=told.push)

    assert json.loads(json.dumps(document(told.carrier, seen))) == told.expected


@each_carrier
def test_an_unknown_code_is_kept_and_never_moves_the_parcel(carrier):
    told = pair(FIXTURES / carrier.code, "unknown_code")
    events = [e for r in told.expected["results"] for e in r["events"]]

    unknown = [e for e in events if e["status"] == "unknown"]
    assert unknown
    assert all(e["code"] or e["description"] for e in unknown)
    assert "unknown" not in {r["status"] for r in told.expected["results"]}


@each_carrier
def test_a_carrier_tells_what_it_is(carrier):
    module = carrier.__module__.rpartition(".")[2]

    assert carrier.code == module.removeprefix("_")
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", carrier.code)
    assert carrier.label.strip()
    assert isinstance(carrier.countries, tuple)
    assert all(re.fullmatch("[A-Z]{2}", country) for country in carrier.countries)
    assert isinstance(carrier.settings, tuple)
    assert "base_url" not in carrier.settings
    assert carrier.batch_size >= 1
    assert carrier.rate.per_second > 0
    assert carrier.page_url is None or "{number}" in carrier.page_url


@each_carrier
def test_a_carrier_says_what_its_reading_rests_on(carrier):
    assert carrier.proof
    assert set(carrier.proof) <= set(Proof)
    assert Proof.COMMUNITY not in carrier.proof or carrier.proof == (Proof.COMMUNITY,)


@each_carrier
def test_a_carrier_claims_an_eta_and_a_signer_where_its_pairs_show_them(carrier):
    told = [
        result
        for p in PAIRS
        if p.carrier == carrier.code
        for result in p.expected["results"]
    ]

    assert carrier.eta == any(result["estimated_delivery"] for result in told)
    assert carrier.signer == any(result["signed_by"] for result in told)


@pytest.mark.parametrize("carrier", PULLS, ids=lambda c: c.code)
def test_a_carrier_s_auth_is_the_one_that_its_asking_shows(carrier):
    first = asking.fetches(FIXTURES / carrier.code)[0]
    calls = json.loads(first.read_text(encoding="utf-8"))["exchange"]
    header = calls[-1].get("match_headers", {}).get("Authorization", "")

    basic = "match_auth" in calls[-1] or header.startswith("Basic ")
    token = len(calls) > 1 and calls[0]["method"] == "POST"
    assert (carrier.auth is Auth.BASIC) == basic
    assert (carrier.auth in {Auth.OAUTH, Auth.LOGIN}) == token
    assert (carrier.auth is Auth.OPEN) == (not carrier.settings)


@each_carrier
def test_a_carrier_can_be_asked_or_can_tell(carrier):
    assert carrier.pull or carrier.push
    assert carrier.push == (carrier.parse_push is not Carrier.parse_push)
    assert carrier.pull == (carrier.fetch is not Carrier.fetch)


@each_carrier
@settings(
    derandomize=True,
    max_examples=60,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(drawn=st.data())
def test_rubbish_is_read_as_trouble_and_never_raises(carrier, drawn):
    good = [p.answer.body for p in PAIRS if p.carrier == carrier.code]
    body = drawn.draw(rubbish.bodies(good))
    status = drawn.draw(st.sampled_from([None, 200, 200, 200, 400, 404, 500]))

    _check(carrier, read(carrier, Answer(body, status)))
    _check(carrier, read(carrier, Answer(body, status), push=True))


@each_carrier
def test_an_answer_that_is_spoilt_throughout_never_raises(carrier):
    ours = [p.answer for p in PAIRS if p.carrier == carrier.code]

    for answer in (min(ours, key=_size), max(ours, key=_size)):
        for way, body in rubbish.spoilt_throughout(answer.body):
            for push in (False, True):
                seen = read(carrier, replace(answer, body=body), push=push)
                _check(carrier, seen, way)


@each_carrier
def test_a_time_that_cannot_be_read_costs_no_more_than_itself(carrier):
    good = [p for p in PAIRS if p.carrier == carrier.code and _is_good(p)]
    ways = [
        (told, way, replace(told.answer, body=body))
        for told in good
        for way, body in rubbish.unreadable_times(told.answer.body)
    ]

    assert bool(ways) != (carrier.code in UNTIMED)
    for told, way, answer in ways:
        seen = document(carrier.code, read(carrier, answer, push=told.push))
        assert _numbers(seen) == _numbers(told.expected), f"{told}: {way}"
        if carrier.code not in SCAN_IS_ITS_TIME:
            assert _codes(told.expected) <= _codes(seen), f"{told}: {way}"


@pytest.mark.parametrize("told", BATCHES, ids=str)
def test_a_parcel_without_its_number_costs_the_others_nothing(told: Pair):
    first, *others = (one["number"] for one in told.expected["results"])
    nameless = re.sub(
        rb"(?<=[\">])%s(?=[\"<\\])" % first.encode(), b"", told.answer.body
    )

    assert nameless != told.answer.body
    answer = replace(told.answer, body=nameless)
    seen = read(carriers()[told.carrier], answer, push=told.push)
    assert set(others) - {first} <= {tracking.number for tracking in seen}
    assert first not in {tracking.number for tracking in seen}


@pytest.mark.parametrize(
    "stumble",
    [
        ArithmeticError("inf"),
        AssertionError("no"),
        InvalidOperation("?"),
        LookupError("unknown encoding"),
        MemoryError(),
        RecursionError(),
        StopIteration(),
        UnicodeDecodeError("utf-8", b"?", 0, 1, "no"),
        zlib.error("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_parser_stumbles_over_is_a_bad_answer(stumble):
    def parse(answer):
        raise stumble

    with pytest.raises(BadAnswer, match=f"^{type(stumble).__name__}: ") as told:
        reader(parse)(Answer(b"{}", 200))

    assert told.value.__cause__ is stumble


@each_carrier
def test_a_deeply_nested_answer_is_a_bad_answer(carrier):
    for body in rubbish.NESTED:
        for push in (False, True):
            seen = read(carrier, Answer(body, 200), push=push)

            assert [t.problem.kind for t in seen if t.problem] == ["bad_answer"]


@each_carrier
@settings(max_examples=30, deadline=timedelta(seconds=5))
@given(
    body=st.binary(max_size=100),
    headers=st.dictionaries(
        st.sampled_from(["authorization", "credential", "x-signature"]), st.text()
    ),
)
def test_a_forged_push_is_weighed_and_never_raises(carrier, body, headers):
    names = dict.fromkeys(carrier.settings, "secret-of-ours")

    for account in ({}, names):
        trust = carrier.verify(Push(body, headers), account)

        assert trust in {Trust.URL_ONLY, Trust.REFUSED}


@pytest.mark.parametrize("carrier", PULLS, ids=lambda c: c.code)
def test_a_carrier_that_is_asked_shows_how(carrier):
    assert asking.fetches(FIXTURES / carrier.code)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["carrier", "base_url"])
@pytest.mark.parametrize(
    "file", FETCHES, ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_fetch_asks_what_the_carrier_documents(file, elsewhere):
    asked = json.loads(file.read_text(encoding="utf-8"))
    asked = asking.moved(asked) if elsewhere else asked
    carrier = carriers()[file.parent.name]
    parcels = asking.wanted(asked)
    told = pair(file.parent, asking.returned(asked))

    with asking.registered(asked, file.parent):
        answer = carrier(asking.client(), asked["settings"]).fetch(parcels)

    assert 1 <= len(parcels) <= carrier.batch_size
    assert document(carrier.code, read(carrier, answer)) == told.expected


@pytest.mark.parametrize(
    "carrier", [c for c in CLASSES if c.adds], ids=lambda c: c.code
)
def test_an_aggregator_that_adds_numbers_shows_that_nobody_s_is_only_asked_for(carrier):
    file = FIXTURES / carrier.code / "fetch_of_nobodys.json"

    asked = json.loads(file.read_text(encoding="utf-8"))

    assert [one["add"] for one in asked["wanted"]] == [False]
    assert len(asked["exchange"]) == 1


@pytest.mark.parametrize(
    "carrier", [c for c in CLASSES if c.aggregator], ids=lambda c: c.code
)
def test_an_aggregator_s_names_of_carriers_are_of_carriers_that_we_know(carrier):
    couriers = getattr(sys.modules[carrier.__module__], "COURIERS", {})

    known = {code for code, other in carriers().items() if not other.aggregator}
    assert set(couriers) <= known
    assert all(couriers.values())


def _wished(carrier: type[Carrier]) -> dict[str, set[str]]:
    """Return what a folder is to show, each with the words that show it."""
    wishes = {
        "in_transit": {"in_transit", "picked_up"},
        "out_for_delivery": {"out_for_delivery"},
        "delivered": {"delivered"},
        "mishap": MISHAPS,
    }
    if carrier.pull:
        wishes |= {kind: {kind} for kind in ("not_found", "throttled", "server_error")}
    if carrier.auth is not Auth.OPEN:
        wishes |= {"auth": {"auth"}}
    return wishes


# What no answer can bring about: the parser itself is wrong.
_OUR_FAULT = ("NameError", "UnboundLocalError", "ImportError", "NotImplementedError")


def _is_good(told: Pair) -> bool:
    return not any(one["error"] for one in told.expected["results"])


def _numbers(seen: dict[str, Any]) -> list[tuple[str, object]]:
    return [(str(one["number"]), one["error"]) for one in seen["results"]]


def _codes(seen: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(r["number"], e["code"]) for r in seen["results"] for e in r["events"]}


def _size(answer: Answer) -> int:
    return len(answer.body)


def _check(carrier: type[Carrier], seen: Sequence[Tracking], way: str = "") -> None:
    caught = [t.problem.message for t in seen if t.problem]
    assert not [said for said in caught if said.startswith(_OUR_FAULT)], way
    assert all(isinstance(tracking, Tracking) for tracking in seen)
    for tracking in seen:
        assert all(isinstance(e.meaning.status, Status) for e in tracking.events)
    assert json.dumps(document(carrier.code, seen))
