"""Newgistics (now Pitney Bowes), `WebAPI/Shipment/Tracking`.

https://api.newgistics.com/WebAPI/Shipment/help/operations/Tracking; withdrawn with the
brand. Read after genuine answers, nearly all of returned parcels: "Delivered to Return
Center" is delivered back to the shop. Date and hour are two serialised times, of which
only the local day of one and the local hour of the other mean anything.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
    credible,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    read_offset,
    reader,
    records,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.newgistics.com"
# By Newgistics' event code, else by the fixed words of `Description`.
STATUSES = StatusMap(
    {
        "PUU": Meaning(Status.PICKED_UP, "accepted"),
        "IPS": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "DNF": Meaning(Status.IN_TRANSIT, "departed_facility"),
        "DRC": Meaning(Status.RETURNED, "to_sender"),
        "Arrival at USPS": Meaning(Status.PICKED_UP, "accepted"),
        "Arrived at Shipping Facility": Meaning(
            Status.IN_TRANSIT, "arrived_at_facility"
        ),
        "In transit": Meaning(Status.IN_TRANSIT, "moving"),
        "InTransit": Meaning(Status.IN_TRANSIT, "moving"),
        "Out for Delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "Delivered": Meaning(Status.DELIVERED, "delivered"),
    }
)
_HOMEWARD: Mapping[Status, Meaning] = {
    Status.PICKED_UP: Meaning(Status.RETURNING, "in_transit"),
    Status.IN_TRANSIT: Meaning(Status.RETURNING, "in_transit"),
    Status.OUT_FOR_DELIVERY: Meaning(Status.RETURNING, "out_for_return"),
    Status.DELIVERED: Meaning(Status.RETURNED, "to_sender"),
}
_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")


class Newgistics(Carrier):
    """One barcode a call, by the merchant's key."""

    code: ClassVar[str] = "newgistics"
    label: ClassVar[str] = "Newgistics"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.SAMPLE,)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("US",)
    settings: ClassVar[tuple[str, ...]] = ("api_key", "merchant_id")
    rate: ClassVar[Rate] = Rate(per_second=1.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the merchant's settings."""
        self._http = http
        base = settings.get("base_url") or URL
        self._url = f"{base}/WebAPI/Shipment/Tracking"
        self._key, self._merchant = settings["api_key"], settings["merchant_id"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one barcode."""
        return self._http.post(
            self._url,
            json={
                "merchantID": self._merchant,
                "qualifier": "Barcode",
                "searchStrings": [wanted[0].number],
            },
            headers={"x-API-Key": self._key, "Accept": "application/json"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the packages; an unknown one is among them, with a message."""
        if problem := http_problem(answer, error_body(answer).get("Message")):
            return [failed(problem.kind, problem.message)]
        body = json_body(answer)
        packages = records(body["Packages"])
        if not packages:
            return [failed(Trouble.NOT_FOUND, "no package")]
        return [_package(one) for one in packages]


CARRIER: type[Carrier] = Newgistics


def _package(package: Mapping[str, Any]) -> Tracking:
    number, said = (
        text(package.get("TrackingNumber")),
        text(package.get("ErrorMessage")),
    )
    status = text(package.get("Status"))
    if status == "NotFound" or (said and said.startswith("No tracking data")):
        return failed(Trouble.NOT_FOUND, said, number)
    if said is not None:
        return failed(Trouble.INPUT_NEEDED, said, number)
    if number is None:
        raise BadAnswer("no `TrackingNumber`")
    back = text(package.get("Service")) == "RETURN"
    told = records(package.get("PackageTrackingEvents"))
    events = oldest_first(_event(one, back=back) for one in told)
    stated = _leg(STATUSES.read(status), back=back)
    result = Tracking(number, events, stated, window=_window(package))
    if condition(result).status is not Status.DELIVERED:
        return result
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return replace(
        result,
        delivered_at=stamps[-1] if stamps else None,
        signed_by=text(package.get("Signer")),
    )


def _leg(meaning: Meaning, *, back: bool) -> Meaning:
    return _HOMEWARD.get(meaning.status, meaning) if back else meaning


def _event(one: Mapping[str, Any], *, back: bool) -> Event:
    code, words = text(one.get("EventCode")), text(one.get("Description"))
    return Event(
        _stamp(one),
        _leg(STATUSES.read(code, words), back=back),
        code,
        text(one.get("EventDescription")) or words,
        Place(
            text(one.get("City")),
            text(one.get("State")),
            postal=text(one.get("PostalCode")),
        ),
    )


def _stamp(one: Mapping[str, Any]) -> Stamp | None:
    day, hour = _local(one.get("Date")), _local(one.get("Time"))
    if day is None or hour is None:
        return credible(Stamp.day(day)) if day is not None else None
    return credible(Stamp(datetime.combine(day.date(), hour.time())))


def _local(value: object) -> datetime | None:
    """Read `/Date(1469163600000-0500)/` as the wall clock of its own offset."""
    found = _DATE.fullmatch(text(value) or "")
    if found is None:
        return None
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        offset = read_offset(found[2]) if found[2] else timedelta()
        moment = epoch + timedelta(milliseconds=int(found[1])) + offset
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=None)


def _window(package: Mapping[str, Any]) -> Window | None:
    low, high = (
        _local(package.get(key))
        for key in ("MinEstimatedDeliveryDate", "MaxEstimatedDeliveryDate")
    )
    only = _local(package.get("EstimatedDeliveryDate"))
    first, last = only or low or high, only or high or low
    if first is None or last is None:
        return None
    return Window(Stamp.day(first), Stamp.day(last))
