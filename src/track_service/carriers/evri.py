"""Evri (formerly Hermes UK): https://www.evri.com/track, the JSON that its page asks.

Proof: answers whose schema the community confirmed live; Evri's own contract is not
public. Asking takes two calls (the parcel's id, then the parcel) and the page's key,
which an account must give. The answer does not name the number, and its events are in
no order; times are UTC.
"""

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
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://api.hermesworld.co.uk"
PATH = "/enterprise-tracking-api/v1/parcels"

STAGES = StatusMap(
    {
        "1": Meaning(Status.INFO_RECEIVED, "received"),
        "2": Meaning(Status.PICKED_UP, "accepted"),
        "3": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "4_COURIER": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "4_SHOP": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "4_LOCKER": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "5_COURIER": Meaning(Status.DELIVERED, "delivered"),
        "5_SHOP": Meaning(Status.DELIVERED, "collected_by_customer"),
    }
)


class Evri(Carrier):
    """One parcel in two calls."""

    code = "evri"
    label = "Evri"
    proof = (Proof.COMMUNITY,)
    auth = Auth.KEY
    countries = ("GB",)
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    rate = Rate(per_second=0.5)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the key."""
        self._http = http
        self._url = settings.get("base_url", URL) + PATH
        self._headers = {"apiKey": settings["api_key"], "Accept": "application/json"}

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the parcel's id, then for the parcel; the postcode tells more."""
        one = wanted[0]
        found = self._http.get(
            f"{self._url}/search/{quote(one.number, safe='')}", headers=self._headers
        )
        unique = _unique_id(found)
        if unique is None:
            return found
        params = {"uniqueIds": unique}
        if one.postal:
            params["postcode"] = one.postal
        return self._http.get(f"{self._url}/", params=params, headers=self._headers)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the parcels; an empty list is an unknown number."""
        body = error_body(answer)
        if problem := http_problem(answer, body.get("message")):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, text(body.get("message")) or "HTTP 404")]
        if answer.status == 400:
            said = text(body.get("message")) or "HTTP 400"
            return [failed(Trouble.INVALID_NUMBER, said)]
        whole = json_body(answer)
        parcels = whole.get("results", whole) if isinstance(whole, dict) else whole
        if parcels == []:
            return [failed(Trouble.NOT_FOUND, "no parcel")]
        read = [_parcel(one) for one in records(parcels)]
        if not read:
            raise BadAnswer("no parcel in it")
        return read


CARRIER: type[Carrier] = Evri


def _unique_id(answer: Answer) -> str | None:
    """Return the first id that the search found; None where it found or said none."""
    if answer.status != 200:
        return None
    try:
        found = json_body(answer)
    except BadAnswer:
        return None
    return text(found[0]) if isinstance(found, list) and found else None


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    if "trackingEvents" not in parcel:
        raise BadAnswer("no `trackingEvents`")
    events = oldest_first(map(_event, records(parcel["trackingEvents"])))
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    delivered = current(events).status is Status.DELIVERED
    return Tracking(
        None, events, delivered_at=arrived[-1] if delivered and arrived else None
    )


def _event(event: Mapping[str, Any]) -> Event:
    code = text(part(event, "trackingStage", "trackingStageCode"))
    words = text(part(event, "trackingPoint", "description"))
    return Event(stated_time(event.get("dateTime")), STAGES.read(code), code, words)
