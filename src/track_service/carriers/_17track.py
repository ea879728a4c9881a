"""17TRACK (aggregator): API v2.2, https://api.17track.net/en/doc.

Proof: official examples and a captured webhook. Only numbers that were registered are
told of: those that are not yet are registered when asked for, which costs one of the
account's quota, and are told of minutes later. A success envelope (`code` 0) holds the errors of single
numbers under `rejected`. Offsets are as 17TRACK states them, and at times an hour off.
A parcel that it calls "Expired" reads as exception: it gave it up, wherever it is.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hmac import compare_digest
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
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.17track.net"
PATH = "/track/v2.2/"
CODES = StatusMap.from_tsv(Path(__file__).with_name("_17track.tsv"))
TROUBLES = {
    "-18010001": Trouble.AUTH,
    "-18010002": Trouble.AUTH,
    "-18010003": Trouble.SERVER_ERROR,
    "-18010004": Trouble.AUTH,
    "-18010005": Trouble.AUTH,
    "-18010010": Trouble.INPUT_NEEDED,
    "-18010011": Trouble.INPUT_NEEDED,
    "-18010012": Trouble.INVALID_NUMBER,
    "-18010013": Trouble.INPUT_NEEDED,
    "-18010014": Trouble.INPUT_NEEDED,
    "-18019902": Trouble.NOT_FOUND,
    "-18019903": Trouble.INPUT_NEEDED,
    "-18019907": Trouble.THROTTLED,
    "-18019908": Trouble.THROTTLED,
    "-18019909": Trouble.NOT_FOUND,
    "429": Trouble.THROTTLED,
    "401": Trouble.AUTH,
}
_REGISTERED_ALREADY, _NOT_REGISTERED = "-18019901", "-18019902"
# Its numbers of carriers that its document shows; of others it finds the carrier itself.
COURIERS = {"chinapost": 3011, "fedex": 100003, "ups": 100002, "usps": 21051}
# The numbers of version 1, which the list of an account's packages still has; a package
# at 0 that has an event is on its way all the same.
_OLD_STATES = {
    "0": "InTransit",
    "10": "InTransit",
    "20": "Expired",
    "30": "AvailableForPickup",
    "35": "DeliveryFailure",
    "40": "Delivered",
    "50": "Exception",
}


class SeventeenTrack(Carrier):
    """17TRACK: up to 40 parcels a call, pushes with a hash."""

    code: ClassVar[str] = "17track"
    label: ClassVar[str] = "17TRACK"
    aggregator: ClassVar[bool] = True
    adds: ClassVar[bool] = True
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    local_times = False
    settings: ClassVar[tuple[str, ...]] = ("token",)
    batch_size: ClassVar[int] = 40
    rate: ClassVar[Rate] = Rate(per_second=3.0)
    push: ClassVar[bool] = True
    page_url: ClassVar[str | None] = "https://t.17track.net/en#nums={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._token = settings["token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the parcels by their numbers, and register those not known there.

        The answer is then that they are not known yet, or why none could be registered.
        """
        answer = self._post("gettrackinfo", [{"number": one.number} for one in wanted])
        unknown = _numbers(answer, "rejected", code=_NOT_REGISTERED)
        new = [one for one in wanted if one.add and one.number.upper() in unknown]
        if not new:
            return answer
        told = self._post("register", [_entry(one) for one in new])
        known = _numbers(told, "accepted")
        known |= _numbers(told, "rejected", code=_REGISTERED_ALREADY)
        return answer if known or len(new) < len(wanted) else told

    def _post(self, what: str, entries: list[dict[str, Any]]) -> Answer:
        headers = {"17token": self._token}
        return self._http.post(self._url + what, json=entries, headers=headers)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read accepted and rejected numbers, in this order, or a list of packages."""
        data = error_body(answer).get("data")
        error: Mapping[str, Any] = next(iter(records(part(data, "errors"))), {})
        code = text(error.get("code")) or text(error_body(answer).get("code"))
        if code in TROUBLES:
            return [failed(TROUBLES[code], text(error.get("message")) or code)]
        if problem := http_problem(answer, error.get("message")):
            return [Tracking(None, problem=problem, complete=False)]
        body = json_body(answer)
        if isinstance(body.get("Json"), list):
            return each(_package, records(body["Json"]))
        if code != "0" or not isinstance(body["data"], dict) or data is None:
            raise BadAnswer(f"17track: {text(error.get('message')) or code}")
        accepted = each(_parcel, records(data.get("accepted")))
        rejected = [_rejected(one) for one in records(data.get("rejected"))]
        return accepted + rejected

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read `TRACKING_UPDATED`; `TRACKING_STOPPED` only names the parcel."""
        body = json_body(push)
        if not (text(body["event"]) or "").startswith("TRACKING_"):
            raise BadAnswer("17track: no event of a tracking")
        return [_parcel(body["data"])]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare `sign`: the plain SHA-256 of body, slash and token."""
        token = settings.get("token")
        if not token:
            return Trust.URL_ONLY
        told = hashlib.sha256(push.body + b"/" + token.encode()).hexdigest()
        given = push.headers.get("sign", "").lower().encode(errors="replace")
        return Trust.SIGNED if compare_digest(given, told.encode()) else Trust.REFUSED


CARRIER: type[Carrier] = SeventeenTrack


def _numbers(answer: Answer, part_of: str, *, code: str | None = None) -> set[str]:
    """Return the accepted or the rejected numbers, with an error's `code` only those."""
    told = records(part(error_body(answer), "data", part_of))
    return {
        (text(one.get("number")) or "").upper()
        for one in told
        if code in {None, text(part(one, "error", "code"))}
    }


