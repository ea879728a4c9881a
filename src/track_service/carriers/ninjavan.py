"""Ninja Van (South-East Asia): orders API and webhooks, https://api-docs.ninjavan.co/.

Proof: the official document's shapes and event names; of genuine bodies only test ones
of the first webhook version were seen. The event's name is finer than the status beside
it. `is_parcel_on_rts_leg` turns every meaning round: "Delivered" on that leg is returned.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import compare_digest
from hmac import new as new_hmac
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

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
    country_code,
    error_body,
    http_problem,
    json_body,
    links,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.detail import NOTHING, Detail
from track_service.core.status import Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Grant, Http

URL = "https://api.ninjavan.co"
# Event and status names in lower case.
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
RETURN_LEG: Mapping[Status, Meaning] = {
    Status.IN_TRANSIT: Meaning(Status.RETURNING, "in_transit"),
    Status.OUT_FOR_DELIVERY: Meaning(Status.RETURNING, "out_for_return"),
    Status.ATTEMPT_FAILED: Meaning(Status.RETURNING, "attempt_failed"),
    Status.DELIVERED: Meaning(Status.RETURNED, "to_sender"),
}
_NO_ORDER = "150002"
_NO_SCAN = {"parcel measurements update", "parcel weight", "parcel size"}
# `SG-Singapore-Hub name`, how the first version tells where a scan was.
_HUB = re.compile(r"([A-Z]{2})-([^-]+)-(.+)")


class NinjaVan(Carrier):
    """One parcel a call; `country` is the account's (`SG`). Pushes are signed."""

    code = "ninjavan"
    label = "Ninja Van"
    proof = (Proof.OFFICIAL,)
    auth = Auth.OAUTH
    signer = True
    countries = ("SG", "MY", "PH", "ID", "TH", "VN")
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret", "country")
    push = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's keys."""
        self._http = http
        base = settings.get("base_url", URL)
        self._url = f"{base}/{settings['country'].lower()}"
        self._grant = Grant(
            f"{self._url}/2.0/oauth/access_token",
            settings["client_id"],
            settings["client_secret"],
            style="json",
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel's events."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._url}/1.0/orders/tracking-events/{number}", grant=self._grant
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the events of a parcel (or of several, in `data`)."""
        body = error_body(answer)
        error = body.get("error")
        said = text(part(error, "message")) or text(part(error, "title")) or text(error)
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if answer.status == 404 or text(part(error, "code")) == _NO_ORDER:
            return [failed(Trouble.NOT_FOUND, said)]
        if error is not None:
            about_number = "tracking" in (said or "").casefold()
            kind = Trouble.INVALID_NUMBER if about_number else Trouble.INPUT_NEEDED
            return [failed(kind, said)]
        parcels = [_parcel(one) for one in records(body.get("data", body))]
        return parcels or [failed(Trouble.NOT_FOUND, "no parcel in the answer")]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one event, of either webhook version."""
        body = json_body(push)
        number = text(body.get("tracking_id")) or text(body.get("tracking_number"))
        if number is None:
            raise BadAnswer("no `tracking_id`")
        event = _event(body)
        if event is None:
            return [Tracking(number, complete=False)]
        delivered = event.meaning.status is Status.DELIVERED
        return [
            Tracking(
                number,
                (event,),
                delivered_at=event.stamp if delivered else None,
                signed_by=_signer(body) if delivered else None,
                detail=_detail(body),
                complete=False,
            )
        ]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the HMAC of the raw body against the header's."""
        secret = settings.get("client_secret")
        if not secret:
            return Trust.URL_ONLY
        hashed = new_hmac(secret.encode("utf-8", "replace"), push.body, sha256)
        given = push.headers.get("x-ninjavan-hmac-sha256", "")
        ours = b64encode(hashed.digest())
        same = compare_digest(given.encode("utf-8", "replace"), ours)
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = NinjaVan


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("tracking_number"))
    if number is None or "events" not in parcel:
        raise BadAnswer("no `tracking_number` or no `events`")
    rows = records(parcel["events"])
    events = oldest_first(event for row in rows if (event := _event(row)) is not None)
    if not events:
        return failed(Trouble.NOT_FOUND, "no event of this number", number)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    signers = [name for row in rows if (name := _signer(row)) is not None]
    return Tracking(
        number,
        events,
        delivered_at=arrived[0].stamp if delivered else None,
        signed_by=signers[-1] if delivered and signers else None,
        detail=next(filter(None, map(_detail, reversed(rows))), NOTHING),
        complete=parcel.get("is_full_history_available") is not False,
    )


def _event(body: Mapping[str, Any]) -> Event | None:
    """Return the scan; None where only the parcel's measures changed."""
    status, name = text(body.get("status")), text(body.get("event"))
    names = [(one or "").casefold() for one in (name, status)]
    if _NO_SCAN & set(names):
        return None
    # A new reason of a known event reads as the event: "Delivery Exception, …".
    meaning = STATUSES.read(*names, names[0].split(",")[0], names[1].split(",")[0])
    if body.get("is_parcel_on_rts_leg") is True:
        meaning = RETURN_LEG.get(meaning.status, meaning)
    return Event(
        stated_time(body.get("timestamp")),
        meaning,
        status or name,
        _words(body, name),
        _place(body),
    )


def _words(body: Mapping[str, Any], name: str | None) -> str | None:
    reason = text(part(body, "delivery_exception", "failure_reason"))
    told = [name, text(body.get("comments")), reason, text(body.get("rts_reason"))]
    return " · ".join(dict.fromkeys(filter(None, told))) or None


def _place(body: Mapping[str, Any]) -> Place:
    """Return the hub's city and country, as either version tells them."""
    for key, hub in body.items():
        if key.endswith("_hub_information") and isinstance(hub, dict):
            return Place(text(hub.get("city")), None, country_code(hub.get("country")))
    found = _HUB.fullmatch(text(body.get("comments")) or "")
    return Place(found[2], None, found[1]) if found else Place()


def _signer(body: Mapping[str, Any]) -> str | None:
    return text(part(body, "delivery_information", "proof", "signed_by", "name"))


def _detail(body: Mapping[str, Any]) -> Detail:
    """Return the first photo of the hand-over; a signature is no photo."""
    photos = links(part(body, "delivery_information", "proof", "image_uris"))
    return Detail(proof_url=photos[0] if photos else None)
