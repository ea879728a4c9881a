"""ParcelOne (Germany, many last-mile carriers): https://api.parcel.one/v1/tracklmc.

Proof: community only, one answer of an unknown parcel in a public test. That is where
its shape is known from: one `StatusCode` for the parcel, whose words are plain where
they are read. What a scan under `Events` holds is documented nowhere: none is read, and
the status is kept as an event without a time. The answer does not name the number.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar
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
    part,
    reader,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://api.parcel.one"
CODES = StatusMap(
    {
        "CREATED": Meaning(Status.INFO_RECEIVED, "received"),
        "DATA_RECEIVED": Meaning(Status.INFO_RECEIVED, "received"),
        "REGISTERED": Meaning(Status.INFO_RECEIVED, "received"),
        "LABEL_PRINTED": Meaning(Status.INFO_RECEIVED, "label_printed"),
        "IN_TRANSIT": Meaning(Status.IN_TRANSIT, "moving"),
        "OUT_FOR_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "READY_FOR_PICKUP": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "AT_PARCELSHOP": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "NOT_DELIVERED": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "REFUSED": Meaning(Status.EXCEPTION, "refused"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "DELIVERED_NEIGHBOR": Meaning(Status.DELIVERED, "to_neighbor"),
        "DELIVERED_PARCELSHOP": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
    }
)


class ParcelOne(Carrier):
    """One parcel a call, under the code of its last-mile carrier (`courier`)."""

    code = "parcelone"
    label = "ParcelOne"
    proof = (Proof.COMMUNITY,)
    auth = Auth.BASIC
    countries = ("DE",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password", "courier")
    rate: ClassVar[Rate] = Rate(per_second=2.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account."""
        self._http = http
        courier = quote(settings["courier"], safe="")
        self._url = settings.get("base_url", URL) + f"/v1/tracklmc/tracking/{courier}/"
        self._auth = (settings["username"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(self._url + number, auth=self._auth)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the parcel's status; `UNKNOWN` is no news of it yet."""
        said = text(error_body(answer).get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said or "HTTP 404")]
        body = json_body(answer)
        code = text(part(body, "results", "StatusCode"))
        if code is None:
            if part(body, "success") == 0 and said:
                return [failed(Trouble.INVALID_NUMBER, said)]
            raise BadAnswer("parcelone: no StatusCode")
        if code == "UNKNOWN":
            nothing = Meaning(Status.PENDING, "no_info")
            return [Tracking(None, stated=nothing, complete=False)]
        return [Tracking(None, (Event(None, CODES.read(code), code),), complete=False)]


CARRIER: type[Carrier] = ParcelOne
