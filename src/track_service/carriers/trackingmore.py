"""TrackingMore (aggregator): API v4, https://www.trackingmore.com/docs/trackingmore.

Proof: one captured answer and the official status lists
(https://www.trackingmore.com/docs/logistics_status.php); error codes are partly from
the community. Only parcels that were added to the account are told of: those that are
not yet are added when asked for, which costs one of the quota, and are told of later; a
carrier must be named then, which TrackingMore finds by the number if need be. Times
without an offset are local to the scan. A parcel that is "expired" reads as exception:
TrackingMore gave it up, wherever it is.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

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
from track_service.core.status import UNKNOWN, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.trackingmore.com"
PATH = "/v4/"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
TROUBLES = {
    "401": Trouble.AUTH,
    "403": Trouble.AUTH,
    "4001": Trouble.AUTH,
    "429": Trouble.THROTTLED,
    "4190": Trouble.THROTTLED,
    "4102": Trouble.NOT_FOUND,
    "404": Trouble.NOT_FOUND,
    "4013": Trouble.INVALID_NUMBER,
    "4110": Trouble.INVALID_NUMBER,
    "4014": Trouble.INPUT_NEEDED,
    "4015": Trouble.INPUT_NEEDED,
    "4120": Trouble.INPUT_NEEDED,
    "4121": Trouble.INPUT_NEEDED,
}
_EXISTS, _NONE_HELD = "4101", "4102"
_AT_ONCE = 20  # parcels that one question adds: the carrier may cost each a call
# TrackingMore's codes of carriers (https://www.trackingmore.com/help_article-60-31-en.html).
COURIERS = {
    "4px": "4px",
    "australia_post": "australia-post",
    "austrian_post": "austria-post",
    "bpost": "belgium-post",
    "cainiao": "cainiao",
    "canada_post": "canada-post",
    "dhl_ecommerce_us": "dhlglobalmail",
    "dhl_express_xml": "dhl",
    "fedex": "fedex",
    "la_poste": "laposte",
    "mydhl": "dhl",
    "nz_post": "new-zealand-post",
    "royal_mail": "royal-mail",
    "swiss_post": "swiss-post",
    "tnt": "tnt",
    "ups": "ups",
    "usps": "usps",
    "yanwen": "yanwen",
    "yunexpress": "yunexpress",
}


class Trackingmore(Carrier):
    """TrackingMore: up to 40 parcels a call, pushes."""

    code: ClassVar[str] = "trackingmore"
    label: ClassVar[str] = "TrackingMore"
    aggregator: ClassVar[bool] = True
    adds: ClassVar[bool] = True
    leaves_off: ClassVar[bool] = True
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    optional: ClassVar[tuple[str, ...]] = ("webhook_secret",)
    batch_size: ClassVar[int] = 40
    rate: ClassVar[Rate] = Rate(per_second=10.0)
    push: ClassVar[bool] = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._headers = {"Tracking-Api-Key": settings["api_key"]}

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the parcels by their numbers, and add those not known there.

        The answer is then that they are not known yet, or why none could be added.
        """
        answer = self._http.get(
            self._url + "trackings/get",
            params={"tracking_numbers": ",".join(one.number for one in wanted)},
            headers=self._headers,
        )
        held = _held(answer)
        if held is None:
            return answer
        new = [one for one in wanted if one.add and one.number.upper() not in held]
        entries = [self._entry(one) for one in new[:_AT_ONCE]]
        named = [entry for entry in entries if "courier_code" in entry]
        if not named:
            return answer
        added = self._post("trackings/batch", named)
        return answer if held or _code(added) in {"200", "201", _EXISTS} else added

    def _entry(self, one: Wanted) -> dict[str, str]:
        told = {
            "tracking_number": one.number,
            "courier_code": COURIERS.get(one.carrier or "") or self._detected(one),
            "tracking_postal_code": one.postal,
        }
        return {key: value for key, value in told.items() if value}

    def _detected(self, one: Wanted) -> str | None:
        """Return the first carrier that TrackingMore takes a number for."""
        answer = self._post("couriers/detect", {"tracking_number": one.number})
        found = records(error_body(answer).get("data"))
        return text(found[0].get("courier_code")) if found else None

    def _post(self, what: str, body: Any) -> Answer:
        return self._http.post(self._url + what, json=body, headers=self._headers)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one tracking or a list of them."""
        meta = error_body(answer).get("meta")
        code, message = text(part(meta, "code")), text(part(meta, "message"))
        if code in TROUBLES:
            return [failed(TROUBLES[code], message or code)]
        if problem := http_problem(answer, message):
            return [Tracking(None, problem=problem, complete=False)]
        body = json_body(answer)
        if code not in {"200", "201"}:
            raise BadAnswer(f"trackingmore: {message or code or 'no meta.code'}")
        parcels = each(_parcel, records(body["data"]))
        return parcels or [failed(Trouble.NOT_FOUND, "no such tracking")]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read an update: one tracking under `data`."""
        return [_parcel(json_body(push)["data"])]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare `signature`, which covers the time alone and so never the body."""
        secret = settings.get("webhook_secret")
        if not secret:
            return Trust.URL_ONLY
        when = push.headers.get("timestamp", "").encode(errors="replace")
        mac = hmac.new(secret.encode(), when, hashlib.sha256).hexdigest()
        given = push.headers.get("signature", "").encode(errors="replace")
        same = bool(when) and hmac.compare_digest(given, mac.encode())
        return Trust.URL_ONLY if same else Trust.REFUSED


CARRIER: type[Carrier] = Trackingmore


def _code(answer: Answer) -> str | None:
    return text(part(error_body(answer), "meta", "code"))


def _held(answer: Answer) -> set[str] | None:
    """Return the numbers that an answer names, None where it is a refusal."""
    if _code(answer) not in {"200", "201", _NONE_HELD}:
        return None
    told = records(error_body(answer).get("data"))
    return {(text(one.get("tracking_number")) or "").upper() for one in told}


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("tracking_number"))
    if number is None:
        raise BadAnswer("trackingmore: no tracking_number")
    status = text(parcel.get("delivery_status"))
    stated = CODES.read(text(parcel.get("substatus")), status)
    events = oldest_first(_scans(parcel))
    now, ahead = current(events), None
    head = unless_expired(stated, now)
    if stated.status is Status.EXPIRED and head.status is not now.status:
        ahead = Event(None, head, status)
    delivered = (head if now == UNKNOWN else now).status is Status.DELIVERED
    told = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    day = stated_time(parcel.get("scheduled_delivery_date"))
    return Tracking(
        number,
        events,
        stated=head,
        window=Window(day, day) if day else None,
        delivered_at=(told[-1] if told else _milestone(parcel)) if delivered else None,
        signed_by=text(parcel.get("signed_by")),
        carrier=text(parcel.get("courier_code")),
        complete=bool(events),
        ahead=ahead,
    )


def _milestone(parcel: Mapping[str, Any]) -> Any:
    sides = (parcel.get("destination_info"), parcel.get("origin_info"))
    dates = (part(side, "milestone_date", "delivery_date") for side in sides)
    return next((s for date in dates if (s := stated_time(date))), None)


def _scans(parcel: Mapping[str, Any]) -> Iterator[Event]:
    """Yield the scans of both carriers; what both of them tell comes once."""
    seen = set()
    for side in ("origin_info", "destination_info"):
        for told in records(part(parcel, side, "trackinfo")):
            scan = _scan(told)
            if (scan.key, scan.description) not in seen:
                seen.add((scan.key, scan.description))
                yield scan


def _scan(told: Mapping[str, Any]) -> Event:
    sub = text(told.get("checkpoint_delivery_substatus"))
    status = text(told.get("checkpoint_delivery_status"))
    place = Place(
        text(told.get("city")) or text(told.get("location")),
        text(told.get("state")),
        country_code(told.get("country_iso2")),
        text(told.get("zip")),
    )
    return Event(
        stated_time(told.get("checkpoint_date")),
        CODES.read(sub, status),
        text(told.get("raw_status")) or sub or status,
        text(told.get("tracking_detail")),
        place,
    )
