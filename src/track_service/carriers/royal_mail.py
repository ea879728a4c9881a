"""Royal Mail Tracking v2: https://developer.royalmail.net/api/tracking-v2.

The events call tells one item's whole history; the summary takes 30 items, but tells
the last event alone. Both are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    StatusMap,
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
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.royalmail.net"

EVENTS = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
CATEGORIES = StatusMap(
    {
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "IN TRANSIT": Status.IN_TRANSIT,
    }
)

_TROUBLES: Mapping[str, Trouble] = {
    "E0001": Trouble.SERVER_ERROR,
    "E0004": Trouble.INPUT_NEEDED,  # a header or the schema
    "E0009": Trouble.SERVER_ERROR,
    "E0010": Trouble.THROTTLED,
    "E0013": Trouble.INPUT_NEEDED,  # more than 30 items
    "E1142": Trouble.NOT_FOUND,  # no such barcode
    "E1144": Trouble.NOT_FOUND,  # no proof of delivery
    "E1145": Trouble.NOT_FOUND,
    "E1283": Trouble.NOT_FOUND,
    "E1284": Trouble.NOT_FOUND,
    "E1307": Trouble.NOT_FOUND,  # no update yet; comes as HTTP 200 around a 503 too
    "E1308": Trouble.NOT_FOUND,
}


class RoyalMail(Carrier):
    """One item a call, for its events."""

    code = "royal_mail"
    label = "Royal Mail"
    proof = (Proof.OFFICIAL,)
    auth = Auth.KEY
    eta = True
    signer = True
    countries = ("GB",)
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    page_url = "https://www.royalmail.com/track-your-item#/tracking-results/{number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's identity."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/mailpieces/v2/{}/events"
        self._headers = {
            "Accept": "application/json",
            "X-IBM-Client-Id": settings["client_id"],
            "X-IBM-Client-Secret": settings["client_secret"],
            "X-Accept-RMG-Terms": "yes",
        }

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one item's events."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(self._url.format(number), headers=self._headers)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one item (events, signature) or a list of them (summary)."""
        body = error_body(answer)
        pieces = body.get("mailPieces")
        if records(pieces):
            return [_piece(piece) for piece in records(pieces)]
        if body.get("errors") or "httpCode" in body:
            return [_failure(body, answer)]
        if (problem := http_problem(answer)) is not None:
            return [Tracking(None, problem=problem, complete=False)]
        json_body(answer)
        raise BadAnswer("no `mailPieces`")


CARRIER: type[Carrier] = RoyalMail


def _failure(body: Mapping[str, Any], answer: Answer) -> Tracking:
    """Return what a failed call tells; the body's HTTP code stands over the answer's."""
    told = text(body.get("httpCode"))
    status = int(told) if told and told.isdecimal() else answer.status
    errors = records(body.get("errors"))
    said = _said(errors[0]) if errors else text(body.get("moreInformation"))
    codes = [text(error.get("errorCode")) for error in errors]
    return _failed(codes, status, said or text(body.get("httpMessage")))


def _failed(
    codes: Sequence[str | None],
    status: int | None,
    said: str | None,
    number: str | None = None,
) -> Tracking:
    """Return the trouble of the first error code we know, else of the HTTP code."""
    for code in codes:
        if (trouble := _TROUBLES.get(code or "")) is not None:
            return failed(trouble, said, number)
    if (problem := http_problem(Answer(b"", status), said)) is not None:
        return Tracking(number, problem=problem, complete=False)
    unknown = status == 404
    return failed(Trouble.NOT_FOUND if unknown else Trouble.INPUT_NEEDED, said, number)


def _said(error: Mapping[str, Any]) -> str:
    told = [error.get("errorCode"), error.get("errorDescription")]
    return " ".join(filter(None, map(text, told)))


def _piece(piece: Mapping[str, Any]) -> Tracking:
    summary, error = _object(piece.get("summary")), piece.get("error")
    number = _number(piece, summary)
    events = oldest_first([_event(one) for one in records(piece.get("events"))])
    whole = bool(events)
    if not events and "lastEventCode" in summary:
        events = (_last_event(summary),)
    if not events and isinstance(error, dict):
        told = text(piece.get("status")) or ""
        status = int(told) if told.isdecimal() else None
        return _failed([text(error.get("errorCode"))], status, _said(error), number)
    signature = _object(piece.get("signature"))
    stated = CATEGORIES.read((text(summary.get("statusCategory")) or "").upper())
    if signature and not events and not summary:
        stated = EVENTS["EVKSP"]  # the signature call answers for delivered items alone
    result = Tracking(
        number,
        events,
        stated=stated,
        window=_window(_object(piece.get("estimatedDelivery"))),
        complete=whole,
    )
    now = current(events)
    if (now if now != UNKNOWN else stated).status is not Status.DELIVERED:
        return result
    return _delivered(result, signature)


def _number(piece: Mapping[str, Any], summary: Mapping[str, Any]) -> str:
    """Return the item's number: the barcode asked for, else what the summary names."""
    told = [
        piece.get("mailPieceId"),
        *map(summary.get, ("oneDBarcode", "uniqueItemId")),
    ]
    number = next(filter(None, map(text, told)), None)
    if number is None:
        raise BadAnswer("no `mailPieceId`")
    return number


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _delivered(result: Tracking, signature: Mapping[str, Any]) -> Tracking:
    """Add when it was delivered and who signed; a signature is theirs only then."""
    told = [e.stamp for e in result.events if e.meaning.status is Status.DELIVERED]
    signed = stated_time(signature.get("signatureDateTime"))
    return replace(
        result,
        delivered_at=(told[-1] if told else None) or signed,
        signed_by=text(signature.get("recipientName")),
    )


def _event(event: Mapping[str, Any]) -> Event:
    code = text(event.get("eventCode"))
    return Event(
        stated_time(event.get("eventDateTime")),
        EVENTS.read(code),
        code,
        text(event.get("eventName")),
        Place(city=text(event.get("locationName"))),
    )


def _last_event(summary: Mapping[str, Any]) -> Event:
    told = {"DateTime": "eventDateTime", "Code": "eventCode", "Name": "eventName"}
    event = {ours: summary.get(f"lastEvent{key}") for key, ours in told.items()}
    return _event({**event, "locationName": summary.get("lastEventLocationName")})


def _window(estimate: Mapping[str, Any]) -> Window | None:
    """Return the day, narrowed by the window's clock times, where they are stated."""
    day = stated_time(estimate.get("date"))
    if day is None:
        return None
    whole = Stamp.day(day.local.date())
    start = _on(whole, estimate.get("startOfEstimatedWindow"))
    until = _on(whole, estimate.get("endOfEstimatedWindow"))
    return Window(start or whole, until or whole)


def _on(day: Stamp, clock: object) -> Stamp | None:
    """Read a clock time as `08:00:00+01:00` on that day."""
    stated = text(clock)
    return stated_time(f"{day.text}T{stated}") if stated is not None else None
