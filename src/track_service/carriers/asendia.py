"""Asendia Sync (cross-border, Europe): https://www.asendia-sync.com/swagger-ui/index.html.

Proof: community only, an error answer in a public test and the names of the fields; the
codes of the carriers behind Asendia have no published list. A scan is read by its code
where that is a plain word, else by a few words of its description; what neither says
stays unknown.
"""

import re
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
    country_code,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.carriers.tokens import HOUR, token_at, token_ended
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http, Question, SignIn

URL = "https://www.asendia-sync.com"
CODES = StatusMap(
    {
        "CREATED": Meaning(Status.INFO_RECEIVED, "received"),
        "LABEL_PRINTED": Meaning(Status.INFO_RECEIVED, "label_printed"),
        "PICKED_UP": Meaning(Status.PICKED_UP, "collected"),
        "COLLECTED": Meaning(Status.PICKED_UP, "collected"),
        "IN_TRANSIT": Meaning(Status.IN_TRANSIT, "moving"),
        "OUT_FOR_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "READY_FOR_PICKUP": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "RETURNED": Meaning(Status.RETURNED, "to_sender"),
        "LOST": Meaning(Status.EXCEPTION, "lost"),
        "DAMAGED": Meaning(Status.EXCEPTION, "damaged"),
    }
)
# In this order: what is not delivered, or delivered back, says "delivered" too.
_WORDS = (
    (r"returned to (the )?sender", Meaning(Status.RETURNED, "to_sender")),
    (r"return(ing)? to (the )?sender", Meaning(Status.RETURNING, "to_sender")),
    (r"out for delivery", Meaning(Status.OUT_FOR_DELIVERY, "with_courier")),
    (r"attempt", Meaning(Status.ATTEMPT_FAILED, "generic")),
    (
        r"(ready|available) for (pick-?up|collection)",
        Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
    ),
    (r"^(parcel |package |item )?delivered\b", Meaning(Status.DELIVERED, "delivered")),
    (r"customs clear", Meaning(Status.IN_TRANSIT, "customs_released")),
    (r"\bdeparted\b", Meaning(Status.IN_TRANSIT, "departed_facility")),
    (r"\barrived\b", Meaning(Status.IN_TRANSIT, "arrived_at_facility")),
    (r"\bin transit\b", Meaning(Status.IN_TRANSIT, "moving")),
    (r"\bpicked up\b", Meaning(Status.PICKED_UP, "collected")),
)


class Asendia(Carrier):
    """One parcel of one customer a call, after a sign-in."""

    code = "asendia"
    label = "Asendia"
    proof = (Proof.COMMUNITY,)
    auth = Auth.LOGIN
    settings: ClassVar[tuple[str, ...]] = ("username", "password", "customer_id")
    rate: ClassVar[Rate] = Rate(per_second=2.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account."""
        self._http = http
        self._url = settings.get("base_url", URL)
        login = {key: settings[key] for key in ("username", "password")}
        self._sign_in = SignIn(
            Question("POST", f"{self._url}/api/authenticate", json=login),
            settings["username"],
            token_at("id_token", lasts=HOUR),  # a day, its users say
            ended=token_ended(self.parse),
        )
        self._customer = quote(settings["customer_id"], safe="")

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._url}/api/customers/{self._customer}/tracking/{number}",
            grant=self._sign_in,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one parcel, or the problem (RFC 7807) in its place."""
        body = error_body(answer)
        said = text(body.get("detail")) or text(body.get("title"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if "not_found" in (text(body.get("message")) or ""):
            return [failed(Trouble.NOT_FOUND, said)]
        if answer.status == 400 and said:
            return [failed(Trouble.INVALID_NUMBER, said)]
        return [_parcel(json_body(answer))]


CARRIER: type[Carrier] = Asendia


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("trackingNumber"))
    if number is None:
        raise BadAnswer("asendia: no trackingNumber")
    told = records(parcel.get("trackingEvents") or [])
    events = oldest_first(_scan(one) for one in told)
    return Tracking(number, events, complete=bool(events))


def _scan(told: Mapping[str, Any]) -> Event:
    code, words = text(told.get("code")), text(told.get("carrierEventDescription"))
    meaning = CODES.read(code.upper() if code else None)
    return Event(
        stated_time(told.get("time")),
        meaning if meaning != UNKNOWN else _by_words(words or ""),
        code,
        words,
        Place(
            text(told.get("locationName")),
            country=country_code(told.get("locationCountry")),
        ),
    )


def _by_words(words: str) -> Meaning:
    found = (m for pattern, m in _WORDS if re.search(pattern, words, re.IGNORECASE))
    return next(found, UNKNOWN)
