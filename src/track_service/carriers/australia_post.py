"""Australia Post, StarTrack: https://developers.auspost.com.au/apis/shipping-and-tracking.

Proof: official examples and a captured answer. Scans have no codes, only texts, read by
their words. All offsets are those of Sydney as stated, wherever the scan was. Ids of
Australia Post and of StarTrack may not be mixed in one call.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Rate,
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
from track_service.core.timeline import condition, current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://digitalapi.auspost.com.au"
PATH = "/shipping/v1/track"
TROUBLES = {
    "ESB-10001": Trouble.INVALID_NUMBER,
    "ESB-10002": Trouble.NOT_FOUND,
    "51100": Trouble.INPUT_NEEDED,
    "51101": Trouble.INPUT_NEEDED,
    "51102": Trouble.INPUT_NEEDED,
    "51103": Trouble.INPUT_NEEDED,
    "51104": Trouble.INPUT_NEEDED,
    "API_001": Trouble.AUTH,
    "API_002": Trouble.THROTTLED,
    "API_003": Trouble.SERVER_ERROR,
}
# Patterns: the first one that a text holds tells its meaning.
with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as _file:
    _TEXTS = tuple(
        (
            re.compile(row["words"], re.IGNORECASE),
            Meaning(Status(row["status"]), row["sub_status"], row["cause"] or None),
        )
        for row in csv.DictReader(_file, delimiter="\t")
    )


class AustraliaPost(Carrier):
    """Australia Post: up to ten ids a call, ten calls a minute."""

    code: ClassVar[str] = "australia_post"
    label: ClassVar[str] = "Australia Post"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BASIC
    countries: ClassVar[tuple[str, ...]] = ("AU",)
    settings: ClassVar[tuple[str, ...]] = ("api_key", "password", "account_number")
    batch_size: ClassVar[int] = 10
    rate: ClassVar[Rate] = Rate(per_second=10 / 60)
    page_url: ClassVar[str | None] = (
        "https://auspost.com.au/mypost/track/#/details/{number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._auth = (settings["api_key"], settings["password"])
        self._account = settings["account_number"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the parcels by their ids."""
        return self._http.get(
            self._url,
            params={"tracking_ids": ",".join(one.number for one in wanted)},
            headers={"Account-Number": self._account},
            auth=self._auth,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the results of all ids: articles, consignments and their errors."""
        if errors := records(error_body(answer).get("errors")):
            return [_failure(errors[0], None, answer)]
        if problem := http_problem(answer):
            return [Tracking(None, problem=problem, complete=False)]
        results = json_body(answer)["tracking_results"]
        if not isinstance(results, list):
            raise BadAnswer("australia_post: no tracking_results")
        return [t for result in records(results) for t in _result(result)]


CARRIER: type[Carrier] = AustraliaPost


def _failure(
    error: Mapping[str, Any], number: str | None, answer: Answer | None = None
) -> Tracking:
    code = text(error.get("code")) or text(error.get("error_code")) or ""
    words = text(error.get("message")) or text(error.get("name")) or code
    if code in TROUBLES:
        return failed(TROUBLES[code], words, number)
    problem = http_problem(answer, words) if answer else None
    kind = problem.kind if problem else Trouble.NOT_FOUND
    return failed(kind if number or problem else Trouble.INPUT_NEEDED, words, number)


def _result(result: Mapping[str, Any]) -> Iterator[Tracking]:
    number = text(result.get("tracking_id"))
    if number is None:
        yield failed(Trouble.BAD_ANSWER, "no tracking_id")
        return
    if errors := records(result.get("errors")):
        yield _failure(errors[0], number)
        return
    items = records(result.get("trackable_items"))
    items = [one for item in items for one in records(item.get("items")) or [item]]
    if not items:
        items = records(result.get("consignment")) or records(result)
    # Of a consignment's several articles each has its own course, under the id asked for.
    status = result.get("status") if len(items) == 1 else None
    for item in items:
        yield _item(item, number, status)


def _item(item: Mapping[str, Any], number: str, status: object) -> Tracking:
    stated = text(item.get("status")) or text(status)
    head = _meaning(stated)
    events = oldest_first(_scan(one) for one in records(item.get("events")))
    ended = {Status.UNKNOWN, Status.DELIVERED, Status.RETURNED, Status.RETURNING}
    behind = current(events).status not in ended
    ahead = None
    if behind and head.status is Status.DELIVERED:
        ahead = Event(None, head, None, stated)
    result = Tracking(number, events, stated=head, ahead=ahead, complete=bool(events))
    told = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    if not told or condition(result).status is not Status.DELIVERED:
        return result
    return replace(result, delivered_at=told[-1])


def _scan(told: Mapping[str, Any]) -> Event:
    words = text(told.get("description"))
    place = re.fullmatch(r"(.+?) (NSW|VIC|QLD|SA|WA|TAS|NT|ACT)", _spot(told))
    return Event(
        stated_time(told.get("date")),
        _meaning(words),
        None,
        words,
        Place(place[1], place[2], "AU") if place else Place(_spot(told) or None),
    )


def _spot(told: Mapping[str, Any]) -> str:
    return text(told.get("location")) or ""


def _meaning(words: str | None) -> Meaning:
    return next((m for found, m in _TEXTS if found.search(words or "")), UNKNOWN)
