from datetime import timedelta

import pytest
from tests.sandbox.shop import NUMBERS, make_parcel

from track_service.sandbox import Did, Kind, Sandbox

PULLED = ["ups", "fedex", "usps", "dhl_unified", "royal_mail", "ghn", "ghtk"]


def at(parcel, did):
    return next(step.at for step in parcel.steps if step.did is did)


@pytest.mark.parametrize(
    ("carrier", "status", "sign"),
    [
        ("ups", 200, "TW0001"),
        ("fedex", 200, "TRACKING.TRACKINGNUMBER.NOTFOUND"),
        ("usps", 400, "150001"),
        ("dhl_unified", 404, "No shipment with given tracking number found."),
        ("royal_mail", 404, "E1142"),
        ("ghn", 400, "USER_ERR_COMMON"),
        ("ghtk", 400, "50109"),
    ],
)
def test_an_unknown_number_has_each_carriers_own_shape(shop, carrier, status, sign):
    answer = shop.track(carrier, NUMBERS[carrier])

    assert answer.status_code == status
    assert sign in answer.text


@pytest.mark.parametrize("carrier", PULLED)
def test_a_parcel_is_unknown_before_its_label(sandbox, shop, clock, carrier):
    parcel = make_parcel(carrier, label_at=clock() + timedelta(hours=5))
    sandbox.add(parcel)

    before = shop.track(carrier, parcel.number).content
    clock.pass_by(hours=5)
    shop.bearer.clear()
    after = shop.track(carrier, parcel.number).content
    shop.bearer.clear()
    stranger = shop.track(carrier, parcel.number[:-1] + "0").content

    assert len(before) < len(after)
    assert len(stranger) < len(after)


def test_ups_moves_with_the_clock(sandbox, shop, clock):
    parcel = make_parcel("ups")
    sandbox.add(parcel)
    seen = []
    for did in (Did.LABEL, Did.PICKED_UP, Did.OUT_FOR_DELIVERY, Did.DELIVERED):
        clock.at = at(parcel, did)
        shop.log_in("ups")
        package = shop.track("ups", parcel.number).json()["trackResponse"]["shipment"][
            0
        ]["package"][0]
        seen.append((package["currentStatus"]["code"], len(package["activity"])))

    assert [code for code, _ in seen] == ["003", "038", "021", "011"]
    assert seen[-1][1] == len(parcel.steps)


def test_ups_tells_local_and_gmt_times_and_dates_of_delivery(sandbox, shop, clock):
    parcel = make_parcel("ups")
    sandbox.add(parcel)
    clock.at = parcel.steps[-1].at - timedelta(minutes=1)

    package = shop.track("ups", parcel.number).json()["trackResponse"]["shipment"][0][
        "package"
    ][0]
    out = package["activity"][0]
    step = next(s for s in parcel.steps if s.did is Did.OUT_FOR_DELIVERY)

    assert out["status"] == {
        "type": "I",
        "description": "Out For Delivery Today",
        "code": "OT",
        "statusCode": "021",
    }
    assert out["gmtDate"] + out["gmtTime"] == f"{step.at:%Y%m%d%H:%M:%S}"
    assert out["date"] + out["time"] == f"{step.local:%Y%m%d%H%M%S}"
    assert out["gmtOffset"] in ("-08:00", "-07:00")
    assert package["deliveryDate"][0]["type"] == "SDD"
    assert package["deliveryTime"]["type"] == "EDW"
    assert "gmtDate" not in package["activity"][-1]


def test_ups_refuses_what_is_no_number(shop):
    answer = shop.track("ups", "1Z")

    assert answer.status_code == 400
    assert answer.json()["response"]["errors"][0]["code"] == "TV1002"


