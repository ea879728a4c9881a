"""BoxKnight (Montreal): https://www.docs.boxknight.com, `GET /orders/<id>`.

Read after the vendor's example of an order. An order tells its present status and no
history: a status that is not known is kept as an event without a time.
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
    epoch_stamp,
    error_body,
    http_problem,
    json_body,
    reader,
    records,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.boxknight.com"
STATUSES = StatusMap(
    {
        "CREATED": Meaning(Status.INFO_RECEIVED, "received"),
        "GEOCODED": Meaning(Status.INFO_RECEIVED, "received"),
        "DELIVERY_ASSIGNED": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "PICKUP_EN_ROUTE": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "PICKUP_COMPLETED": Meaning(Status.PICKED_UP, "collected"),
        "DELIVERY_EN_ROUTE": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "DELIVERY_COMPLETED": Meaning(Status.DELIVERED, "delivered"),
    }
)


class BoxKnight(Carrier):
    """One order a call; the id is BoxKnight's own."""

    code: ClassVar[str] = "boxknight"
    label: ClassVar[str] = "BoxKnight"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("CA",)
    settings: ClassVar[tuple[str, ...]] = ("token",)
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://www.tracking.boxknight.com/tracking?trackingNo={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's token."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._token = settings["token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one order."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._base}/v1/orders/{number}", headers={"Authorization": self._token}
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one order (or a list), or an `error`."""
        body = error_body(answer)
        said = text(body.get("error")) or text(body.get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if said is not None and "unauthorized" in said.lower():
            return [failed(Trouble.AUTH, said)]
        if answer.status == 404 or (said is not None and "not found" in said.lower()):
            return [failed(Trouble.NOT_FOUND, said)]
        if said is not None:
            return [failed(Trouble.INVALID_NUMBER, said)]
        orders = records(json_body(answer))
        if not orders:
            raise BadAnswer("no order")
        return [_order(one) for one in orders]


CARRIER: type[Carrier] = BoxKnight


def _order(order: Mapping[str, Any]) -> Tracking:
    number, status = text(order["id"]), text(order["orderStatus"])
    if number is None:
        raise BadAnswer("no `id`")
    meaning = STATUSES.read(status)
    unknown = meaning == UNKNOWN and status is not None
    return Tracking(
        number,
        (Event(None, UNKNOWN, status),) if unknown else (),
        stated=meaning,
        window=_window(order),
        complete=False,
    )


def _window(order: Mapping[str, Any]) -> Window | None:
    """Return from when until when the order is to be brought."""
    start = epoch_stamp(order.get("completeAfter"))
    until = epoch_stamp(order.get("completeBefore"))
    first, last = start or until, until or start
    return Window(first, last) if first is not None and last is not None else None