def _entry(one: Wanted) -> dict[str, Any]:
    courier = COURIERS.get(one.carrier or "")
    return {"number": one.number} | ({"carrier": courier} if courier else {})


def _rejected(told: Mapping[str, Any]) -> Tracking:
    number, code = text(told.get("number")), text(part(told, "error", "code")) or ""
    if code == _REGISTERED_ALREADY:
        return Tracking(number, complete=False)
    kind = TROUBLES.get(code, Trouble.BAD_ANSWER)
    return failed(kind, text(part(told, "error", "message")) or code, number)


def _package(told: Mapping[str, Any]) -> Tracking:
    number, last = text(told.get("FTrackNo")), text(told.get("FLastEvent"))
    if number is None:
        raise BadAnswer("17track: no FTrackNo")
    if last is None:
        return Tracking(number, complete=False)
    event = json.loads(last)
    state = _OLD_STATES.get(text(told.get("FTrackStateType")) or "")
    places = filter(None, (text(event.get(key)) for key in ("c", "d")))
    scan = Event(
        stated_time(event.get("a")),
        unless_expired(CODES.read(state)),
        None,
        text(event.get("z")),
        Place(", ".join(places) or None),
    )
    delivered = scan.meaning.status is Status.DELIVERED
    at = scan.stamp if delivered else None
    return Tracking(number, (scan,), delivered_at=at, complete=False)


def _parcel(told: Mapping[str, Any]) -> Tracking:
    number = text(told.get("number"))
    if number is None:
        raise BadAnswer("17track: no number")
    info = told.get("track_info")
    state = part(info, "latest_status")
    sub = text(part(state, "sub_status"))
    stated = CODES.read(sub, text(part(state, "status")))
    latest = _scan(part(info, "latest_event") or {})
    events = oldest_first(_read_anew(_scans(info), latest, stated))
    now, ahead = current(events), None
    head = unless_expired(stated, now)
    if stated.status is Status.EXPIRED and head.status is not now.status:
        ahead = Event(None, head, sub)
    delivered = (head if now == UNKNOWN else now).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return Tracking(
        number,
        events,
        stated=head,
        window=_window(part(info, "time_metrics", "estimated_delivery_date")),
        delivered_at=stamps[-1] if delivered and stamps else None,
        carrier=_provider(info),
        complete=bool(events),
        ahead=ahead,
    )


def _read_anew(
    events: Iterator[Event], latest: Event, stated: Meaning
) -> Iterator[Event]:
    """Yield the scans, the latest as the state reads it.

    The state is 17TRACK's closer reading of it, also where it has a stage of its own;
    "Expired" alone tells of the silence since.
    """
    closer = stated.status not in {Status.UNKNOWN, Status.EXPIRED}
    for event in events:
        same = (event.stamp, event.description) == (latest.stamp, latest.description)
        vague = event.meaning == UNKNOWN or stated.status is not Status.IN_TRANSIT
        yield replace(event, meaning=stated) if closer and same and vague else event


def _provider(info: object) -> str | None:
    """Return the first provider's name: its number means nothing to anybody else."""
    providers = records(part(info, "tracking", "providers"))
    return next((text(part(p, "provider", "name")) for p in providers), None)


def _scans(info: object) -> Iterator[Event]:
    """Yield the scans of all providers; one that two of them tell comes once."""
    seen = set()
    for provider in records(part(info, "tracking", "providers")):
        for told in records(provider.get("events")):
            scan = _scan(told)
            if (scan.stamp, scan.description) not in seen:
                seen.add((scan.stamp, scan.description))
                yield scan


def _scan(told: Mapping[str, Any]) -> Event:
    address = told.get("address")
    place = Place(
        text(part(address, "city")),
        text(part(address, "state")),
        country_code(part(address, "country")),
        text(part(address, "postal_code")),
    )
    if place == Place():
        place = Place(text(told.get("location")))
    sub, stage = text(told.get("sub_status")), text(told.get("stage"))
    return Event(
        stated_time(told.get("time_iso")) or stated_time(told.get("time_utc")),
        CODES.read(sub, stage),
        stage or sub,
        text(told.get("description")),
        place,
    )


def _window(told: object) -> Window | None:
    first, last = stated_time(part(told, "from")), stated_time(part(told, "to"))
    start, until = first or last, last or first
    return Window(start, until) if start and until else None
