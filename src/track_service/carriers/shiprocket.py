"""Shiprocket (India): tracking API and webhook, https://apidocs.shiprocket.in/.

Proof: the official document with its examples and status codes, and a genuine answer of
the same shape. `sr-status` is Shiprocket's own code of a scan; the courier's code stands
in `status`, and where both are missing the activity may be a status' own name. The
webhook's `current_status_id` is another list: not read. `delivered_to` is a city.
Times are India's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hmac import compare_digest
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Push,
    StatusMap,
    Trust,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_by,
    stated_time,
    text,
)
from track_service.carriers.tokens import DAY, token_at, token_ended
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http, Question, SignIn

URL = "https://apiv2.shiprocket.in"
INDIA = ZoneInfo("Asia/Kolkata")
# Codes, and their names in lower case with blanks for all that is no letter or digit.
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
_PHONE = re.compile(r"(?<!\d)(?:\+?91[ -]?)?[6-9]\d{9}(?!\d)")


class Shiprocket(Carrier):
    """Up to fifty parcels a call, after a sign-in; pushes carry a token we chose."""

    code = "shiprocket"
    label = "Shiprocket"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.LOGIN
    eta = True
    countries = ("IN",)
    settings: ClassVar[tuple[str, ...]] = ("email", "password")
    optional: ClassVar[tuple[str, ...]] = ("push_token",)
    batch_size: ClassVar[int] = 50
    push = True
    page_url = "https://shiprocket.co/tracking/{number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the API user."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/v1/external"
        login = {"email": settings["email"], "password": settings["password"]}
        self._sign_in = SignIn(
            Question("POST", f"{self._url}/auth/login", json=login),
            settings["email"],
            token_at("token", lasts=DAY),  # of the ten that are promised
            ended=token_ended(self.parse),
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to fifty air waybills."""
        return self._http.post(
            f"{self._url}/courier/track/awbs",
            json={"awbs": [one.number for one in wanted]},
            grant=self._sign_in,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel, or several under their numbers."""
        body = error_body(answer)
        said = text(body.get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        parcels = list(_parcels(body or json_body(answer)))
        if parcels:
            return parcels
        if answer.status == 404 or text(body.get("status_code")) == "404":
            return [failed(Trouble.NOT_FOUND, said)]
        if said is not None:
            wrong = re.search("token|unauthenticated|password|email", said, re.I)
            return [failed(Trouble.AUTH if wrong else Trouble.INPUT_NEEDED, said)]
        if body or answer.body.strip() not in {b"{}", b"[]"}:
            raise BadAnswer("no `tracking_data`")
        return [failed(Trouble.NOT_FOUND, "no parcel in the answer")]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read a parcel's scans, or its status alone."""
        body = json_body(push)
        number = text(body.get("awb"))
        if number is None:
            raise BadAnswer("no `awb`")
        events = oldest_first(_event(scan) for scan in records(body.get("scans")))
        if not events:
            events = (_told(body),)
        if text(body.get("is_return")) == "1":
            events = tuple(_homeward(event) for event in events)
        day = _day(body.get("etd"))
        return [
            Tracking(
                number,
                events,
                window=Window(day, day) if day else None,
                delivered_at=_delivered_at(events),
                complete=False,
            )
        ]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the `x-api-key` header against the token that we chose."""
        token = settings.get("push_token")
        if not token:
            return Trust.URL_ONLY
        given = push.headers.get("x-api-key", "").encode("utf-8", "replace")
        same = compare_digest(given, token.encode("utf-8", "replace"))
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = Shiprocket


def _parcels(held: Any, number: str | None = None) -> Iterator[Tracking]:
    """Yield the parcels of an answer, wherever `tracking_data` lies in it."""
    for one in records(held):
        if "tracking_data" in one:
            yield _parcel(one["tracking_data"], number)
            continue
        for key, inner in one.items():
            if isinstance(inner, dict) and key != "errors":
                yield from _parcels(inner, None if key == "result" else key)


def _parcel(data: Any, asked: str | None) -> Tracking:
    if not isinstance(data, dict):
        return failed(Trouble.NOT_FOUND, "no tracking data", asked)
    head = next(iter(records(data.get("shipment_track"))), {})
    number = text(head.get("awb_code")) or asked
    scans = records(data.get("shipment_track_activities"))
    stated = _meaning(data.get("shipment_status"), head.get("current_status"))
    if not scans and stated == UNKNOWN:
        said = text(data.get("error")) or "no scan of this number"
        return failed(Trouble.NOT_FOUND, said, number)
    events = oldest_first(_event(scan) for scan in scans)
    day = _day(head.get("edd")) or _day(data.get("etd"))
    delivered_at = _delivered_at(events)
    if stated.status is Status.DELIVERED and not events:
        delivered_at = stated_time(head.get("delivered_date"), INDIA)
    return Tracking(
        number,
        events,
        stated=stated,
        window=Window(day, day) if day else None,
        delivered_at=delivered_at,
        complete=bool(events),
    )


def _event(scan: Mapping[str, Any]) -> Event:
    ours = text(scan.get("sr-status"))
    ours = None if ours == "NA" else ours
    said, code = text(scan.get("activity")), text(scan.get("status"))
    meaning = _meaning(ours, scan.get("sr-status-label"), said)
    return Event(
        stated_time(scan.get("date"), INDIA),
        meaning,
        ours or code or said,
        _PHONE.sub("\u2026", said) if said else None,
        _place(text(scan.get("location"))),
    )


def _told(body: Mapping[str, Any]) -> Event:
    """Return the status as one scan; its time is written `23 05 2026 11:43:52`."""
    name, code = text(body.get("shipment_status")), text(body.get("shipment_status_id"))
    name = name or text(body.get("current_status"))
    stamp = stated_by(body.get("current_timestamp"), "%d %m %Y %H:%M:%S", INDIA)
    return Event(stamp, _meaning(code, name), code or name, name)


def _meaning(*told: object) -> Meaning:
    names = [
        re.sub(r"[\W_]+", " ", (text(one) or "").casefold()).strip() for one in told
    ]
    return CODES.read(*names)


def _homeward(event: Event) -> Event:
    """Return what a scan of a return order means: delivered is back at the seller."""
    if event.meaning.status is Status.DELIVERED:
        return replace(event, meaning=Meaning(Status.RETURNED, "to_sender"))
    return event


def _place(where: str | None) -> Place:
    """Return the place; `Chomu_SamodRd_D (Rajasthan)` names the state in brackets."""
    if where is None or where == "NA":
        return Place()
    found = re.fullmatch(r"([^(]+)\(([^)]+)\)", where)
    return Place(found[1].strip(), found[2].strip()) if found else Place(city=where)


def _delivered_at(events: Sequence[Event]) -> Stamp | None:
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = arrived and current(events).status is Status.DELIVERED
    return arrived[0].stamp if delivered else None


def _day(value: object) -> Stamp | None:
    stamp = stated_time(value)
    return stamp and Stamp.day(stamp.local.date())
