"""InPost Poland: ShipX tracking and its webhooks, after the official status list.

https://dokumentacja-inpost.atlassian.net/wiki/spaces/PL/pages/18153476/Tracking
The list is that of `GET /v1/statuses`. The app's answers (the same words in capitals,
genuine samples) are read too, never asked. "Delivered" to a locker is "collected from
it": a parcel that waits there is `ready_to_pickup`.
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
)
from track_service.core.detail import NOTHING, Detail, PickupPoint
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://api-shipx-pl.easypack24.net"
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
_TROUBLES = {
    "resource_not_found": Trouble.NOT_FOUND,
    "token_invalid": Trouble.AUTH,
    "access_forbidden": Trouble.AUTH,
    "unauthorized": Trouble.AUTH,
    "validation_failed": Trouble.INVALID_NUMBER,
}


class Inpost(Carrier):
    """One number a call, which needs no account; pushes where ShipX was told to."""

    code: ClassVar[str] = "inpost"
    label: ClassVar[str] = "InPost"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.OPEN
    countries: ClassVar[tuple[str, ...]] = ("PL",)
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    push: ClassVar[bool] = True
    page_url: ClassVar[str | None] = (
        "https://inpost.pl/sledzenie-przesylek?number={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client."""
        self._http = http
        self._url = settings.get("base_url") or URL

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(f"{self._url}/v1/tracking/{number}")

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a parcel of ShipX, or one or several of the app."""
        if (answer.status or 0) >= 400:
            return [_refusal(answer)]
        body = json_body(answer)
        if code := text(part(body, "error")):
            return [_failure(code, body)]
        told = [one for one in records(part(body, "parcels") or body) if _number(one)]
        if not told:
            raise BadAnswer("no parcel with a number")
        return [_parcel(one) for one in told]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one change of one shipment, or several in a list."""
        changes = records(json_body(push))
        told = [c for c in changes if _number(part(c, "payload"))]
        if not told:
            raise BadAnswer("no `payload` with a tracking number")
        return [_change(one) for one in told]


CARRIER: type[Carrier] = Inpost


def _refusal(answer: Answer) -> Tracking:
    body = error_body(answer)
    said = text(body.get("message")) or text(body.get("description"))
    if problem := http_problem(answer, said):
        return failed(problem.kind, problem.message)
    code = text(body.get("error")) or ""
    if answer.status == 404 and code not in _TROUBLES:
        return failed(Trouble.NOT_FOUND, said or "HTTP 404")
    return _failure(code, body)


def _failure(code: str, body: Mapping[str, Any]) -> Tracking:
    kind = _TROUBLES.get(code, Trouble.INPUT_NEEDED)
    return failed(kind, text(body.get("message")) or code)


def _number(told: object) -> str | None:
    return text(part(told, "tracking_number")) or text(part(told, "shipmentNumber"))


def _parcel(told: Mapping[str, Any]) -> Tracking:
    scans = [
        *(_scan(one, "status", "datetime") for one in _list(told, "tracking_details")),
        *(_scan(one, "name", "date") for one in _list(told, "eventLog")),
    ]
    result = Tracking(
        _number(told),
        oldest_first(scans),
        stated=_meaning(told.get("status")),
        detail=_detail(told.get("pickUpPoint")),
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in result.events if e.meaning.status is Status.DELIVERED]
    at = arrived[-1].stamp if arrived else stated_time(told.get("pickUpDate"))
    return replace(result, delivered_at=at)


def _detail(point: object) -> Detail:
    """Return the locker, which only the app's answers describe."""
    where = part(point, "addressDetails")
    street = [text(part(where, key)) for key in ("street", "buildingNumber")]
    town = [text(part(where, key)) for key in ("postCode", "city")]
    lines = (" ".join(filter(None, street)), " ".join(filter(None, town)))
    found = PickupPoint(
        text(part(point, "name")),
        tuple(filter(None, (*lines, text(part(point, "locationDescription"))))),
        tuple(filter(None, [text(part(point, "openingHours"))])),
    )
    return Detail(pickup=found) if found else NOTHING


def _list(told: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return records(told.get(key) or [])


def _scan(told: Mapping[str, Any], word: str, when: str) -> Event:
    code = text(told.get(word))
    return Event(stated_time(told.get(when)), _meaning(code), code)


def _meaning(status: object) -> Meaning:
    return STATUSES.read((text(status) or "").lower())


def _change(told: Mapping[str, Any]) -> Tracking:
    payload = told["payload"]
    number, code = _number(payload), text(payload.get("status"))
    if code is None and text(told.get("event")) == "shipment_confirmed":
        code = "confirmed"
    if code is None:
        return Tracking(number, complete=False)
    event = Event(stated_time(told.get("event_ts")), _meaning(code), code)
    delivered = event.meaning.status is Status.DELIVERED
    at = event.stamp if delivered else None
    return Tracking(number, (event,), delivered_at=at, complete=False)
