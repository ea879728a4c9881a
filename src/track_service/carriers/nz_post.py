"""New Zealand Post: ParcelTrack 3.0, https://www.nzpost.co.nz/business/developer-centre.

Proof: captured answers of two shapes and the subscription's envelope. The list of
EDIFACT-like codes is not published: those seen are read, others by their status words.
Times without an offset are New Zealand wall clock as stated. Texts may hold HTML.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Rate,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
    wrong_number,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Tracking, Trouble
from track_service.http import Answer, Grant, Http

URL = "https://api.nzpost.co.nz"
OAUTH = "https://oauth.nzpost.co.nz"
CODES = StatusMap(
    {
        "8": Meaning(Status.IN_TRANSIT, "processed"),
        "13": Meaning(Status.PICKED_UP, "collected"),
        "22": Meaning(Status.DELIVERED, "delivered"),
        "32": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "567": Meaning(Status.IN_TRANSIT, "processing"),
        "580": Meaning(Status.IN_TRANSIT, "processed"),
    }
)
_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"return", Meaning(Status.RETURNING, "to_sender")),
        (r"attempt|card(ed| left)", Meaning(Status.ATTEMPT_FAILED, "generic")),
        (
            r"(await|ready|available).*(collect|pick ?up)",
            Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        ),
        (
            r"out for delivery|for delivery",
            Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        ),
        (r"damaged", Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel")),
        (r"undeliver|not delivered", Meaning(Status.EXCEPTION, "undeliverable")),
        (r"deliver(ed|y complete)", Meaning(Status.DELIVERED, "delivered")),
        (r"held|delay", Meaning(Status.EXCEPTION, "delayed")),
        (
            r"data (submitted|received)|announced|label",
            Meaning(Status.INFO_RECEIVED, "received"),
        ),
        (r"acceptance|picked up|lodged", Meaning(Status.PICKED_UP, "accepted")),
        (r"customs", Meaning(Status.IN_TRANSIT, "customs_started")),
        (
            r"processed|sort|depot|transit|arriv|depart",
            Meaning(Status.IN_TRANSIT, "moving"),
        ),
    )
)


class NzPost(Carrier):
    """New Zealand Post: one parcel a call, pushes by subscription."""

    code: ClassVar[str] = "nz_post"
    label: ClassVar[str] = "New Zealand Post"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.SAMPLE,)
    auth: ClassVar[Auth] = Auth.OAUTH
    signer: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("NZ",)
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    rate: ClassVar[Rate] = Rate(per_second=10.0)
    push: ClassVar[bool] = True
    page_url: ClassVar[str | None] = (
        "https://www.nzpost.co.nz/tools/tracking?trackid={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        base = settings.get("base_url")
        self._url = f"{base or URL}/parceltrack/3.0/parcels/"
        self._client = settings["client_id"]
        self._grant = Grant(
            f"{base or OAUTH}/as/token.oauth2",
            self._client,
            settings["client_secret"],
            style="form",
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        return self._http.get(
            self._url + quote(wanted[0].number, safe=""),
            headers={"client_id": self._client, "Accept": "application/json"},
            grant=self._grant,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel; the errors are an object, or a list of them."""
        errors = records(error_body(answer).get("errors"))
        words = _words_of(errors[0]) if errors else None
        if problem := http_problem(answer, words):
            return [Tracking(None, problem=problem, complete=False)]
        if errors or answer.status == 404:
            return [failed(_trouble(errors, answer.status), words)]
        body = json_body(answer)
        if body.get("success") is False:
            raise BadAnswer("nz_post: no success and no errors")
        return [_parcel(part(body, "results") or body)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read a subscription's message: the parcel's newest events."""
        return [_parcel(json_body(push), whole=False)]


CARRIER: type[Carrier] = NzPost


def _words_of(error: Mapping[str, Any]) -> str | None:
    told = map(error.get, ("details", "message", "description", "code"))
    return next(filter(None, map(text, told)), None)


def _trouble(errors: Sequence[Mapping[str, Any]], status: int | None) -> Trouble:
    said = " ".join(str(v) for error in errors for v in error.values()).casefold()
    if status == 404 or "not found" in said or "no results" in said:
        return Trouble.NOT_FOUND
    return Trouble.INVALID_NUMBER if wrong_number(said) else Trouble.BAD_ANSWER


def _parcel(parcel: Mapping[str, Any], *, whole: bool = True) -> Tracking:
    number = text(parcel["tracking_reference"])
    told = records(parcel["tracking_events"])
    if number is None:
        raise BadAnswer("nz_post: no tracking_reference")
    events = oldest_first(_scan(one) for one in told)
    delivered = current(events).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    names = (text(part(one, "signed_by", "name")) for one in told)
    return Tracking(
        number,
        events,
        delivered_at=stamps[-1] if delivered and stamps else None,
        signed_by=next(filter(None, names), None),
        complete=whole and bool(events),
    )


def _scan(told: Mapping[str, Any]) -> Event:
    code = text(told.get("event_edifact_code")) or text(told.get("edifact_code"))
    status = text(told.get("status_description")) or text(told.get("status"))
    words = text(told.get("event_description")) or text(told.get("description"))
    plain = text(re.sub(r"<[^<>]*>", "", words)) if words else None
    return Event(
        stated_time(told.get("event_datetime")) or stated_time(told.get("date_time")),
        _meaning(code, status),
        code,
        plain or status,
    )


def _meaning(code: str | None, status: str | None) -> Meaning:
    known = CODES.read(code)
    if known != UNKNOWN or status is None:
        return known
    return next((m for found, m in _WORDS if found.search(status)), UNKNOWN)
