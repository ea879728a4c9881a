import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import standardwebhooks
from tests import make
from tests.conftest import Hands

from track_service.clock import wall
from track_service.core.status import Status
from track_service.core.tracking import Stamp, Window
from track_service.services.notify import send_owed

DOC = Path(__file__).parents[3] / "docs" / "webhooks.md"


@pytest.fixture
def hook(of, hooked, damaged, receiver):
    damaged(hooked, promised_on=of.clock.now().date() + timedelta(days=4))
    send_owed(of.post)
    return receiver.at("/hook")[0]


def test_a_webhook_is_signed_for_its_brand(hook, hooked, rows):
    headers, body = hook
    (row,) = rows("SELECT key FROM notice WHERE channel = 'webhook'")

    assert headers["webhook-id"] == row.key
    assert headers["content-type"] == "application/json"
    verifier = standardwebhooks.Webhook(hooked.webhook_secret)
    assert verifier.verify(body, headers) == json.loads(body)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verifier.verify(body.replace(b"N1", b"N2"), headers)


@pytest.fixture
def hands():
    """The real time: the receivers' library refuses stamps that are minutes old."""
    return Hands(wall().replace(microsecond=0))


def test_a_webhook_tells_what_is_documented(hook, hands):
    told = json.loads(hook[1])

    token = told["data"]["page_url"].rsplit("/", 1)[1]
    assert told == {
        "type": "shipment.exception",
        "timestamp": hands.now().isoformat(),
        "data": {
            "brand": "acme",
            "shipment": told["data"]["shipment"],
            "order_number": "1001",
            "carrier": "ghn",
            "tracking_number": "N1",
            "status": "exception",
            "sub_status": "damaged",
            "cause": None,
            "concern": "exception",
            "detail": "damaged",
            "promised_on": str(hands.now().date() + timedelta(days=4)),
            "promise_state": "at_risk",
            "estimated_delivery": None,
            "page_url": f"https://track.example/t/{token}",
        },
    }


def test_the_documented_fields_are_those_that_are_sent(hook):
    section = DOC.read_text().partition("## About an order")[0]
    documented = re.findall(r"^\| `data\.(\w+)` \|", section, re.MULTILINE)

    assert documented == list(json.loads(hook[1])["data"])


def test_the_expected_day_is_told_as_stated(of, hooked, receiver, hands):
    today = hands.now().date()
    parcel = make.a_parcel(of, hooked, promised_on=today + timedelta(days=2))
    later = today + timedelta(days=4)
    day = Stamp.day(later)
    on_its_way = make.an_event(Status.IN_TRANSIT, at=hands.now())
    hands.forward(minutes=1)
    make.seen(of, parcel, make.a_tracking(on_its_way, window=Window(day, day)))

    send_owed(of.post)

    data = json.loads(receiver.at("/hook")[0][1])["data"]
    assert data["concern"] == "delayed"
    assert data["estimated_delivery"] == {"from": str(later), "until": str(later)}


def test_the_end_of_a_concern_is_told_once(of, hooked, damaged, receiver, hands):
    parcel = damaged(hooked)
    send_owed(of.post)
    hands.forward(hours=1)
    moves = make.an_event(Status.OUT_FOR_DELIVERY, at=hands.now())
    damage = make.an_event(
        Status.EXCEPTION, "damaged", at=hands.now() - timedelta(hours=1)
    )

    make.seen(of, parcel, make.a_tracking(damage, moves))
    make.seen(of, parcel, make.a_tracking(damage, moves))
    while send_owed(of.post):
        pass

    told = [json.loads(body) for _, body in receiver.at("/hook")]
    assert [(t["type"], t["data"]["concern"]) for t in told] == [
        ("shipment.exception", "exception"),
        ("shipment.cleared", "exception"),
    ]
    assert told[1]["data"]["status"] == "out_for_delivery"


def test_an_end_that_is_none_any_more_is_not_told(of, hooked, damaged, receiver, hands):
    parcel = damaged(hooked)
    send_owed(of.post)
    damage = make.an_event(Status.EXCEPTION, "damaged", at=hands.now())
    hands.forward(hours=1)
    moves = make.an_event(Status.OUT_FOR_DELIVERY, at=hands.now())
    make.seen(of, parcel, make.a_tracking(damage, moves))
    make.seen(of, parcel, make.a_tracking(damage))

    while send_owed(of.post):
        pass

    told = [json.loads(body)["type"] for _, body in receiver.at("/hook")]
    assert told == ["shipment.exception"]
