"""bpost: `trackingInfo` of Tracked Mail (XML), and what its public tracker answers (JSON).

https://www.bpost.be/en/parcel-api; the shape is that of the Shipping Manager manual,
as client libraries read it. The code list of the manual is not public, so a scan is
read by its English description, which the manual fixes. The tracker's steps are known
from the community; its scans have no codes and say nothing that the step does not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
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
    error_body,
    http_problem,
    is_json,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.parcel.bpost.cloud"
STEPS = StatusMap(
    {
        "status_pending": Meaning(Status.INFO_RECEIVED, "received"),
        "in_preparation": Meaning(Status.INFO_RECEIVED, "received"),
        "in_preparation_awaiting_dropoff": Meaning(Status.INFO_RECEIVED, "received"),
        "in_preparation_awaiting_pickup": Meaning(Status.INFO_RECEIVED, "received"),
        "processing": Meaning(Status.IN_TRANSIT, "processing"),
        "processing_home": Meaning(Status.IN_TRANSIT, "processing"),
        "processing_international": Meaning(Status.IN_TRANSIT, "processing"),
        "customs": Meaning(Status.IN_TRANSIT, "customs_started"),
        "awaiting_customs_payment": Meaning(
            Status.EXCEPTION, "held_for_payment", "customs_duties_unpaid"
        ),
        "on_the_way_to_you": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "out_for_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "available": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "available_in_post_point": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "available_in_post_office": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "available_in_parcel_locker": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "delivered_kariboo_point": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "picked_up_in_post_point": Meaning(Status.DELIVERED, "collected_by_customer"),
        "picked_up_in_post_office": Meaning(Status.DELIVERED, "collected_by_customer"),
        "on_the_way_to_sender": Meaning(Status.RETURNING, "to_sender"),
        "return_to_sender": Meaning(Status.RETURNING, "to_sender"),
        "out_for_delivery_sender": Meaning(Status.RETURNING, "out_for_return"),
        "delivered_to_sender": Meaning(Status.RETURNED, "to_sender"),
        "exception": Meaning(Status.EXCEPTION, "generic"),
    }
)
_WORDS = tuple(
    (re.compile(words, re.I), meaning)
    for words, meaning in (
        (
            r"(delivered|returned) to (the )?sender",
            Meaning(Status.RETURNED, "to_sender"),
        ),
        (r"\breturn", Meaning(Status.RETURNING, "to_sender")),
        (r"refused", Meaning(Status.ATTEMPT_FAILED, "refused", "consignee_refused")),
        (
            r"absent|no one home",
            Meaning(
                Status.ATTEMPT_FAILED, "recipient_unavailable", "consignee_not_home"
            ),
        ),
        (
            r"not (be )?(delivered|distributed)|delivery (attempt )?failed",
            Meaning(Status.ATTEMPT_FAILED, "generic"),
        ),
        (
            r"out for (distribution|delivery)|will be delivered today",
            Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        ),
        (
            r"awaiting (collection|pick)|ready (for|to be) (pick|coll)|can be picked up"
            r"|available (at|in) ",
            Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        ),
        (
            r"^(?!.*\b(will|to) be\b).*\b(delivered|distributed)\b",
            Meaning(Status.DELIVERED, "delivered"),
        ),
        (r"damaged", Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel")),
        (r"customs", Meaning(Status.IN_TRANSIT, "customs_started")),
        (r"sort", Meaning(Status.IN_TRANSIT, "processed")),
        (
            r"transit|on (its|the) way|arriv|depart",
            Meaning(Status.IN_TRANSIT, "moving"),
        ),
        (r"announce|prepar|registered", Meaning(Status.INFO_RECEIVED, "received")),
    )
)


class Bpost(Carrier):
    """One item a call."""

    code: ClassVar[str] = "bpost"
    label: ClassVar[str] = "bpost"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.BASIC
    eta: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("BE",)
    settings: ClassVar[tuple[str, ...]] = ("account_id", "passphrase")
    rate: ClassVar[Rate] = Rate(per_second=2.0)
    page_url: ClassVar[str | None] = (
        "https://track.bpost.cloud/btr/web/#/search?itemCode={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = settings.get("base_url") or URL
        self._auth = (settings["account_id"], settings["passphrase"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one item."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._url}/services/trackedmail/item/{number}/trackingInfo",
            auth=self._auth,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one item's scans, the tracker's items, or an exception."""
        if is_json(answer):
            return _tracker(answer)
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            if answer.status == 404:
                return [failed(Trouble.NOT_FOUND, "HTTP 404")]
            raise
        if root.tag == "itemTracking":
            return [_item(root)]
        if str(root.tag).endswith("Exception") or (answer.status or 0) >= 400:
            return [_refusal(root, answer)]
        raise BadAnswer("no `itemTracking`")


