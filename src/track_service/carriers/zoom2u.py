"""Zoom2u (Australia, same day): https://developer.zoom2u.com/.

Proof: an official example and the list of statuses. The answer is the one status that
holds now, never a history. "Dropped Off" is the delivery here, not a start; "Tried to
deliver" is a failed attempt. The courier's name and telephone number are left out.
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
    reader,
    stated_time,
    text,
    wrong_number,
)
from track_service.core.detail import Detail
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://api.zoom2u.com"
CODES = StatusMap(
    {
        "unassigned": Meaning(Status.INFO_RECEIVED, "received"),
        "accepted": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "on route to pickup": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "picked up": Meaning(Status.PICKED_UP, "collected"),
        "on route to dropoff": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "on hold - with courier": Meaning(Status.EXCEPTION, "held"),
        "tried to deliver": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "returning": Meaning(Status.RETURNING, "to_sender"),
        "returned": Meaning(Status.RETURNED, "to_sender"),
        "dropped off": Meaning(Status.DELIVERED, "delivered"),
        "cancelled": Meaning(Status.CANCELLED, "shipment"),
    }
)


class Zoom2u(Carrier):
    """Zoom2u: one delivery a call by its reference."""

    code: ClassVar[str] = "zoom2u"
    label: ClassVar[str] = "Zoom2u"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.KEY
    countries: ClassVar[tuple[str, ...]] = ("AU",)
    settings: ClassVar[tuple[str, ...]] = ("token",)
    rate: ClassVar[Rate] = Rate(per_second=2.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/api/v1/delivery/status/"
        self._token = settings["token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one delivery."""
        return self._http.get(
            self._url + quote(wanted[0].number, safe=""),
            headers={"Authorization": f"Bearer {self._token}"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the delivery's status."""
        said = _message(error_body(answer))
        if problem := http_problem(answer, said):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said or "HTTP 404")]
        body = json_body(answer)
        number, status = text(body.get("reference")), text(body.get("status"))
        if number is None or status is None:
            if said is not None:
                return [failed(_trouble(said), said)]
            raise BadAnswer("zoom2u: no reference or status")
        stamp = stated_time(body.get("statusChangeDateTime"))
        event = Event(stamp, CODES.read(status.casefold()), status)
        delivered = event.meaning.status is Status.DELIVERED
        at = stamp if delivered else None
        detail = Detail(proof_url=text(body.get("proofOfDeliveryPhotoUrl")))
        return [
            Tracking(number, (event,), delivered_at=at, complete=False, detail=detail)
        ]


CARRIER: type[Carrier] = Zoom2u


def _message(body: Mapping[str, Any]) -> str | None:
    told = (text(body.get(key)) for key in ("message", "Message", "error"))
    return next(filter(None, told), None)


def _trouble(said: str) -> Trouble:
    if "not found" in said.casefold() or "not exist" in said.casefold():
        return Trouble.NOT_FOUND
    return Trouble.INVALID_NUMBER if wrong_number(said) else Trouble.BAD_ANSWER
