"""SEKO Omni-Channel Logistics (OmniParcel): https://www.omniparcel.com/.

Proof: captured answers; the names of the OmniCodes are known from the community. Times
have no offset and one parcel's scans mix the clocks of several places: they stay naive.
"Delivered to locker" is a parcel that waits there; OP-71 is a delivery in part. The
codes for mere information (OP-31, OP-32, OP-46) are not read.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

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
    each,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://api.omniparcel.com"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))


class Seko(Carrier):
    """SEKO: several parcels a call by their numbers."""

    code: ClassVar[str] = "seko"
    label: ClassVar[str] = "SEKO Logistics"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.KEY
    local_times = False
    settings: ClassVar[tuple[str, ...]] = ("access_key",)
    batch_size: ClassVar[int] = 10
    rate: ClassVar[Rate] = Rate(per_second=2.0)
    page_url: ClassVar[str | None] = "http://track.omniparcel.com/{number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/labels/statusv2"
        self._key = settings["access_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the parcels by their numbers."""
        return self._http.post(
            self._url,
            json=[one.number for one in wanted],
            headers={"access_key": self._key},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a list of parcels, or the errors of the call."""
        body = error_body(answer)
        errors = records(body.get("Errors"))
        said = text(errors[0].get("Message")) if errors else text(body.get("Message"))
        if problem := http_problem(answer, said):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said or "HTTP 404")]
        told = json_body(answer)
        if errors or (said and not isinstance(told, list)):
            return [failed(_trouble(said or ""), said)]
        if not isinstance(told, list):
            told = [told]
        return each(_parcel, records(told)) or [
            failed(Trouble.NOT_FOUND, "no such parcel")
        ]


CARRIER: type[Carrier] = Seko


def _trouble(said: str) -> Trouble:
    words = said.casefold()
    if "access" in words and "key" in words:
        return Trouble.AUTH
    return Trouble.NOT_FOUND if "not found" in words else Trouble.INPUT_NEEDED


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("ConsignmentNo"))
    if number is None:
        raise BadAnswer("seko: no ConsignmentNo")
    events = oldest_first(_scan(one) for one in records(parcel.get("Events")))
    delivered = current(events).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    own = stated_time(parcel.get("Delivered"))
    return Tracking(
        number,
        events,
        delivered_at=(own or stamps[-1]) if delivered and stamps else None,
        complete=bool(events),
    )


def _scan(told: Mapping[str, Any]) -> Event:
    spots = [one.strip() for one in (text(told.get("Location")) or "").split(",")]
    country = country_code(spots[-1]) if len(spots) > 1 else None
    place = Place(text(", ".join(filter(None, spots[:-1] if country else spots))))
    return Event(
        stated_time(told.get("EventDT")),
        CODES.read(text(told.get("OmniCode"))),
        text(told.get("OmniCode")) or text(told.get("Code")),
        text(told.get("Description")),
        Place(place.city, None, country),
    )
