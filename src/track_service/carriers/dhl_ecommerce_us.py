"""DHL eCommerce Americas, Tracking v4, and the Global Mail XML that it replaced.

https://developer.dhl.com/api-reference/tracking-dhl-ecommerce-americas; the old XML is
read after genuine answers, never asked. Event numbers are those DHL publishes for
eCommerce; where the Americas use a number otherwise (300, 350, 400) that use is taken.
A label such as ET names the zone of the scan; EST in summer does not, and tells none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

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
    country_code,
    error_body,
    http_problem,
    in_zone,
    is_xml,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_by,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import Status
from track_service.core.timeline import condition
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer, Grant, Http

URL = "https://api.dhlecs.com"
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
ZONES = {
    "E": ZoneInfo("America/New_York"),
    "C": ZoneInfo("America/Chicago"),
    "M": ZoneInfo("America/Denver"),
    "P": ZoneInfo("America/Los_Angeles"),
    "AK": ZoneInfo("America/Anchorage"),
    "H": ZoneInfo("Pacific/Honolulu"),
}


class DhlEcommerceUs(Carrier):
    """One number a call: how several are joined is not told beyond doubt."""

    code: ClassVar[str] = "dhl_ecommerce_us"
    label: ClassVar[str] = "DHL eCommerce"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.OAUTH
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("US",)
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://webtrack.dhlecs.com/orders?trackingNumber={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._grant = Grant(
            f"{self._base}/auth/v4/accesstoken",
            settings["client_id"],
            settings["client_secret"],
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one package."""
        return self._http.get(
            f"{self._base}/tracking/v4/package/open",
            params={"trackingId": wanted[0].number},
            grant=self._grant,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read v4's packages or problem details, or the older XML."""
        if is_xml(answer):
            return _old(answer)
        body = error_body(answer)
        said = text(body.get("detail")) or text(body.get("title"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        packages = body.get("packages")
        if isinstance(packages, list) and packages:
            return [_package(one) for one in records(packages)]
        if isinstance(packages, list) or (body and answer.status == 404):
            return [failed(Trouble.NOT_FOUND, said or "no package")]
        if body and answer.status == 400:
            return [failed(Trouble.INVALID_NUMBER, said)]
        json_body(answer)
        raise BadAnswer("no `packages`")


CARRIER: type[Carrier] = DhlEcommerceUs


def _package(told: Mapping[str, Any]) -> Tracking:
    package = told["package"]
    keys = ("trackingId", "dhlPackageId", "packageId")
    number = next(filter(None, (text(package.get(key)) for key in keys)), None)
    if number is None:
        raise BadAnswer("no `trackingId`")
    day = stated_time(package.get("expectedDelivery"))
    events = oldest_first(map(_event, records(told.get("events"))))
    result = Tracking(number, events, window=Window(day, day) if day else None)
    return _finished(result, text(part(told, "recipient", "signedBy")))


def _finished(told: Tracking, signer: str | None) -> Tracking:
    if condition(told).status is not Status.DELIVERED:
        return told
    stamps = [e.stamp for e in told.events if e.meaning.status is Status.DELIVERED]
    return replace(told, delivered_at=stamps[-1], signed_by=signer)


def _event(one: Mapping[str, Any]) -> Event:
    code = text(one.get("primaryEventId"))
    closer = text(one.get("secondaryEventId"))
    words = [one.get("primaryEventDescription"), one.get("secondaryEventDescription")]
    place = [text(p) for p in (text(one.get("location")) or "").split(",")]
    city, region, country = (*place, None, None)[:3]
    day, hour = text(one.get("date")), text(one.get("time"))
    stamp = stated_time(f"{day}T{hour}" if day and hour else day)
    return Event(
        _placed(stamp, text(one.get("timeZone"))),
        STATUSES.read(code, closer),
        code,
        " · ".join(filter(None, map(text, words))) or None,
        Place(city, region, country_code(country), text(one.get("postalCode"))),
    )


def _placed(stamp: Stamp | None, label: str | None) -> Stamp | None:
    """Return the time with its zone's offset; `EST` must hold on that day."""
    found = re.fullmatch(r"(E|C|M|P|AK|H)([SD]?)T", label or "")
    if stamp is None or found is None or stamp.precision is Precision.DAY:
        return stamp
    zone = ZONES[found[1]]
    summer = bool(stamp.local.replace(tzinfo=zone).dst() or timedelta())
    if found[2] and summer is not (found[2] == "D"):
        return stamp
    return in_zone(stamp.local, zone, stamp.precision)


def _old(answer: Answer) -> list[Tracking]:
    """Read Global Mail's `<track>`; its `400` is "no results", not an HTTP status."""
    if problem := http_problem(answer):
        return [failed(problem.kind, problem.message)]
    root = xml_body(answer)
    if shipments := root.findall("shipment"):
        return [_old_shipment(one) for one in shipments]
    said = inner(root, "error/description")
    if said is None:
        raise BadAnswer("no `shipment`")
    known = "no results" in said.lower() or "not found" in said.lower()
    return [failed(Trouble.NOT_FOUND if known else Trouble.INPUT_NEEDED, said)]


def _old_shipment(told: etree._Element) -> Tracking:
    number = inner(told, "trackingnumber") or inner(told, "deliveryconfirm")
    if number is None:
        raise BadAnswer("no `trackingnumber`")
    events = oldest_first(map(_old_event, told.findall("event")))
    return _finished(Tracking(number, events), inner(told, "signedby"))


def _old_event(event: etree._Element) -> Event:
    code = inner(event, "code")
    return Event(
        _old_stamp(event),
        STATUSES.read(code),
        code,
        inner(event, "description"),
        Place(
            inner(event, "city"),
            inner(event, "state"),
            country_code(inner(event, "country")),
            inner(event, "postalcode"),
        ),
    )


def _old_stamp(event: etree._Element) -> Stamp | None:
    """Read `1/17/2026` and `8:53 AM ET`."""
    day, hour = inner(event, "date"), inner(event, "time")
    date = stated_by(day, "%m/%d/%Y", precision=Precision.DAY)
    if hour is None:
        return date
    clock, _, label = hour.rpartition(" ")
    exactly = Precision.MINUTE
    stamp = stated_by(f"{day} {clock}", "%m/%d/%Y %I:%M %p", precision=exactly)
    return _placed(stamp, label) or date
