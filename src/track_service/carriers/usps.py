"""USPS: Tracking API v3 (and v3r2), https://developers.usps.com/trackingv3.

The code table holds event codes (Publication 199, appendix G) and, in lower case, the
published event texts, which say more: code 01 is also a delivery back to the sender.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from html import unescape
from pathlib import Path
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
    gateway_fault,
    http_problem,
    json_body,
    oldest_first,
    part,
    read_offset,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
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

URL = "https://apis.usps.com"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
CATEGORIES = StatusMap(
    {
        "pre-shipment": Status.INFO_RECEIVED,
        "accepted": Status.PICKED_UP,
        "moving through network": Status.IN_TRANSIT,
        "in transit": Status.IN_TRANSIT,
        "arriving late": Meaning(Status.EXCEPTION, "delayed"),
        "out for delivery": Status.OUT_FOR_DELIVERY,
        "available for pickup": Status.AVAILABLE_FOR_PICKUP,
        "delivered to agent": Status.AVAILABLE_FOR_PICKUP,
        "delivery attempt": Status.ATTEMPT_FAILED,
        "delivery attempt: action needed": Status.ATTEMPT_FAILED,
        "alert": Status.EXCEPTION,
        "delivered": Status.DELIVERED,
    }
)
# How the one sentence of a summary answer begins, in USPS's published wording.
SUMMARIES: Sequence[tuple[str, Meaning]] = (
    (r"shipping label has been (prepared|created)", Meaning(Status.INFO_RECEIVED)),
    (r"does not indicate receipt by the USPS", Meaning(Status.INFO_RECEIVED)),
    (r"status update is not yet available", UNKNOWN),
    (r"(delivered|returned) to the original sender", Meaning(Status.RETURNED)),
    (r"reminder to (schedule|arrange|pick)", Meaning(Status.ATTEMPT_FAILED)),
    (r"attempted to deliver|notice (was )?left", Meaning(Status.ATTEMPT_FAILED)),
    (r"(returned|return) to (the )?sender", Meaning(Status.RETURNING)),
    (r"delivered to (an |the )?agent", Meaning(Status.AVAILABLE_FOR_PICKUP)),
    (r"item was delivered|was picked up at", Meaning(Status.DELIVERED)),
    (r"available for pickup|held at the", Meaning(Status.AVAILABLE_FOR_PICKUP)),
    (r"\bis out for delivery", Meaning(Status.OUT_FOR_DELIVERY)),
    (r"could not be delivered|refused|undeliverable", Meaning(Status.EXCEPTION)),
    (r"arriv(e|ing) late|has not been updated", Meaning(Status.EXCEPTION, "delayed")),
    (r"now in possession of your item|was accepted", Meaning(Status.PICKED_UP)),
    (r"arrived|departed|processed|forwarded|in transit", Meaning(Status.IN_TRANSIT)),
)


class Usps(Carrier):
    """USPS by its own API: one number a call, always with every scan."""

    code: ClassVar[str] = "usps"
    label: ClassVar[str] = "USPS"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.OAUTH
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("US",)
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    rate: ClassVar[Rate] = Rate(per_second=60 / 3600)  # the default quota, an hour's
    page_url: ClassVar[str | None] = (
        "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._grant = Grant(
            f"{self._base}/oauth2/v3/token",
            settings["client_id"],
            settings["client_secret"],
            style="json",
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel; postcode and mailing day tell re-used numbers apart."""
        one = wanted[0]
        params = {"expand": "DETAIL"}
        if one.postal and re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", one.postal):
            params["destinationZIPCode"] = one.postal[:5]
        if one.shipped_on:
            params["mailingDate"] = one.shipped_on.isoformat()
        return self._http.get(
            f"{self._base}/tracking/v3/tracking/{quote(one.number, safe='')}",
            params=params,
            grant=self._grant,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a detail or summary answer of v3, or the list that v3r2 gives."""
        body = error_body(answer)
        if problem := gateway_fault(body) or http_problem(answer, _error_text(body)):
            return [failed(problem.kind, problem.message)]
        parcels = records(json_body(answer))
        found = [t for parcel in parcels for t in _parcel(parcel, answer.status)]
        if not found:
            raise BadAnswer("usps: neither a parcel nor an error")
        return found


CARRIER: type[Carrier] = Usps


def _parcel(parcel: Mapping[str, Any], status: int | None) -> Iterator[Tracking]:
    if parcel.get("error"):
        number = text(parcel.get("trackingNumber"))
        yield failed(_trouble(parcel, status), _error_text(parcel), number)
    elif infos := records(part(parcel, "TrackResults", "TrackInfo")):
        yield from (_summary(info) for info in infos)
    elif "trackingNumber" in parcel or "trackingEvents" in parcel:
        yield _tracking(parcel)


def _error_text(body: Mapping[str, Any]) -> str | None:
    """Return what an error says: OAuth states a word, the API an object with a list."""
    error = body.get("error")
    first = next(iter(records(part(error, "errors"))), {})
    return (
        text(first.get("title"))
        or text(part(error, "message"))
        or text(body.get("error_description"))
        or text(error)
    )


def _trouble(body: Mapping[str, Any], status: int | None) -> Trouble:
    error = body["error"]
    if not isinstance(error, dict):
        return Trouble.AUTH  # RFC 6749: the token endpoint's one word
    first = next(iter(records(part(error, "errors"))), {})
    if text(first.get("code")) == "150001":
        return Trouble.NOT_FOUND
    stated = text(error.get("code")) or ""
    told = int(stated) if re.fullmatch("[0-9]{3}", stated) else status
    if told == 404:
        return Trouble.NOT_FOUND
    if problem := http_problem(Answer(b"", told)):
        return problem.kind
    said = (_error_text(body) or "").casefold()
    if "not yet available" in said:
        return Trouble.NOT_FOUND
    wrong = re.search(r"tracking number.*\b(invalid|incorrect|not valid)\b", said)
    return Trouble.INVALID_NUMBER if wrong else Trouble.BAD_ANSWER


def _summary(info: Mapping[str, Any]) -> Tracking:
    number = text(info.get("@ID")) or text(info.get("ID"))
    sentence = _plain(info.get("TrackSummary"))
    if problem := info.get("Error") or info.get("error"):
        return failed(Trouble.NOT_FOUND, text(part(problem, "Description")), number)
    return Tracking(number, stated=_spoken(sentence), complete=False)


def _spoken(sentence: str | None) -> Meaning:
    for pattern, meaning in SUMMARIES:
        if sentence and re.search(pattern, sentence, re.IGNORECASE):
            return meaning
    return UNKNOWN


def _tracking(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("trackingNumber"))
    stated = _meaning(None, parcel.get("status"))
    if stated == UNKNOWN:
        stated = CATEGORIES.read((text(parcel.get("statusCategory")) or "").casefold())
    if "trackingEvents" not in parcel and stated == UNKNOWN:
        stated = _spoken(_plain(parcel.get("statusSummary")))
    told = records(parcel.get("trackingEvents"))
    scans = [(scan, event) for scan in told if (event := _scan(scan)) is not None]
    events = oldest_first(event for _, event in scans)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    now = current(events)
    delivered = (stated if now == UNKNOWN else now).status is Status.DELIVERED
    signers = [_signer(scan) for scan, event in scans if event in arrived]
    return Tracking(
        number,
        events,
        stated=stated,
        window=_window(parcel),
        delivered_at=arrived[-1].stamp if arrived and delivered else None,
        signed_by=next(filter(None, signers), None) if delivered else None,
        complete="trackingEvents" in parcel,
    )


def _scan(scan: Mapping[str, Any]) -> Event | None:
    """Return one scan; None if it tells neither what nor when."""
    code, words = text(scan.get("eventCode")), _plain(scan.get("eventType"))
    stamp = _local(scan)
    if stamp is None and code is None and words is None:
        return None
    zip_code = text(scan.get("eventZIP")) or text(scan.get("eventZIPCode"))
    place = Place(
        text(scan.get("eventCity")),
        text(scan.get("eventState")),
        country_code(scan.get("eventCountry")),
        zip_code,
    )
    return Event(stamp, _meaning(code, words), code, words, place)


def _meaning(code: str | None, words: object) -> Meaning:
    """Read the whole text, else the code, else the text as far as its first clause."""
    said = (_plain(words) or "").casefold().removesuffix(", usps awaiting item")
    return CODES.read(said, code, re.split(r", | - | \(", said)[0])


def _plain(value: object) -> str | None:
    """Return a text without the tags and entities that USPS puts into it."""
    stated = text(value)
    if not stated or not ("<" in stated or "&" in stated):
        return stated
    return text(unescape(re.sub(r"<[^<>]*>", "", stated)))


def _local(scan: Mapping[str, Any]) -> Stamp | None:
    """Return the wall clock with `GMTOffset`; minutes are all that USPS states.

    `GMTTimestamp` keeps the local date when UTC's is another, and a `Z` behind the
    local time is false: neither is read.
    """
    stamp = _clock(scan.get("eventTimestamp"))
    if stamp is None or stamp.precision is Precision.DAY:
        return stamp
    offset = _offset(scan.get("GMTOffset"))
    midnight = stamp.local.time().isoformat() == "00:00:00"
    if offset is None and midnight and not scan.get("GMTTimestamp"):
        return Stamp.day(stamp.local.date())
    exact = Precision.SECOND if stamp.local.second else Precision.MINUTE
    return Stamp(stamp.local, offset, exact)


def _clock(value: object) -> Stamp | None:
    """Return the time on the wall alone, whatever zone is said beside it."""
    stamp = stated_time(value)
    return Stamp(stamp.local, None, stamp.precision) if stamp else None


def _offset(value: object) -> timedelta | None:
    try:
        return read_offset(text(value) or "")
    except ValueError:
        return None


def _signer(scan: Mapping[str, Any]) -> str | None:
    name = text(scan.get("name")) or text(scan.get("recipientName"))
    return name if name and re.search(r"[^\W\d_]", name) else None


def _window(parcel: Mapping[str, Any]) -> Window | None:
    """Return the predicted window, else the expected day, else the guaranteed one.

    v3 states them on the parcel, v3r2 in `deliveryDateExpectation`.
    """
    told = {**parcel, **(_object(parcel.get("deliveryDateExpectation")))}
    predicted = _clock(told.get("predictedDeliveryDate"))
    if predicted is not None:
        start = _at(predicted, told.get("predictedDeliveryWindowStartTime"))
        until = _at(predicted, told.get("predictedDeliveryWindowEndTime"))
        return Window(start, until)
    for name in ("predicted", "expected", "guaranteed"):
        for key in (f"{name}DeliveryTimeStamp", f"{name}DeliveryDate"):
            if stamp := _clock(told.get(key)):
                day = Stamp.day(stamp.local.date())
                bare = stamp.precision is Precision.DAY or stamp.local == day.local
                return Window(day, day if bare else stamp)
    return None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _at(day: Stamp, hour: object) -> Stamp:
    """Return a day's time of `13:15`, `13:15:00` or `1:15 pm`; the bare day without."""
    clock = re.fullmatch(
        r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?\s*([ap]m)?",
        (text(hour) or "").casefold(),
    )
    date = Stamp.day(day.local.date())
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        return date
    hours = int(clock[1])
    if clock[3]:
        hours = hours % 12 + (12 if clock[3] == "pm" else 0)
    moment = date.local + timedelta(hours=hours, minutes=int(clock[2]))
    return Stamp(moment, None, Precision.MINUTE)
