"""Receipts: from a provider's callback to the notice that goes on by the next way."""

import hashlib
import hmac
import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest
from tests import make
from tests.channels.test_bounces import WHSEC, ours

from track_service.core.notices import Audience
from track_service.core.status import Status
from track_service.services.delivering import note_free
from track_service.services.notify import send_owed
from track_service.store import notices, suppressions, ways
from track_service.store.ways import Way

SEND = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
ESMS = "https://rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/"


@pytest.fixture
def hook(made):
    return f"/hooks/channels/sms_twilio/{made.hook_secret}"


@pytest.fixture
def keys(hook):
    return {
        "account_sid": "AC1",
        "auth_token": "token",
        "sender": "TRASEN",
        "price": "0.08",
        "callback_url": f"https://track.example{hook}",
    }


@pytest.fixture
def routed(of, brand, keys):
    """The brand writes by Twilio, then by eSMS."""
    esms = {"api_key": "k", "secret_key": "s", "brandname": "TRASEN", "price": "500"}
    patience = timedelta(minutes=10)
    with of.database.write() as session:
        ways.put(session, brand.id, Way("sms_twilio", keys, patience), place=0)
        ways.put(session, brand.id, Way("sms_esms", esms, patience), place=1)
        session.commit()
    return brand


@pytest.fixture
def post(of, guarded):
    """The post whose channels reach every host as if it were public."""
    kinds = {code: of.post.channels[code] for code in ("sms_twilio", "sms_esms")}
    opened = {code: type(channel)(guarded) for code, channel in kinds.items()}
    return replace(of.post, channels={**of.post.channels, **opened})


@pytest.fixture
def told(of, routed, post, answers, rows):
    """A parcel is damaged, and Twilio took the message; the notice's key."""
    parcel = make.a_parcel(of, routed)
    event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(event))
    answers.post(SEND, json={"sid": "SM1", "status": "queued"}, status=201)
    send_owed(post)
    ((key,),) = rows("SELECT key FROM notice")
    return key


def call_back(client, hook, key, *, by="token", **form):
    url = f"https://track.example{hook}?key={key}"
    told = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    mac = hmac.new(by.encode(), told.encode(), hashlib.sha1)
    signature = b64encode(mac.digest()).decode()
    return client.post(
        f"{hook}?key={key}", data=form, headers={"X-Twilio-Signature": signature}
    )


def states(rows):
    return [tuple(r) for r in rows("SELECT channel, state FROM delivery ORDER BY id")]


def test_a_receipt_ends_the_waiting(client, hook, told, rows, of, hands, post):
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}

    assert call_back(client, hook, told, **form).status_code == 204
    assert call_back(client, hook, told, **form).status_code == 204  # told twice

    assert states(rows) == [("sms_twilio", "delivered")]
    assert rows("SELECT due_at FROM delivery") == [(None,)]


def test_a_failure_goes_on_by_the_next_way(
    client, hook, told, rows, of, post, answers, routed
):
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30006"}
    answers.post(ESMS, json={"CodeResult": "100", "SMSID": "e1"})

    call_back(client, hook, told, **form)
    send_owed(post)

    assert states(rows) == [("sms_twilio", "failed"), ("sms_esms", "accepted")]
    with of.database.read() as session:
        why = suppressions.reason(session, routed.id, "sms_twilio", "84900000000")
    assert why == "hard_bounce"
    assert json.loads(answers.calls[1].request.body)["RequestId"] == told


@pytest.mark.parametrize(
    ("kind", "state"),
    [("confirmed", "owed"), ("link", "sent"), ("review_request", "sent")],
)
def test_a_bounce_that_names_a_mail_alone_finds_whose_it_was(
    client, of, made, routed, rows, kind, state
):
    parcel = make.a_parcel(of, routed)
    of_it = "SELECT order_id FROM shipment WHERE id = :id"
    ((order_id,),) = rows(of_it, id=parcel.id)
    about = parcel.id if kind == "review_request" else order_id
    now, wall = of.clock.now(), of.clock.wall()
    what = {"key": "k", "cause": "c", "kind": kind, "concern": str(about)}
    to = {"channel": "email", "target": 0, "audience": Audience.SHOPPER}
    more = {"detail": None, "brand_id": routed.id, "now": now, "wall": wall}
    with of.database.write() as session:
        way = Way("email", {"bounce_secret": WHSEC}, timedelta(minutes=10))
        ways.put(session, routed.id, way, place=0)
        notices.owe(session, **what, **to, **more)
        (owed,) = notices.claim(session, wall=wall, limit=1)
        notices.settle(session, owed.id, notices.SENT, now=now)
        note_free(session, owed, "<7@acme.example>", wall=wall)
        session.commit()
    told = ours({"type": "bounced", "message_id": "7@acme.example"}, at=wall)
    url = f"/hooks/channels/email/{made.hook_secret}"

    assert client.post(url, data=told.body, headers=told.headers).status_code == 204

    with of.database.read() as session:
        address = parcel.order.customer.email
        why = suppressions.reason(session, routed.id, "email", address)
    assert why == "hard_bounce"
    assert rows("SELECT state FROM notice") == [(state,)]


def test_a_late_failure_takes_no_delivery_back(client, hook, told, rows):
    call_back(client, hook, told, MessageSid="SM1", MessageStatus="delivered")
    call_back(client, hook, told, MessageSid="SM1", MessageStatus="failed")
    call_back(client, hook, told, MessageSid="SM1", MessageStatus="sent")

    assert states(rows) == [("sms_twilio", "delivered")]
    assert rows("SELECT state FROM notice") == [("sent",)]


def test_what_nobody_signed_changes_nothing(client, hook, told, rows):
    refused = call_back(client, hook, told, by="other", MessageStatus="failed")

    assert refused.status_code == 401
    assert states(rows) == [("sms_twilio", "accepted")]


def test_a_receipt_of_nothing_we_sent_is_taken_and_forgotten(client, hook, told, rows):
    gone = call_back(client, hook, "other", MessageSid="SM9", MessageStatus="failed")

    assert gone.status_code == 204
    assert states(rows) == [("sms_twilio", "accepted")]


@pytest.mark.parametrize(
    "path",
    [
        "/hooks/channels/sms_twilio/tsh_wrong",
        "/hooks/channels/carrier_pigeon/{secret}",
        "/hooks/channels/webhook/{secret}",
        "/hooks/channels/zalo_zns/{secret}",
    ],
)
def test_an_address_that_is_nobodys_is_not_found(client, routed, made, path):
    url = path.format(secret=made.hook_secret)

    assert client.post(url, data={"MessageStatus": "failed"}).status_code == 404


def test_only_esms_may_call_by_get(client, routed, made, hook):
    assert client.get(hook).status_code == 405
    esms = f"/hooks/channels/sms_esms/{made.hook_secret}"
    assert client.get(esms).status_code == 401  # no RequestId
    query = {"RequestId": "r", "SendStatus": "5", "SendSuccess": "1"}
    assert client.get(esms, query_string=query).status_code == 204
