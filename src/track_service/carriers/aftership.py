"""AfterShip (aggregator): tracking API, https://www.aftership.com/docs/tracking.

Proof: genuine answers and official examples; the list of sub-tags is AfterShip's own
(https://www.aftership.com/docs/tracking/enum/delivery-sub-statuses). Only parcels that
were added to the account are told of: those that are not yet are added when asked for,
which counts as a shipment of the plan, and are told of minutes later. Times have an offset, or none and are
then local to the scan; one list may come again rendered in UTC. A parcel tagged
"Expired" reads as exception: AfterShip gave it up, wherever it is.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from babel.core import get_global

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
    unless_expired,
)
from track_service.carriers.reading import (
    country_code,
    each,
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
from track_service.core.detail import Detail, Mile, PickupPoint
from track_service.core.status import UNKNOWN, Status
from track_service.core.timeline import condition, current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.aftership.com"
PATH = "/tracking/2025-07/trackings"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# The code in `meta` says more than the HTTP status: 400 covers them all.
TROUBLES = {
    "4004": Trouble.NOT_FOUND,
    "404": Trouble.NOT_FOUND,
    "4005": Trouble.INVALID_NUMBER,
    "4017": Trouble.INVALID_NUMBER,
    "4009": Trouble.INPUT_NEEDED,
    "4010": Trouble.INPUT_NEEDED,
    "4012": Trouble.INPUT_NEEDED,
    "401": Trouble.AUTH,
    "403": Trouble.AUTH,
    "429": Trouble.THROTTLED,
}
_EXISTS = "4003"
_AT_ONCE = 20  # parcels that one question adds, a call each
# AfterShip's codes ("slugs") of carriers; of others it finds the carrier itself
# (https://www.aftership.com/docs/tracking/others/supported-couriers).
COURIERS = {
    "4px": "4px",
    "an_post": "an-post",
    "aramex": "aramex",
    "asendia_us": "asendia-usa",
    "australia_post": "australia-post",
    "austrian_post": "austrian-post",
    "bpost": "bpost",
    "bring": "posten-norge",
    "canada_post": "canada-post",
    "chronopost": "chronopost-france",
    "correos": "spain-correos-es",
    "dhl_express_xml": "dhl",
    "dhl_parcel_de": "dhl-germany",
    "dhl_poland": "dhl-poland",
    "ems_vn": "vnpost-ems",
    "fedex": "fedex",
    "ghn": "ghn",
    "la_poste": "la-poste-colissimo",
    "landmark": "landmark-global",
    "lasership": "lasership",
    "mydhl": "dhl",
    "nz_post": "new-zealand-post",
    "ontrac": "ontrac",
    "posti": "posti",
    "purolator": "purolator",
    "royal_mail": "royal-mail",
    "sendle": "sendle",
    "sf": "sf-express",
    "swiss_post": "swiss-post",
    "thailandpost": "thailand-post",
    "tnt": "tnt",
    "ups": "ups",
    "usps": "usps",
    "viettelpost": "viettelpost",
    "vnpost": "vnpost",
    "yanwen": "yanwen",
}
# What AfterShip may know beside its scans, such as a parcel that was marked as lost.
_HEAD_WINS = {
    Status.DELIVERED,
    Status.RETURNED,
    Status.RETURNING,
    Status.EXCEPTION,
    Status.CANCELLED,
}


class Aftership(Carrier):
    """AfterShip: up to 50 parcels a call, signed pushes."""

    code: ClassVar[str] = "aftership"
    label: ClassVar[str] = "AfterShip"
    aggregator: ClassVar[bool] = True
    adds: ClassVar[bool] = True
    leaves_off: ClassVar[bool] = True
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    optional: ClassVar[tuple[str, ...]] = ("webhook_secret",)
    batch_size: ClassVar[int] = 50
    rate: ClassVar[Rate] = Rate(per_second=10.0)
    push: ClassVar[bool] = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._key = settings["api_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the parcels by their numbers, and add those not known there.

        The answer is then that they are not known yet, or why none could be added.
        """
        headers = {"as-api-key": self._key}
        params = {"tracking_numbers": ",".join(one.number for one in wanted)}
        answer = self._http.get(self._url, params=params, headers=headers)
        held = _held(answer)
        if held is None:
            return answer
        new = [one for one in wanted if one.add and one.number.upper() not in held]
        for one in new[:_AT_ONCE]:
            added = self._http.post(self._url, json=_entry(one), headers=headers)
            if not _is_added(added) and (len(wanted) == 1 or http_problem(added)):
                return answer if held else added
        return answer

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one tracking, a list, or a last checkpoint, in any version's shape."""
        meta = error_body(answer).get("meta")
        code, message = text(part(meta, "code")), text(part(meta, "message"))
        if code in TROUBLES:
            return [failed(TROUBLES[code], message or code)]
        if problem := http_problem(answer, message):
            return [Tracking(None, problem=problem, complete=False)]
        body = json_body(answer)
        if code is None or not code.startswith("2"):
            raise BadAnswer(f"aftership: {message or code or 'no meta.code'}")
        data = part(body, "data")
        held = part(data, "trackings")
        if held is None:
            held = part(data, "tracking") or data
        if not (parcels := records(held)):
            return [failed(Trouble.NOT_FOUND, "no such tracking")]
        return each(_parcel, parcels)

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read a `tracking_update`: the whole tracking, older ones with "null" texts."""
        return [_parcel(json_body(push)["msg"])]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare `aftership-hmac-sha256`: base64 of the raw body's HMAC."""
        secret = settings.get("webhook_secret")
        if not secret:
            return Trust.URL_ONLY
        mac = hmac.new(secret.encode(), push.body, hashlib.sha256).digest()
        given = push.headers.get("aftership-hmac-sha256", "").encode(errors="replace")
        same = hmac.compare_digest(given, base64.b64encode(mac))
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = Aftership