def test_fedex_answers_thirty_at_once_with_an_error_each(sandbox, shop, clock):
    parcel = make_parcel("fedex")
    sandbox.add(parcel)
    clock.at = at(parcel, Did.DELIVERED)
    numbers = [parcel.number, *(str(n) for n in range(100000000000, 100000000029))]

    found = shop.track("fedex", *numbers).json()["output"]["completeTrackResults"]
    too_many = shop.track("fedex", *numbers, "100000000030")
    empty = shop.track("fedex", "")

    first = found[0]["trackResults"][0]
    assert [result["trackingNumber"] for result in found] == numbers
    assert first["latestStatusDetail"]["code"] == "DL"
    assert first["dateAndTimes"][0]["type"] == "ACTUAL_DELIVERY"
    assert (
        found[1]["trackResults"][0]["trackingNumberInfo"]["trackingNumberUniqueId"]
        == ""
    )
    assert too_many.status_code == 400
    assert empty.json()["errors"][0]["code"] == "TRACKING.TRACKINGNUMBER.EMPTY"


def test_usps_needs_detail_to_tell_events_and_its_gmt_day_is_wrong(
    sandbox, shop, clock
):
    parcel = make_parcel("usps")
    sandbox.add(parcel)
    clock.at = at(parcel, Did.DELIVERED)

    short = shop.track("usps", parcel.number, params={}).json()
    events = shop.track("usps", parcel.number).json()["trackingEvents"]

    assert "trackingEvents" not in short
    assert events[0]["eventCode"] == "01"
    assert events[-1]["eventCode"] == "GX"
    assert "GMTOffset" not in events[-1]
    stamped = [e for e in events if "GMTTimestamp" in e]
    assert all(e["GMTTimestamp"][:10] == e["eventTimestamp"][:10] for e in stamped)


def test_dhl_paket_is_local_and_speaks_two_languages(sandbox, shop, clock):
    parcel = make_parcel("dhl_unified")
    sandbox.add(parcel)
    clock.at = at(parcel, Did.DELIVERED)

    english = shop.track("dhl_unified", parcel.number).json()["shipments"][0]
    german = shop.track("dhl_unified", parcel.number, params={"language": "de"}).json()[
        "shipments"
    ][0]

    assert english["status"]["statusCode"] == "delivered"
    assert (
        english["status"]["timestamp"] == f"{parcel.steps[-1].local:%Y-%m-%dT%H:%M:%S}"
    )
    assert german["status"]["description"] == "Die Sendung wurde zugestellt."


def test_dhl_express_crosses_customs_with_offsets_and_a_signer(sandbox, shop, clock):
    parcel = make_parcel("dhl_unified", Kind.CUSTOMS, lane=2, number="3318810025")
    sandbox.add(parcel)
    clock.at = at(parcel, Did.DELIVERED)

    shipment = shop.track("dhl_unified", parcel.number).json()["shipments"][0]

    codes = [event["status"] for event in shipment["events"]]
    assert shipment["service"] == "express"
    assert codes[0] == "OK"
    assert [code for code in codes if code in ("IC", "UD", "CR")] == ["CR", "UD", "IC"]
    assert shipment["status"]["timestamp"][-6:] in ("+00:00", "+01:00")


def test_royal_mail_gives_an_object_for_events_and_a_list_for_summaries(
    sandbox, shop, clock
):
    parcel = make_parcel("royal_mail", Kind.PICKUP)
    sandbox.add(parcel)
    clock.at = at(parcel, Did.HELD)

    piece = shop.track("royal_mail", parcel.number).json()["mailPieces"]
    pieces = shop.track("royal_mail", parcel.number, "XX000000005GB").json()[
        "mailPieces"
    ]
    too_many = shop.track("royal_mail", *["RR473124829GB"] * 31)

    assert piece["summary"]["lastEventCode"] == "EVKLC"
    assert piece["summary"]["oneDBarcode"] == parcel.number
    assert piece["events"][0]["eventDateTime"].endswith(("+00:00", "+01:00"))
    assert [p["status"] for p in pieces] == ["200", "404"]
    assert too_many.json()["errors"][0]["errorCode"] == "E0013"


