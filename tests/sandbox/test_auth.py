import pytest
from tests.sandbox.shop import NUMBERS, make_parcel


@pytest.mark.parametrize("carrier", ["ups", "fedex", "usps"])
def test_a_wrong_secret_gets_no_token(shop, carrier):
    answer = shop.token(carrier, client_secret="guess")

    assert answer.status_code == 401
    assert "access_token" not in answer.text


@pytest.mark.parametrize(
    ("carrier", "lifetime"), [("ups", 14399), ("fedex", 3599), ("usps", 28799)]
)
def test_a_token_opens_tracking_until_it_expires_by_the_domain_clock(
    sandbox, shop, clock, carrier, lifetime
):
    sandbox.add(make_parcel(carrier))
    granted = shop.token(carrier).json()
    shop.bearer[carrier] = granted["access_token"]
    number = NUMBERS[carrier]

    fresh = shop.track(carrier, number)
    clock.pass_by(seconds=lifetime + 1)
    stale = shop.track(carrier, number)

    assert int(granted["expires_in"]) == lifetime
    assert fresh.status_code == 200
    assert stale.status_code == 401


def test_each_carrier_refuses_in_its_own_words(sandbox, web):
    ups = web.get(
        f"{sandbox.base_url('ups')}/api/track/v1/details/{NUMBERS['ups']}",
        headers={"Authorization": "Bearer forged"},
        timeout=10,
    )
    fedex = web.post(
        f"{sandbox.base_url('fedex')}/track/v1/trackingnumbers", timeout=10
    )
    usps = web.get(
        f"{sandbox.base_url('usps')}/tracking/v3/tracking/{NUMBERS['usps']}", timeout=10
    )

    assert ups.json()["response"]["errors"][0]["code"] == "250002"
    assert fedex.json()["errors"][0]["code"] == "NOT.AUTHORIZED.ERROR"
    assert usps.json()["error"] == {
        "code": "401",
        "message": "Invalid access token",
        "errors": [],
    }
    assert {ups.status_code, fedex.status_code, usps.status_code} == {401}


def test_keys_and_tokens_in_headers_are_checked(sandbox, web):
    dhl = web.get(
        f"{sandbox.base_url('dhl_unified')}/track/shipments?trackingNumber=1",
        timeout=10,
    )
    royal = web.get(
        f"{sandbox.base_url('royal_mail')}/mailpieces/v2/RR473124829GB/events",
        timeout=10,
    )
    ghn = web.post(
        f"{sandbox.base_url('ghn')}/shiip/public-api/v2/shipping-order/detail",
        json={"order_code": "LFV3G8XY"},
        timeout=10,
    )
    ghtk = web.get(f"{sandbox.base_url('ghtk')}/services/shipment/v2/S1", timeout=10)

    assert (dhl.status_code, dhl.json()["status"]) == (401, 401)
    assert (royal.status_code, royal.json()["httpCode"]) == (401, "401")
    assert (ghn.status_code, ghn.json()["message"]) == (
        400,
        "code=401, message=Token is not valid!",
    )
    assert (ghtk.status_code, ghtk.json()["error_code"]) == (401, "20101")


def test_royal_mail_wants_its_terms_accepted(sandbox, web):
    who = sandbox.credentials("royal_mail")
    headers = {
        "X-IBM-Client-Id": who["client_id"],
        "X-IBM-Client-Secret": who["client_secret"],
    }

    answer = web.get(
        f"{sandbox.base_url('royal_mail')}/mailpieces/v2/RR473124829GB/events",
        headers=headers,
        timeout=10,
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["errorCode"] == "E0004"


def test_ups_wants_its_two_headers(sandbox, shop, web):
    shop.log_in("ups")
    headers = {"Authorization": f"Bearer {shop.bearer['ups']}"}
    url = f"{sandbox.base_url('ups')}/api/track/v1/details/{NUMBERS['ups']}"

    assert web.get(url, headers=headers, timeout=10).status_code == 400
