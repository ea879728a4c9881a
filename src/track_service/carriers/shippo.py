"""Shippo (aggregator): https://docs.goshippo.com/docs/tracking/tracking/.

Proof: captured answers and the official list of statuses and sub-statuses. A number can
be asked for without having been added (adding it only brings pushes); the carrier is the
parcel's own where Shippo has it, else the account's `courier`. Answers
before 2018 have no sub-status: there a few words of the text stand in. `eta` is a day
written at midnight Z.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Push,
    Rate,
    StatusMap,
    Trust,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    country_code,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.carriers.signing import is_stale
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.goshippo.com"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# Shippo's names of carriers (https://docs.goshippo.com/docs/tracking/trackingcarriers).
COURIERS = {
    "aramex": "aramex",
    "asendia_us": "asendia_us",
    "australia_post": "australia_post",
    "bring": "bring",
    "canada_post": "canada_post",
    "chronopost": "chronopost",
    "correos": "correos_espana",
    "dhl_ecommerce_us": "dhl_ecommerce",
    "dhl_express_xml": "dhl_express",
    "dhl_parcel_de": "dhl_germany",
    "evri": "hermes_uk",
    "fedex": "fedex",
    "la_poste": "la_poste",
    "lasership": "lasership",
    "mydhl": "dhl_express",
    "nz_post": "new_zealand_post",
    "ontrac": "ontrac",
    "pitney_bowes": "pitney_bowes",
    "posti": "posti",
    "purolator": "purolator",
    "royal_mail": "royal_mail",
    "ups": "ups",
    "usps": "usps",
}
_OLD_TEXTS = (
    (
        "UNKNOWN",
        re.compile(r"electronic shipment information|label (has been )?created", re.I),
        Meaning(Status.INFO_RECEIVED, "received"),
    ),
    (
        "TRANSIT",
        re.compile(r"out for delivery", re.I),
        Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
    ),
)


class Shippo(Carrier):
    """Shippo: one parcel of one carrier a call, signed pushes on request."""

    code: ClassVar[str] = "shippo"
    label: ClassVar[str] = "Shippo"
    aggregator: ClassVar[bool] = True
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("token", "courier")
    optional: ClassVar[tuple[str, ...]] = ("webhook_secret",)
    rate: ClassVar[Rate] = Rate(per_second=5.0)
    push: ClassVar[bool] = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client, the token and Shippo's name of a carrier (`usps`)."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/tracks"
        self._courier = settings["courier"]
        self._token = settings["token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel of one carrier."""
        one = wanted[0]
        courier = quote(COURIERS.get(one.carrier or "", self._courier), safe="")
        return self._http.get(
            f"{self._url}/{courier}/{quote(one.number, safe='')}",
            headers={"Authorization": f"ShippoToken {self._token}"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one track; a number that cannot be is a success without a status."""
        body = error_body(answer)
        detail = text(body.get("detail"))
        if problem := http_problem(answer, detail):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, detail or "HTTP 404")]
        if answer.status == 400 or (detail and "tracking_number" not in body):
            return [_refusal(body)]
        return [_track(json_body(answer))]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read `track_updated`."""
        body = json_body(push)
        if text(body["event"]) != "track_updated":
            raise BadAnswer("shippo: no track_updated")
        return [_track(body["data"])]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare `Shippo-Auth-Signature`: `t=…,v1=…` over time, dot and body."""
        secret = settings.get("webhook_secret")
        if not secret:
            return Trust.URL_ONLY
        stated = push.headers.get("shippo-auth-signature", "").split(",")
        told = dict(one.strip().partition("=")[::2] for one in stated)
        if is_stale(push, told.get("t")):
            return Trust.REFUSED
        signed = told.get("t", "").encode(errors="replace") + b"." + push.body
        mac = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        given = told.get("v1", "").encode(errors="replace")
        same = hmac.compare_digest(given, mac.encode())
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = Shippo


def _refusal(body: Mapping[str, Any]) -> Tracking:
    """Read `{field: [text]}` or `{detail: text}`, which have no codes."""
    held = body.values()
    words = [w for v in held for w in (v if isinstance(v, list) else [v])]
    said = " ".join(filter(None, map(text, words)))
    known = "tracking_number" in body
    return failed(Trouble.INVALID_NUMBER if known else Trouble.INPUT_NEEDED, said)


def _meaning(state: Mapping[str, Any]) -> Meaning:
    status, sub = text(state.get("status")), _sub(state)
    words = text(state.get("status_details")) or ""
    if sub is None:
        for key, found, meaning in _OLD_TEXTS:
            if key == status and found.search(words):
                return meaning
    return CODES.read(f"{status}/{sub}", status)


def _sub(state: Mapping[str, Any]) -> str | None:
    sub = state.get("substatus")
    return text(part(sub, "code")) or text(sub)


def _scan(state: Mapping[str, Any]) -> Event:
    spot = state.get("location")
    return Event(
        stated_time(state.get("status_date")),
        _meaning(state),
        "/".join(filter(None, [text(state.get("status")), _sub(state)])) or None,
        text(state.get("status_details")),
        Place(
            text(part(spot, "city")),
            text(part(spot, "state")),
            country_code(part(spot, "country")),
            text(part(spot, "zip")),
        ),
    )


def _track(track: Mapping[str, Any]) -> Tracking:
    number = text(track.get("tracking_number"))
    if number is None:
        raise BadAnswer("shippo: no tracking_number")
    head = track.get("tracking_status")
    scans = [_scan(one) for one in records(track.get("tracking_history"))]
    if head is None and not scans:
        return failed(Trouble.NOT_FOUND, "no tracking_status", number)
    newest = _scan(head or {})
    if head and newest.stamp and newest.key not in {scan.key for scan in scans}:
        scans.append(newest)
    events = oldest_first(scans)
    now = current(events)
    delivered = (newest.meaning if now == UNKNOWN else now).status is Status.DELIVERED
    told = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return Tracking(
        number,
        events,
        stated=newest.meaning,
        window=_window(track.get("eta")),
        delivered_at=told[-1] if delivered and told else None,
        carrier=text(track.get("carrier")),
    )


def _window(value: object) -> Window | None:
    stamp = stated_time(value)
    if stamp is not None and f"{stamp.local:%H%M%S}" == "000000":
        stamp = Stamp.day(stamp.local.date())
    return Window(stamp, stamp) if stamp else None