def test_ghn_has_no_log_at_first_and_utc_stamps_later(sandbox, shop, clock):
    parcel = make_parcel("ghn", Kind.ATTEMPTS_RETURNED)
    sandbox.add(parcel)

    new = shop.track("ghn", parcel.number).json()["data"]
    clock.at = parcel.steps[-1].at
    old = shop.track("ghn", parcel.number).json()["data"]

    words = [entry["status"] for entry in old["log"]]
    assert "log" not in new
    assert new["status"] == "ready_to_pick"
    assert new["leadtime"] == f"{parcel.promised_on}T16:59:59Z"
    assert words[0] == "picked"
    assert words[-1] == old["status"] == "returned"
    assert words.count("delivery_fail") == 2
    assert all(entry["updated_date"].endswith("Z") for entry in old["log"])


def test_ghtk_tells_the_present_alone_and_its_date_changes_meaning(
    sandbox, shop, clock
):
    parcel = make_parcel("ghtk")
    sandbox.add(parcel)

    before = shop.track("ghtk", parcel.number).json()["order"]
    clock.at = at(parcel, Did.DELIVERED)
    after = shop.track("ghtk", parcel.number).json()["order"]

    delivered = parcel.steps[-1].local
    assert (int(before["status"]), int(after["status"])) == (2, 5)
    assert before["deliver_date"] == f"{parcel.promised_on}"
    assert after["deliver_date"] == f"{delivered:%Y-%m-%d}"
    assert after["modified"] == f"{delivered:%Y-%m-%d %H:%M:%S}"


def test_viettel_post_tells_nothing_when_asked(sandbox, web):
    url = f"{sandbox.base_url('viettelpost')}/v2/order/detail"

    assert web.get(url, timeout=10).json()["message"] == "Header Token is required"


def test_requests_are_counted_by_carrier_and_status(sandbox, shop):
    sandbox.add(make_parcel("dhl_unified"))
    shop.track("dhl_unified", NUMBERS["dhl_unified"])
    shop.track("dhl_unified", "0")
    shop.track("dhl_unified", "1")

    assert sandbox.counts == {"dhl_unified": {200: 1, 404: 2}}


@pytest.mark.parametrize("carrier", PULLED)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_journey_can_be_told_at_every_step(sandbox, shop, clock, carrier, kind):
    crowd = [p for p in sandbox.populate(400, start=clock()) if p.carrier == carrier]
    parcel = next((p for p in crowd if p.kind == kind.value), None)
    if parcel is None:
        assert kind.value not in {p.kind for p in crowd}
        return
    for step in parcel.steps:
        clock.at = step.at
        shop.bearer.clear()
        assert shop.track(carrier, parcel.number).status_code == 200


@pytest.mark.parametrize(
    "carrier", ["ups", "fedex", "usps", "dhl_unified", "ghn", "ghtk"]
)
def test_a_path_the_carrier_does_not_have_is_404(sandbox, web, carrier):
    answer = web.get(f"{sandbox.base_url(carrier)}/v9/nothing", timeout=10)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"


def test_a_carrier_that_is_not_here_is_said_so(sandbox, web):
    url = sandbox.base_url("ups").removesuffix("ups") + "pigeon/post"

    assert web.get(url, timeout=10).status_code == 404
    with pytest.raises(ValueError, match="pigeon"):
        sandbox.base_url("pigeon")


def test_what_is_missing_from_a_question_is_named(sandbox, shop, web):
    dhl = shop.track("dhl_unified", "")
    ghn = shop.track("ghn", "")
    grant = web.post(
        f"{sandbox.base_url('fedex')}/oauth/token",
        data=sandbox.credentials("fedex"),
        timeout=10,
    )

    assert (dhl.status_code, dhl.json()["title"]) == (400, "Bad request")
    assert (ghn.status_code, ghn.json()["message"]) == (400, "order_code is required")
    assert (grant.status_code, grant.json()["errors"][0]["code"]) == (
        400,
        "BAD.REQUEST.ERROR",
    )


def test_latency_is_added_to_every_answer(clock, web):
    box = Sandbox(seed=1, now=clock, latency=0.05)
    box.start()

    answer = web.get(f"{box.base_url('ghtk')}/x", timeout=10)
    box.stop()

    assert answer.elapsed.total_seconds() >= 0.05