CARRIER: type[Carrier] = Bpost


def _refusal(root: etree._Element, answer: Answer) -> Tracking:
    said = inner(root, "message") or inner(root, ".//message")
    if problem := http_problem(answer, said):
        return failed(problem.kind, problem.message)
    if answer.status == 404 or re.search("not found|unknown", said or "", re.I):
        return failed(Trouble.NOT_FOUND, said or "HTTP 404")
    if root.tag == "systemException":
        return failed(Trouble.SERVER_ERROR, said)
    return failed(Trouble.INPUT_NEEDED, said or root.tag)


def _item(root: etree._Element) -> Tracking:
    number = inner(root, "itemCode")
    if number is None:
        raise BadAnswer("no `itemCode`")
    result = Tracking(number, oldest_first(map(_scan, root.findall("stateInfo"))))
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in result.events if e.meaning.status is Status.DELIVERED]
    at = stated_time(inner(root, "deliveryTime")) or arrived[-1].stamp
    return replace(result, delivered_at=at)


def _scan(told: etree._Element) -> Event:
    said = inner(told, "stateDescription")
    return Event(
        stated_time(inner(told, "time")), _said(said), inner(told, "stateCode"), said
    )


def _said(words: str | None) -> Meaning:
    for pattern, meaning in _WORDS:
        if words is not None and pattern.search(words):
            return meaning
    return UNKNOWN


def _tracker(answer: Answer) -> list[Tracking]:
    if problem := http_problem(answer, error_body(answer).get("error")):
        return [failed(problem.kind, problem.message)]
    body = json_body(answer)
    error = text(part(body, "error"))
    if error is not None or answer.status == 404 or part(body, "items") == []:
        return [failed(Trouble.NOT_FOUND, error or "no item")]
    items = [one for one in records(part(body, "items")) if text(one.get("itemCode"))]
    if not items:
        raise BadAnswer("no `items`")
    return [_tracked(one) for one in items]


def _tracked(told: Mapping[str, Any]) -> Tracking:
    arrived = part(told, "actualDeliveryInformation", "actualDeliveryTime", "day")
    stated = _step(told)
    if stated == UNKNOWN and arrived:
        stated = Meaning(Status.DELIVERED, "delivered")
    delivered = stated.status is Status.DELIVERED
    hours = told.get("expectedDeliveryTimeRange")
    start, until = (stated_time(part(hours, key)) for key in ("time1", "time2"))
    return Tracking(
        text(told.get("itemCode")),
        oldest_first(_told_scan(one) for one in records(told.get("events"))),
        stated=stated,
        window=Window(start, until) if start and until else None,
        delivered_at=stated_time(arrived) if delivered else None,
    )


def _step(told: Mapping[str, Any]) -> Meaning:
    """Read the step; how it is carried out (`out_for_delivery_byCar`) says no more."""
    names = (told.get("knownProcessStep"), part(told, "activeStep", "name"))
    plain = [(text(one) or "").lower() for one in names]
    known = STEPS.read(*plain, *(one.split("_by")[0] for one in plain))
    said = text(part(told, "activeStep", "label", "main", "EN"))
    return known if known != UNKNOWN else _said(said)


def _told_scan(told: Mapping[str, Any]) -> Event:
    day, hour = text(told.get("date")), text(told.get("time"))
    said = [part(told, "key", one, "description") for one in ("EN", "FR", "NL")]
    words = next((text(one) for one in said if text(one)), None)
    return Event(stated_time(f"{day}T{hour}" if hour else day), UNKNOWN, None, words)
