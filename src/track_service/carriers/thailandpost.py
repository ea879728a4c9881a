"""Thailand Post: track API and hook, https://track.thailandpost.co.th/developerGuide.

Proof: the official document's sample answer, and a genuine push. Years are Buddhist
(2569 is 2026) in the Thai language alone; the call asks for English. Times state +07:00.
The daily quota is counted by parcel. `receiver_name` may hold a relation after a stroke.
"""

import re
from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Any, ClassVar

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Push,
    Rate,
    StatusMap,
    Trust,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    clock_time,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    text,
)
from track_service.carriers.tokens import DAY, token_at, token_ended
from track_service.core.status import Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Stamp, Tracking, Trouble
from track_service.http import Answer, Http, Question, SignIn, in_header

URL = "https://trackapi.thailandpost.co.th"
CODES = StatusMap(
    {
        "101": Meaning(Status.INFO_RECEIVED, "received"),
        "102": Meaning(Status.PICKED_UP, "accepted"),
        "103": Meaning(Status.PICKED_UP, "accepted"),
        "201": Meaning(Status.IN_TRANSIT, "moving"),
        "202": Meaning(Status.IN_TRANSIT, "customs_started"),
        "203": Meaning(Status.RETURNING, "to_sender"),
        "204": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "205": Meaning(Status.IN_TRANSIT, "arrived_destination_country"),
        "206": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "207": Meaning(Status.IN_TRANSIT, "processing"),
        "301": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "302": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "401": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "501": Meaning(Status.DELIVERED, "delivered"),
    }
)
_BUDDHIST = 543  # years ahead; no common year is beyond 2400 for long
_TIME = re.compile(
    r"(\d\d?)/(\d\d?)/(\d{4}) (\d\d?):(\d\d)(?::(\d\d))?\s*([+-]\d\d:?\d\d)?"
)
_TROUBLES = (
    (re.compile("token|authori|expire", re.I), Trouble.AUTH),
    (re.compile("limit|quota|too many", re.I), Trouble.THROTTLED),
    (re.compile("not found|no data", re.I), Trouble.NOT_FOUND),
    (re.compile("invalid|barcode", re.I), Trouble.INVALID_NUMBER),
)


class ThailandPost(Carrier):
    """Up to a hundred parcels a call, after a sign-in with the account's key."""

    code = "thailandpost"
    label = "Thailand Post"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.LOGIN
    signer = True
    countries = ("TH",)
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    optional: ClassVar[tuple[str, ...]] = ("push_token",)
    batch_size: ClassVar[int] = 100
    rate: ClassVar[Rate] = Rate(per_second=5.0, per_day=1000)
    push = True
    page_url = "https://track.thailandpost.co.th/?trackNumber={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's key."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/post/api/v1"
        key = {"Authorization": f"Token {settings['api_key']}"}
        self._sign_in = SignIn(
            Question("POST", f"{self._url}/authenticate/token", headers=key),
            "",  # the key has no name
            token_at("token", lasts=DAY),  # of the month that is promised
            in_header("Authorization", "Token "),
            token_ended(self.parse),
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to a hundred barcodes."""
        return self._http.post(
            f"{self._url}/track",
            json={
                "status": "all",
                "language": "EN",
                "barcode": [one.number for one in wanted],
            },
            grant=self._sign_in,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the parcels; one without scans is not known (yet)."""
        body = error_body(answer)
        said = text(body.get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        items = (body.get("response") or {}).get("items")
        if body.get("status") is False or (items is None and said is not None):
            return [_refused(said)]
        if not isinstance(items, dict):
            raise BadAnswer("no `response.items`")
        parcels = [_parcel(number, records(rows)) for number, rows in items.items()]
        return parcels or [failed(Trouble.NOT_FOUND, "no parcel in the answer")]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read the scans of one parcel or of several."""
        by_number: dict[str, list[Mapping[str, Any]]] = {}
        for row in records(json_body(push).get("items")):
            number = text(row.get("barcode"))
            if number is not None:
                by_number.setdefault(number, []).append(row)
        if not by_number:
            raise BadAnswer("no `items`")
        return [_parcel(n, rows, complete=False) for n, rows in by_number.items()]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the header against the bearer token that we gave the post."""
        token = settings.get("push_token")
        if not token:
            return Trust.URL_ONLY
        given = push.headers.get("authorization", "").removeprefix("Bearer ")
        same = compare_digest(
            given.encode("utf-8", "replace"), token.encode("utf-8", "replace")
        )
        return Trust.SIGNED if same else Trust.REFUSED


CARRIER: type[Carrier] = ThailandPost


def _refused(said: str | None) -> Tracking:
    for words, trouble in _TROUBLES:
        if words.search(said or ""):
            return failed(trouble, said)
    return failed(Trouble.INPUT_NEEDED, said)


def _parcel(
    number: str, rows: Sequence[Mapping[str, Any]], *, complete: bool = True
) -> Tracking:
    if not rows:
        return failed(Trouble.NOT_FOUND, "no scan of this number", number)
    events = oldest_first(_event(row) for row in rows)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    signers = [name for row in rows if (name := text(row.get("receiver_name")))]
    return Tracking(
        number,
        events,
        delivered_at=arrived[0].stamp if delivered else None,
        signed_by=_name(signers[-1]) if delivered and signers else None,
        complete=complete,
    )


def _event(row: Mapping[str, Any]) -> Event:
    code = text(row.get("status"))
    told = [row.get(key) for key in ("status_description", "delivery_description")]
    words = filter(None, map(text, [*told, row.get("location")]))
    return Event(
        _stamp(row.get("status_date")),
        CODES.read(code),
        code,
        " · ".join(dict.fromkeys(words)) or None,
    )


def _name(signer: str) -> str | None:
    """Return the name as stated; a dash is none."""
    return signer if re.search(r"[^\W\d_]", signer) else None


def _stamp(value: object) -> Stamp | None:
    """Read `19/07/2562 18:12:26+07:00`."""
    found = _TIME.fullmatch(text(value) or "")
    if found is None:
        return None
    day, month, year, *clock, offset = found.groups()
    year = str(int(year) - (_BUDDHIST if int(year) > 2400 else 0))
    return clock_time((year, month, day, *clock), offset=offset)
