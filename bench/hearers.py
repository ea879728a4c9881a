"""Shops, one a channel, whose parcels are late, and who shall hear of each."""

import base64
import json
from dataclasses import dataclass, replace

from bench.measure import make_overdue
from bench.providers import CHANNELS, PHONES
from track_service.channels.webpush import new_key, public_key
from track_service.clock import wall
from track_service.core.parcel import Customer, Order
from track_service.core.rules import read
from track_service.services import brands, pushing, ways
from track_service.services.register import NewShipment, register
from track_service.store import brands as kept_brands
from track_service.store import shipments, subscriptions
from track_service.store import ways as kept_ways
from track_service.store.subscriptions import Browser

KINDS = ("late", "not_collected")  # what is wrong with each parcel
_SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_AT_ANY_TIME = read({"quiet_hours": None, "together_minutes": 0})
_PATIENCE = 2880  # minutes: more than two workers' clocks ever lie apart
_CODE = {"type": "code", "value": "order"}
_TEMPLATES = {"late": {"template_id": "310000", "params": {"order_code": _CODE}}}
# By which channels each shop writes. What Zalo cannot deliver goes on by eSMS.
_WAYS = {
    "email": ("email",),
    "sms_twilio": ("sms_twilio", "email"),
    "sms_esms": ("sms_esms", "email"),
    "zalo_zns": ("zalo_zns", "sms_esms", "email"),
}


@dataclass
class Bench:
    """The service, the stand-ins, and where receipts are told."""

    of: object
    gateways: object
    hooks: str
    receipts: str


def fill(bench, parcels):
    """Register parcels whose promise is over; return who shall hear, by channel."""
    wanted = {"webhook": set(), "webpush": set()}
    for code, route in _WAYS.items():
        made = _open(bench, code, hook=f"{bench.hooks}/webhook/")
        _write_by(bench, made, route)
        wanted[code] = {_shopper(bench, made, code, n, wanted) for n in range(parcels)}
    made = _open(bench, "webpush", hook=None)
    pushing.our_key(bench.of.desk)
    for n in range(parcels):
        wanted["webpush"].add(_browser(bench, made, n))
    with bench.of.database.write() as session:
        make_overdue(session)
        session.commit()
    return wanted


def mend(bench):
    """Do as an operator whose Zalo token is lost: set a new one; tell if that was so."""
    given = bench.gateways.settings("zalo_zns")
    with bench.of.database.write() as session:
        brand = kept_brands.by_code(session, "zalo-zns")
        way = kept_ways.of_brand(session, brand.id)[0]
        channel = bench.of.post.channels[way.channel]
        lost = channel.trouble(way.settings) is not None
        if lost:
            token = {"refresh_token": given["refresh_token"]}
            ways.put(session, brand, "zalo_zns", token, place=None, minutes=None)
        session.commit()
    return lost


def _open(bench, code, *, hook):
    of = bench.of
    brand = replace(
        brands.new_brand(code.replace("_", "-"), code, sending=True),
        webhook_url=hook,
        webhook_secret=_SECRET if hook else None,
    )
    with of.database.write() as session:
        made = brands.add(session, brand, now=wall(), mint=of.mint)
        kept_brands.change(session, replace(made.brand, rules=_AT_ANY_TIME))
        session.commit()
    return made


def _write_by(bench, made, route):
    urls = {
        code: f"{bench.receipts}/hooks/channels/{code}/{made.hook_secret}"
        for code in route
    }
    with bench.of.database.write() as session:
        for code in route:
            given = bench.gateways.settings(code) if code in PHONES else {}
            if code == "zalo_zns":
                given |= {"templates": json.dumps(_TEMPLATES)}
                bench.gateways.tell({code: urls[code]})
            elif code in PHONES:
                given |= {"callback_url": urls[code]}
            ways.put(session, made.brand, code, given, place=None, minutes=_PATIENCE)
        session.commit()


def _shopper(bench, made, code, n, wanted):
    """Register a parcel; return by which name what comes for its shopper is known."""
    whom, number = f"{n}", None
    if code in PHONES:
        whom = f"849{PHONES.index(code)}{n:07}"
        number = f"+{whom}"
    customer = Customer(email=f"{code}.{whom}@example.com", phone=number, locale="en")
    new = NewShipment(Order(f"{n}", customer=customer), "ups", _number(code, n))
    with bench.of.database.write() as session:
        done = register(session, made.brand, new, now=wall(), mint=bench.of.mint)
        session.commit()
    wanted["webhook"] |= {f"shipment.{kind} {done.public_id}" for kind in KINDS}
    return whom


def _browser(bench, made, n):
    """Let a browser follow a parcel that has moved; return its endpoint's path."""
    of, path = bench.of, f"/webpush/{n}"
    new = NewShipment(Order(f"{n}"), "ups", _number("webpush", n))
    with of.database.write() as session:
        done = register(session, made.brand, new, now=wall(), mint=of.mint)
        session.commit()
    auth = base64.urlsafe_b64encode(bytes(16)).rstrip(b"=").decode()
    browser = Browser(f"{bench.hooks}{path}", public_key(new_key()), auth)
    pushing.follow(of.desk, done.token, browser)
    with of.database.write() as session:
        moved = shipments.by_token(session, done.token)
        subscriptions.owe(session, [moved], now=wall(), wall=wall())
        session.commit()
    return path


def _number(code, n):
    return f"1Z{CHANNELS.index(code):06}{n:010}"
