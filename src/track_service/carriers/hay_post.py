"""Haypost (Armenia): what its order service, https://haypost.am, tells of a parcel.

Proof: a genuine answer of a registered parcel. Nothing is published, neither how to ask
nor the list of states, so nothing is asked: an answer that somebody hands in is read.
A state is a bare number: 1 (registered) is known from that answer and 6 (delivered) from
the community; all others stay unknown. Times are Armenian, stated without a zone.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    StatusMap,
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
from track_service.core.tracking import Event, Tracking
from track_service.http import Answer, Http

STATES = StatusMap(
    {
        "1": Meaning(Status.INFO_RECEIVED, "received"),
        "6": Meaning(Status.DELIVERED, "delivered"),
    }
)


class HayPost(Carrier):
    """Parcels that are handed in, each with the states it went through."""

    code = "hay_post"
    label = "Haypost"
    proof = (Proof.SAMPLE,)
    auth = Auth.OPEN
    countries = ("AM",)
    pull: ClassVar[bool] = False
    push: ClassVar[bool] = True

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Nothing is kept: nothing is asked."""

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one order."""
        body = error_body(answer)
        said = body.get("message") or body.get("title")
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        return [_order(json_body(answer))]

    @staticmethod
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one order that was handed in."""
        return HayPost.parse(push)


CARRIER: type[Carrier] = HayPost


def _order(told: Mapping[str, Any]) -> Tracking:
    number = text(part(told, "order", "trackingId"))
    if number is None:
        raise BadAnswer("hay_post: no trackingId")
    events = oldest_first(
        Event(stated_time(one.get("createDate")), STATES.read(state), state)
        for one in records(told.get("orderStateHistories") or [])
        if (state := text(one.get("stateId")))
    )
    stated = STATES.read(text(part(told, "order", "stateId")))
    return Tracking(number, events, stated=stated, complete=bool(events))
