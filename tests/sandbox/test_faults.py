from datetime import timedelta

import pytest
import requests
from tests.sandbox.shop import START, Shop, make_parcel

from track_service.sandbox import Did, Faults, Sandbox

DHL = "dhl_unified"


@pytest.fixture
def parcel(sandbox, clock):
    parcel = make_parcel(DHL)
    sandbox.add(parcel)
    clock.at = parcel.steps[-1].at + timedelta(days=1)
    return parcel


def events(shop, parcel):
    return shop.track(DHL, parcel.number).json()["shipments"][0]["events"]


def test_a_hanging_answer_runs_into_the_callers_time_out(sandbox, web, parcel):
    sandbox.faults = Faults(hang=1.0, hang_seconds=20)
    url = f"{sandbox.base_url(DHL)}/track/shipments"

    with pytest.raises(requests.ReadTimeout):
        web.get(url, timeout=0.2)


def test_stopping_lets_hanging_answers_go(clock, web):
    box = Sandbox(seed=1, now=clock, faults=Faults(hang=1.0, hang_seconds=0.05))
    box.start()

    answer = web.get(f"{box.base_url(DHL)}/track/shipments", timeout=10)
    box.stop()

    assert answer.status_code == 504


@pytest.mark.parametrize(
    ("carrier", "status", "sign"),
    [
        ("ups", 429, "10429"),
        ("fedex", 429, "TOO.MANY.REQUESTS.ERROR"),
        ("usps", 429, "/tracking/v3"),
        ("dhl_unified", 429, "Too Many Requests"),
        ("royal_mail", 429, "E0010"),
        ("ghn", 400, "Too many request. This request is processing"),
        ("ghtk", 429, "10101"),
    ],
)
def test_throttling_has_each_carriers_shape_and_says_when_to_return(
    sandbox, shop, carrier, status, sign
):
    sandbox.faults = Faults(throttled=1.0, retry_after=7)

    answer = shop.track(carrier, "1Z999AA10123456784")

    assert answer.status_code == status
    assert answer.headers["Retry-After"] == "7"
    assert sign in answer.text


def test_a_server_error_is_500_and_tokens_are_spared_unless_told(sandbox, shop):
    sandbox.faults = Faults(server_error=1.0)
    answer = shop.track("ups", "1Z999AA10123456784")
    sandbox.faults = Faults(server_error=1.0, tokens_too=True)
    refused = shop.token("ups")

    assert answer.status_code == 500
    assert answer.json()["response"]["errors"][0]["code"] == "10500"
    assert refused.status_code == 500


def test_a_body_is_cut_off_half_way(sandbox, shop, parcel):
    sandbox.faults = Faults(cut_off=1.0)

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        shop.track(DHL, parcel.number)


def test_garbage_is_html_with_status_200(sandbox, shop, parcel):
    sandbox.faults = Faults(garbage=1.0)

    answer = shop.track(DHL, parcel.number)

    assert answer.status_code == 200
    assert answer.text.startswith("<!doctype html>")


def test_an_oversized_body_is_as_large_as_told(sandbox, shop, parcel):
    sandbox.faults = Faults(oversized=1.0, oversized_bytes=300_000)

    assert len(shop.track(DHL, parcel.number).content) > 300_000


def test_duplicated_scans_come_twice(sandbox, shop, parcel):
    plain = events(shop, parcel)
    sandbox.faults = Faults(duplicated=1.0)

    told = events(shop, parcel)

    assert told == [event for event in plain for _ in range(2)]


def test_reordered_scans_are_the_same_scans(sandbox, shop, parcel):
    plain = events(shop, parcel)
    sandbox.faults = Faults(reordered=1.0, seed=1)

    told = events(shop, parcel)

    assert told != plain
    assert sorted(map(str, told)) == sorted(map(str, plain))


def test_a_reworded_scan_keeps_its_instant(sandbox, shop, parcel):
    plain = events(shop, parcel)
    sandbox.faults = Faults(reworded=1.0)

    told = events(shop, parcel)

    assert [e["timestamp"] for e in told] == [e["timestamp"] for e in plain]
    assert all(
        new["description"] != old["description"]
        for new, old in zip(told, plain, strict=True)
    )


def test_a_scan_is_retimed_only_hours_after_it_was_first_told(
    sandbox, shop, clock, parcel
):
    sandbox.faults = Faults(retimed=1.0)
    clock.at = parcel.steps[0].at + timedelta(minutes=30)
    first = events(shop, parcel)[-1]["timestamp"]

    clock.pass_by(hours=6)

    assert first == f"{parcel.steps[0].local:%Y-%m-%dT%H:%M:%S}"
    assert events(shop, parcel)[-1]["timestamp"] > first


def test_a_withdrawn_scan_is_gone_later_but_never_the_delivery(
    sandbox, shop, clock, parcel
):
    picked = next(step for step in parcel.steps if step.did is Did.PICKED_UP)
    sandbox.faults = Faults(withdrawn=1.0)
    clock.at = picked.at + timedelta(minutes=30)
    at_first = len(events(shop, parcel))

    clock.at = parcel.steps[-1].at + timedelta(days=1)
    told = events(shop, parcel)

    assert at_first == 2
    assert [event["statusCode"] for event in told] == ["delivered", "pre-transit"]


def test_a_code_nobody_knows_comes_beside_the_known_ones(sandbox, shop, parcel):
    plain = events(shop, parcel)
    sandbox.faults = Faults(novel=1.0)

    told = events(shop, parcel)

    assert [event for event in told if event["statusCode"] != "unknown"] == plain
    assert len(told) > len(plain)


def test_faults_can_be_kept_to_some_carriers(sandbox, shop, parcel):
    sandbox.faults = Faults(server_error=1.0, carriers=frozenset({"ups"}))

    assert shop.track(DHL, parcel.number).status_code == 200
    assert shop.track("ups", "1Z999AA10123456784").status_code == 500


def test_the_same_seed_gives_the_same_misfortunes(clock, web):
    def run():
        faults = Faults(seed=4, server_error=0.3, garbage=0.2, reordered=0.5)
        box = Sandbox(seed=2, now=lambda: START, faults=faults)
        box.start()
        parcels = [
            p
            for p in box.populate(80, start=START)
            if p.carrier == DHL and p.until(START)
        ]
        shop = Shop(box, web)
        answers = [shop.track(DHL, p.number) for p in parcels for _ in range(3)]
        box.stop()
        return [(answer.status_code, answer.content) for answer in answers]

    first = run()

    assert run() == first
    assert {status for status, _ in first} == {200, 500}
