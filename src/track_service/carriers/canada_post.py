"""Canada Post, tracking details (REST, XML): read after the vendor's own documents.

https://www.canadapost-postescanada.ca/info/mc/business/productsservices/developers/services/tracking/trackingdetails.jsf
The table is that of its "Messages and Code Tables", without leading zeros. Times are
local to the site, their zone labels are not: EST is written in summer and in
Saskatchewan too, so no offset is read from them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from lxml import etree

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
    http_problem,
    oldest_first,
    reader,
    stated_by,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://soa-gw.canadapost.ca"
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# "Server" is the throttle ("Rejected by SLM Monitor"), not a fault of the server.
TROUBLES: Mapping[str, Trouble] = {
    "004": Trouble.NOT_FOUND,
    "E002": Trouble.AUTH,
    "Server": Trouble.THROTTLED,
}
_TROUBLES_BY_STATUS = {400: Trouble.INVALID_NUMBER, 404: Trouble.NOT_FOUND}
# A picture of the signature (or of the parcel) is recorded with the delivery; where
# the parcel moves on after it, it was not of the last delivery.
_PROOFS = frozenset({"20", "21", "2001"})
_NOTED = Meaning(Status.INFO_RECEIVED, "status_update")
# Some scans keep their code on the way back: only their words name the sender.
_TO_SENDER = re.compile(r"\b(?:return|renvo|retour).*\b(?:sender|exp[ée]d)", re.I)
_RETURN_LEG: Mapping[Status, Meaning] = {
    Status.PICKED_UP: Meaning(Status.RETURNING, "in_transit"),
    Status.IN_TRANSIT: Meaning(Status.RETURNING, "in_transit"),
    Status.EXCEPTION: Meaning(Status.RETURNING, "to_sender"),
    Status.OUT_FOR_DELIVERY: Meaning(Status.RETURNING, "out_for_return"),
    Status.ATTEMPT_FAILED: Meaning(Status.RETURNING, "attempt_failed"),
    Status.DELIVERED: Meaning(Status.RETURNED, "to_sender"),
}


class CanadaPost(Carrier):
    """One number a call: a PIN, or a delivery notice card of 15 digits."""

    code: ClassVar[str] = "canada_post"
    label: ClassVar[str] = "Canada Post"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BASIC
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("CA",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    rate: ClassVar[Rate] = Rate(per_second=1.0)  # throttled by key, limit not published
    page_url: ClassVar[str | None] = (
        "https://www.canadapost-postescanada.ca/track-reperage/en#/details/{number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the API key's two halves."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._auth = (settings["username"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel's details."""
        number = wanted[0].number
        kind = "dnc" if re.fullmatch(r"\d{15}", number) else "pin"
        return self._http.get(
            f"{self._base}/vis/track/{kind}/{quote(number, safe='')}/detail",
            headers={
                "Accept": "application/vnd.cpc.track-v2+xml",
                "Accept-Language": "en-CA",
            },
            auth=self._auth,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read details (or a summary); messages may stand in an answer of any status."""
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            raise
        told = [_detail(one) for one in root.iter("tracking-detail")]
        told += [_summary(one) for one in root.iter("pin-summary")]
        told += [_failure(one, answer) for one in root.iter("message")]
        if told:
            return told
        if problem := http_problem(answer):
            return [failed(problem.kind, problem.message)]
        raise BadAnswer("neither a `tracking-detail` nor a `message`")


CARRIER: type[Carrier] = CanadaPost


def _failure(message: etree._Element, answer: Answer) -> Tracking:
    code, said = inner(message, "code") or "", inner(message, "description")
    if (known := TROUBLES.get(code)) is not None:
        return failed(known, said or code)
    if code.startswith("AA"):
        return failed(Trouble.AUTH, said or code)
    if (problem := http_problem(answer, said)) is not None:
        return failed(problem.kind, problem.message)
    kind = _TROUBLES_BY_STATUS.get(answer.status or 0, Trouble.INPUT_NEEDED)
    return failed(kind, said or code)


def _detail(detail: etree._Element) -> Tracking:
    number = inner(detail, "pin")
    if number is None:
        raise BadAnswer("no `pin`")
    told = list(detail.iter("occurrence"))
    events = _proofs_read(oldest_first(_event(one) for one in told))
    result = Tracking(number, events, window=_window(detail))
    if condition(result).status is not Status.DELIVERED:
        return result
    signers = [inner(one, "signatory-name") for one in told]  # newest first
    return replace(
        result,
        delivered_at=_delivered_at(events),
        signed_by=next(filter(None, signers), None),
    )


def _event(occurrence: etree._Element) -> Event:
    code, words = inner(occurrence, "event-identifier"), _words(occurrence)
    return Event(
        _stamp(occurrence),
        _meaning(code, words),
        code,
        words,
        Place(inner(occurrence, "event-site"), inner(occurrence, "event-province")),
    )


def _words(occurrence: etree._Element) -> str | None:
    return inner(occurrence, "event-description")


def _stamp(occurrence: etree._Element) -> Stamp | None:
    """Return the local time; archived scans have a day alone (midnight, no zone)."""
    day, hour = inner(occurrence, "event-date"), inner(occurrence, "event-time")
    dated = hour is None or (
        hour == "00:00:00" and not inner(occurrence, "event-time-zone")
    )
    return stated_time(day if day is None or dated else f"{day}T{hour}")


def _meaning(code: str | None, words: str | None) -> Meaning:
    meaning = STATUSES.read(code and code.lstrip("0"))
    if words is not None and _TO_SENDER.search(words):
        return _RETURN_LEG.get(meaning.status, meaning)
    return meaning


def _proofs_read(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return the scans, those proofs of delivery that were overtaken only noted."""
    kept: list[Event] = []
    moved = False
    for event in reversed(events):
        proof = (event.code or "").lstrip("0") in _PROOFS
        kept.append(replace(event, meaning=_NOTED) if proof and moved else event)
        status = event.meaning.status
        moved = moved or not (status is Status.DELIVERED or status.before_hand_over)
    return tuple(reversed(kept))


def _delivered_at(events: Sequence[Event]) -> Stamp | None:
    """Return the first delivery of those that nothing followed but one another."""
    stamp = None
    for event in reversed(events):
        if event.meaning.status is Status.DELIVERED:
            stamp = event.stamp or stamp
        elif stamp is not None and not event.meaning.status.before_hand_over:
            break
    return stamp


def _window(detail: etree._Element) -> Window | None:
    """Return the expected day, the changed one if it was changed."""
    stated = inner(detail, "changed-expected-date")
    day = stated_time(stated or inner(detail, "expected-delivery-date"))
    return Window(day, day) if day is not None else None


def _summary(summary: etree._Element) -> Tracking:
    """Read the newest event alone; its type is a word, its time `20260305:140211`."""
    number, kind = inner(summary, "pin"), inner(summary, "event-type")
    if number is None:
        raise BadAnswer("no `pin`")
    meaning = STATUSES.read(f"summary/{kind}")
    stamp = stated_by(inner(summary, "event-date-time"), "%Y%m%d:%H%M%S")
    site = text((inner(summary, "event-location") or "").partition(",")[0])
    words = inner(summary, "event-description")
    event = Event(stamp, meaning, kind, words, Place(site))
    delivered = meaning.status is Status.DELIVERED
    return Tracking(
        number,
        (event,),
        window=_window(summary),
        delivered_at=event.stamp if delivered else None,
        signed_by=inner(summary, "signatory-name") if delivered else None,
        complete=False,
    )
