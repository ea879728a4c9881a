"""DHL Shipment Tracking, Unified: https://developer.dhl.com/api-reference/shipment-tracking.

One number, several shipments: every DHL division answers in one shape. `statusCode`
knows five states; out for delivery, ready for pick-up and returns stand in the
division's own code in `status`, whose table (`<service>/<code>`) DHL publishes.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

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
    country_code,
    error_body,
    gateway_fault,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.detail import Detail
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer, Http

URL = "https://api-eu.dhl.com"

STATUSES = StatusMap(
    {
        "pre-transit": Meaning(Status.INFO_RECEIVED, "received"),
        "transit": Status.IN_TRANSIT,
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "failure": Meaning(Status.EXCEPTION, "generic"),
    }
)
DIVISIONS = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# Where a division sends words instead of a code: what to look for in one sentence of
# `<service>: …`, lower case, English or German, the most telling first.
WORDS = [
    (re.compile(pattern), meaning)
    for pattern, meaning in StatusMap.from_tsv(
        Path(__file__).with_name("dhl_unified_words.tsv")
    ).items()
]
# What words may make of each of DHL's states: they tell it more closely, or that a
# "delivery" was one to the sender or to a shelf.
_MORE_CLOSELY: Mapping[str, frozenset[Status]] = {
    "pre-transit": frozenset({Status.CANCELLED}),
    "transit": frozenset(Status) - {Status.DELIVERED},
    "failure": frozenset(Status) - {Status.DELIVERED},
    "delivered": frozenset(
        {Status.DELIVERED, Status.AVAILABLE_FOR_PICKUP, Status.RETURNED}
    ),
}
_SENTENCES = re.compile(r"[.!?](?=\s|[A-ZÄÖÜ]|$)")
# "If it is not collected, it will be returned": nothing that has happened.
_CONDITION = re.compile(
    r"\b(if|unless|otherwise|after \d|falls|wenn|sofern|sonst|andernfalls|nach \d)\b"
)
# `returnFlag` tells that the shipment now goes back: what its newest scan then means.
_RETURNING: Mapping[Status, Meaning] = {
    Status.DELIVERED: Meaning(Status.RETURNED, "to_sender"),
    Status.IN_TRANSIT: Meaning(Status.RETURNING, "in_transit"),
    Status.OUT_FOR_DELIVERY: Meaning(Status.RETURNING, "out_for_return"),
    Status.EXCEPTION: Meaning(Status.RETURNING, "to_sender"),
    Status.ATTEMPT_FAILED: Meaning(Status.RETURNING, "attempt_failed"),
}
_ELSEWHERE = {Status.RETURNING, Status.RETURNED, Status.AVAILABLE_FOR_PICKUP}
_SIGNED_BY = re.compile(r"\bsigned (?:for )?by\s*:?\s+(\S[^.;|]*)$", re.IGNORECASE)
_TROUBLES: Mapping[int, Trouble] = {
    400: Trouble.INVALID_NUMBER,
    404: Trouble.NOT_FOUND,
}


class DhlUnified(Carrier):
    """One number a call; a new app may ask 250 times a day, once in five seconds."""

    code = "dhl_unified"
    label = "DHL"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.KEY
    eta = True
    signer = True
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    rate = Rate(per_second=0.2, per_day=250)
    page_url = "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the app's key."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/track/shipments"
        self._key = settings["api_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one number; some divisions tell more to who knows the postcode."""
        params = {"trackingNumber": wanted[0].number, "language": "en"}
        if wanted[0].postal:
            params["recipientPostalCode"] = wanted[0].postal
        return self._http.get(
            self._url, params=params, headers={"DHL-API-Key": self._key}
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the shipments of a number, or problem details (RFC 9457)."""
        body = error_body(answer)
        shipments = body.get("shipments")
        if isinstance(shipments, list) and shipments:
            return [_shipment(one) for one in records(shipments)] or _none(body)
        if isinstance(shipments, list):
            return _none(body)
        told = replace(answer, status=_status(body) or answer.status)
        said = text(body.get("detail")) or text(body.get("title"))
        if (
            problem := gateway_fault(body)
            or http_problem(told, said)
            or http_problem(answer, said)
        ) is not None:
            return [Tracking(None, problem=problem, complete=False)]
        if (trouble := _TROUBLES.get(told.status or 0)) is not None and body:
            return [failed(trouble, said)]
        json_body(answer)
        raise BadAnswer("no `shipments`")


CARRIER: type[Carrier] = DhlUnified


def _none(body: Mapping[str, Any]) -> list[Tracking]:
    return [failed(Trouble.NOT_FOUND, "no shipment", _asked(body))]


def _status(body: Mapping[str, Any]) -> int | None:
    """Return the HTTP status that problem details repeat."""
    stated = text(body.get("status")) or ""
    return int(stated) if re.fullmatch("[1-5][0-9][0-9]", stated) else None


def _asked(body: Mapping[str, Any]) -> str | None:
    """Return the number that was asked for, out of the links of an empty answer."""
    more = body.get("possibleAdditionalShipmentsUrl")
    links = [body.get("url"), *(more if isinstance(more, list) else [more])]
    for link in filter(None, map(text, links)):
        if number := parse_qs(urlsplit(link).query).get("trackingNumber"):
            return number[0].partition("?")[0]
    return None


def _shipment(shipment: Mapping[str, Any]) -> Tracking:
    number = text(shipment["id"])
    if number is None:
        raise BadAnswer("no `id`")
    service = text(shipment.get("service")) or ""
    state = _state(shipment)
    scans = records(shipment.get("events"))
    told = scans or ([state] if "timestamp" in state else [])
    events = oldest_first([_event(service, one) for one in told])
    if shipment.get("returnFlag") is True and events:
        events = (*events[:-1], _going_back(events[-1]))
    result = Tracking(
        number,
        events,
        stated=_meaning(service, state),
        window=_window(shipment),
        complete=bool(scans),
    )
    now = current(events)
    if (now if now != UNKNOWN else result.stated).status is not Status.DELIVERED:
        return result
    return _delivered(result, shipment)


def _state(shipment: Mapping[str, Any]) -> dict[str, Any]:
    state = shipment.get("status")
    return state if isinstance(state, dict) else {"statusCode": state}


def _delivered(result: Tracking, shipment: Mapping[str, Any]) -> Tracking:
    proof = part(shipment, "details", "proofOfDelivery")
    told = [e for e in result.events if e.meaning.status is Status.DELIVERED]
    texts = [e.description for e in reversed(told)]
    stamp = told[-1].stamp if told else None
    return replace(
        result,
        delivered_at=stamp or stated_time(part(proof, "timestamp")),
        signed_by=_name(part(proof, "signed")) or _signer(texts),
        detail=Detail(proof_url=text(part(proof, "documentUrl"))),
    )


def _name(person: Any) -> str | None:
    """Return who signed: a text, or what the parts of a name and the firm say."""
    given, family = (text(part(person, f"{key}Name")) for key in ("given", "family"))
    if given and family:
        return f"{given} {family}"
    firm = part(person, "organizationName")
    return next(
        filter(None, map(text, [person, part(person, "name"), given, family, firm])),
        None,
    )


def _signer(descriptions: Sequence[str | None]) -> str | None:
    for description in descriptions:
        if (found := _SIGNED_BY.search(description or "")) is not None:
            return text(found[1])
    return None


def _event(service: str, event: Mapping[str, Any]) -> Event:
    """Read one scan; its code is `statusCode`, with the division's own where known."""
    address = part(event, "location", "address")
    general, own = _general(event), _own_code(service, event)
    return Event(
        stated_time(event.get("timestamp")),
        _meaning(service, event),
        f"{general}/{own}" if general and own else own or general,
        text(event.get("description")) or text(event.get("status")),
        Place(
            city=text(part(address, "addressLocality")),
            region=text(part(address, "addressRegion")),
            country=country_code(part(address, "countryCode")),
            postal=text(part(address, "postalCode")),
        ),
    )


def _general(event: Mapping[str, Any]) -> str | None:
    """Return DHL's state; a scan without `statusCode` may name it in `status`."""
    stated, status = text(event.get("statusCode")), text(event.get("status"))
    return stated or (status if status and status.lower() in STATUSES else None)


def _own_code(service: str, event: Mapping[str, Any]) -> str | None:
    own = text(event.get("status"))
    return own if f"{service}/{own}" in DIVISIONS else None


def _meaning(service: str, event: Mapping[str, Any]) -> Meaning:
    """Return what the division's code means, else its words, else DHL's five states.

    Words beside a code that tells mere movement may tell that it is a movement back.
    """
    general = (_general(event) or "").lower()
    told = (text(event.get(key)) or "" for key in ("status", "description", "remark"))
    said = [m for one in told if (m := _spoken(service, one, general)) is not None]
    if (own := _own_code(service, event)) is not None:
        meaning = DIVISIONS[f"{service}/{own}"]
        moving = meaning.status is Status.IN_TRANSIT
        back = [m for m in said if moving and m.status is Status.RETURNING]
        return back[0] if back else meaning
    return said[0] if said else STATUSES.read(general)


def _spoken(service: str, said: str, general: str) -> Meaning | None:
    """Return what a text tells more closely than DHL's state; the first sentence rules.

    A failure's next sentence may tell where the parcel goes instead.
    """
    allowed = _MORE_CLOSELY.get(general, _MORE_CLOSELY["transit"])
    told = [_read_words(f"{service}: {one}".lower()) for one in _SENTENCES.split(said)]
    known = [_homeward(m, general) for m in told if m is not None]
    fits = [m for m in known if m.status in allowed]
    if fits and fits[0].status in {Status.ATTEMPT_FAILED, Status.EXCEPTION}:
        return next((m for m in fits if m.status in _ELSEWHERE), fits[0])
    return fits[0] if fits else None


@functools.lru_cache(maxsize=4096)
def _read_words(sentence: str) -> Meaning | None:
    if _CONDITION.search(sentence):
        return None
    sentence = re.sub("[\u00b4\u2019]", "'", " ".join(sentence.split()))
    return next((m for pattern, m in WORDS if pattern.search(sentence)), None)


def _homeward(meaning: Meaning, general: str) -> Meaning:
    """Return a return that DHL calls delivered as one that has ended."""
    over = general == "delivered" and meaning.status is Status.RETURNING
    return Meaning(Status.RETURNED, "to_sender") if over else meaning


def _going_back(event: Event) -> Event:
    return replace(event, meaning=_RETURNING.get(event.meaning.status, event.meaning))


def _window(shipment: Mapping[str, Any]) -> Window | None:
    """Return the time frame, else the estimate; midnight is how DHL writes a day."""
    frame = shipment.get("estimatedDeliveryTimeFrame")
    start = stated_time(part(frame, "estimatedFrom"))
    until = stated_time(part(frame, "estimatedThrough"))
    if start is not None and until is not None:
        return Window(start, until)
    estimate = stated_time(shipment.get("estimatedTimeOfDelivery"))
    if estimate is not None and f"{estimate.local:%H:%M:%S}" == "00:00:00":
        estimate = Stamp.day(estimate.local.date())
    only = estimate or until or start
    if only is not None and only.precision is not Precision.DAY and estimate is None:
        only = Stamp.day(only.local.date())
    return Window(only, only) if only is not None else None