def _held(answer: Answer) -> set[str] | None:
    """Return the numbers that a list names, None where the answer is no list."""
    listed = part(error_body(answer), "data", "trackings")
    if not isinstance(listed, list):
        return None
    return {(text(one.get("tracking_number")) or "").upper() for one in records(listed)}


def _entry(one: Wanted) -> dict[str, str]:
    told = {
        "tracking_number": one.number,
        "slug": COURIERS.get(one.carrier or ""),
        "destination_postal_code": one.postal,
        "tracking_ship_date": one.shipped_on and one.shipped_on.isoformat(),
    }
    return {key: value for key, value in told.items() if value}


def _is_added(answer: Answer) -> bool:
    code = text(part(error_body(answer), "meta", "code")) or ""
    return code.startswith("2") or code == _EXISTS


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("tracking_number"))
    if number is None:
        raise BadAnswer("aftership: no tracking_number")
    whole = "checkpoint" not in parcel
    told = records(parcel.get("checkpoints") if whole else parcel["checkpoint"])
    events = oldest_first(_scan(scan) for scan in told)
    now, ahead, stated = current(events), None, None
    head = CODES.read(text(parcel.get("subtag")), text(parcel.get("tag")))
    head = unless_expired(head, now)
    if head.status is Status.DELIVERED:
        stated = stated_time(parcel.get("shipment_delivery_date"))
    if now != UNKNOWN and now.status is not head.status and head.status in _HEAD_WINS:
        code, words = text(parcel.get("subtag")), text(parcel.get("subtag_message"))
        ahead = Event(stated, head, code, words)
    result = Tracking(
        number,
        events,
        stated=head,
        ahead=ahead,
        window=_window(parcel),
        signed_by=_signer(parcel),
        carrier=text(parcel.get("slug")),
        complete=whole,
        detail=_detail(parcel),
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    return replace(result, delivered_at=stated or _last_delivery(events))


def _detail(parcel: Mapping[str, Any]) -> Detail:
    """Return the shop where it waits, by its name alone, and the legs' carriers."""
    shop = text(parcel.get("pickup_location"))
    return Detail(
        pickup=PickupPoint(shop) if shop and shop != "null" else None,
        first_mile=_mile(parcel.get("first_mile")),
        last_mile=_mile(parcel.get("last_mile")),
    )


def _mile(told: object) -> Mile | None:
    carrier, number = text(part(told, "slug")), text(part(told, "tracking_number"))
    return Mile(carrier, number) if carrier or number else None


def _scan(scan: Mapping[str, Any]) -> Event:
    place = Place(
        text(scan.get("city")),
        text(scan.get("state")),
        _country(text(scan.get("country_iso3")) or text(scan.get("country_region"))),
        text(scan.get("zip")) or text(scan.get("postal_code")),
    )
    return Event(
        stated_time(scan.get("checkpoint_time")),
        CODES.read(text(scan.get("subtag")), text(scan.get("tag"))),
        text(scan.get("raw_tag")) or text(scan.get("subtag")),
        text(scan.get("message")),
        place,
    )


def _country(iso3: str | None) -> str | None:
    """Return the two letters for three; CLDR keeps the three as aliases."""
    known = get_global("territory_aliases").get((iso3 or "").upper())
    return country_code(known[0]) if known and len(known) == 1 else country_code(iso3)


def _last_delivery(events: Sequence[Event]) -> Stamp | None:
    told = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return told[-1] if told else None


def _window(parcel: Mapping[str, Any]) -> Window | None:
    """Return the courier's estimate, else AfterShip's own; a promise is neither."""
    plain = parcel.get("expected_delivery")
    courier = parcel.get("courier_estimated_delivery_date")
    own = parcel.get("latest_estimated_delivery")
    own = own or parcel.get("aftership_estimated_delivery_date")
    for told in ({"estimated_delivery_date": plain}, courier, own):
        day = _first(told, "estimated_delivery_date", "datetime")
        low = _first(told, "estimated_delivery_date_min", "datetime_min") or day
        high = _first(told, "estimated_delivery_date_max", "datetime_max") or day
        if low is not None and high is not None:
            return Window(low, high)
    return None


def _first(told: object, *keys: str) -> Stamp | None:
    return next((s for key in keys if (s := stated_time(part(told, key)))), None)


def _signer(parcel: Mapping[str, Any]) -> str | None:
    name = text(parcel.get("signed_by"))
    return None if name and "signature" in name.casefold() else name
