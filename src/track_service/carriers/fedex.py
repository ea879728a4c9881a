"""FedEx: Track API v1, https://developer.fedex.com/api/en-us/catalog/track/v1/docs.html."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

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
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.detail import NOTHING, Detail, PickupPoint
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

URL = "https://apis.fedex.com"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
TROUBLES = {
    "TRACKING.TRACKINGNUMBER.NOTFOUND": Trouble.NOT_FOUND,
    "TRACKING.DATA.NOTFOUND": Trouble.NOT_FOUND,
    "TRACKING.TRACKINGNUMBER.EMPTY": Trouble.INVALID_NUMBER,
    "TRACKING.TRACKINGNUMBER.INVALID": Trouble.INVALID_NUMBER,
    "NOT.AUTHORIZED.ERROR": Trouble.AUTH,
    "FORBIDDEN.ERROR": Trouble.AUTH,
    "INTERNAL.SERVER.ERROR": Trouble.SERVER_ERROR,
    "SERVICE.UNAVAILABLE.ERROR": Trouble.SERVER_ERROR,
    "SYSTEM.UNEXPECTED.ERROR": Trouble.SERVER_ERROR,
    # Its name says validation, its text asks to try again later.
    "VALIDATION.ERRCD.WSPOD": Trouble.SERVER_ERROR,
}
# The codes beyond those above name what they are about.
KINDS = (
    (re.compile(r"AUTH|FORBIDDEN|TOKEN|CREDENTIAL"), Trouble.AUTH),
    (re.compile(r"TOO\.?MANY|RATE\.?LIMIT|QUOTA|THROTTL"), Trouble.THROTTLED),
    (re.compile(r"NOT\.?FOUND"), Trouble.NOT_FOUND),
    (re.compile(r"SERVER\.|UNAVAILABLE|UNEXPECTED|TIME\.?OUT"), Trouble.SERVER_ERROR),
    (re.compile(r"TRACKINGNUMBER"), Trouble.INVALID_NUMBER),
)
# What an exception that FedEx names no closer is about, in its words for the reason.
REASONS = (
    (r"refused", Meaning(Status.EXCEPTION, "refused", "consignee_refused")),
    (
        r"(customer|recipient|consignee) not (in|available|home)",
        Meaning(
            Status.ATTEMPT_FAILED, "recipient_unavailable", "consignee_not_available"
        ),
    ),
    (
        r"business closed|after close time",
        Meaning(Status.ATTEMPT_FAILED, "business_closed", "consignee_business_closed"),
    ),
    (
        r"(incorrect|incomplete|wrong|invalid) address",
        Meaning(Status.EXCEPTION, "bad_address", "consignee_incorrect_address"),
    ),
    (
        r"recipient (has )?moved|moved, left",
        Meaning(Status.EXCEPTION, "customer_moved", "consignee_incorrect_address"),
    ),
    (r"weather", Meaning(Status.EXCEPTION, "delayed_weather", "weather_delay")),
    (
        r"paperwork|documentation",
        Meaning(Status.EXCEPTION, "documents_missing", "customs_documentation"),
    ),
    (
        r"clearance|customs|regulatory",
        Meaning(Status.EXCEPTION, "delayed_customs", "customs_delay"),
    ),
    (r"damage", Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel")),
)
_UNEXPLAINED = {
    Meaning(Status.EXCEPTION, sub) for sub in ("delivery", "transit", "delayed")
}
# What FedEx calls the reason of a delay, where a scan says no more than "delayed".
DELAYS = {
    "WEATHER": Meaning(Status.EXCEPTION, "delayed_weather", "weather_delay"),
    "CLEARANCE": Meaning(Status.EXCEPTION, "delayed_customs", "customs_delay"),
}


class Fedex(Carrier):
    """FedEx by its own API: up to 30 numbers a call."""

    code: ClassVar[str] = "fedex"
    label: ClassVar[str] = "FedEx"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.OAUTH
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    batch_size: ClassVar[int] = 30
    rate: ClassVar[Rate] = Rate(per_second=100.0, per_day=100_000)
    page_url: ClassVar[str | None] = "https://www.fedex.com/fedextrack/?trknbr={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._grant = Grant(
            f"{self._base}/oauth/token",
            settings["client_id"],
            settings["client_secret"],
            style="form",
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to 30 parcels, every scan of each."""
        asked = [{"trackingNumberInfo": {"trackingNumber": w.number}} for w in wanted]
        return self._http.post(
            f"{self._base}/track/v1/trackingnumbers",
            json={"includeDetailedScans": True, "trackingInfo": asked},
            headers={"X-locale": "en_US"},
            grant=self._grant,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read an answer of `/track/v1/trackingnumbers`; a number may have several."""
        if problem := http_problem(answer):
            return [failed(problem.kind, _message(answer) or problem.message)]
        body = json_body(answer)
        if errors := records(part(body, "errors")):
            return [failed(_trouble(errors[0]), text(errors[0].get("message")))]
        output = part(body, "output")
        asked = part(output, "completeTrackResults")
        if asked is None and not part(output, "documents"):
            raise BadAnswer("fedex: no output.completeTrackResults")
        return [t for one in records(asked) for t in _results(one)]


CARRIER: type[Carrier] = Fedex


def _message(answer: Answer) -> str | None:
    try:
        errors = records(part(json_body(answer), "errors"))
    except BadAnswer:
        return None
    return text(errors[0].get("message")) if errors else None


def _trouble(error: Mapping[str, Any]) -> Trouble:
    """Return what an error code means; an expired token may come as a bad request."""
    code, message = text(error.get("code")) or "", text(error.get("message")) or ""
    if code == "BAD.REQUEST.ERROR" and re.search(r"(?i)\b(jwt|token)\b", message):
        return Trouble.AUTH
    if code in TROUBLES:
        return TROUBLES[code]
    found = (kind for pattern, kind in KINDS if pattern.search(code.upper()))
    return next(found, Trouble.BAD_ANSWER)


def _results(asked: Mapping[str, Any]) -> Iterator[Tracking]:
    number = text(asked.get("trackingNumber"))
    results = records(asked.get("trackResults"))
    if number and not results:
        yield failed(Trouble.NOT_FOUND, "no trackResults", number)
    for result in results:
        stated = text(part(result, "trackingNumberInfo", "trackingNumber"))
        yield _result(result, number or stated)


def _result(result: Mapping[str, Any], number: str | None) -> Tracking:
    error = result.get("error")
    stated = _state(result.get("latestStatusDetail"))
    scans = (_scan(one) for one in records(result.get("scanEvents")))
    events = oldest_first(event for event in scans if event is not None)
    if not events and stated == UNKNOWN and text(part(error, "code")):
        return failed(_trouble(records(error)[0]), text(part(error, "message")), number)
    return _tracking(result, number, events, stated)


def _state(latest: Any) -> Meaning:
    """Return what `latestStatusDetail` says, which stands alone where scans are left out."""
    code = text(part(latest, "code"))
    words = (text(part(latest, "description")), text(part(latest, "statusByLocale")))
    close = [f"{code}: {said.casefold()}" for said in words if said]
    derived = (part(latest, key) for key in ("derivedCode", "derivedStatusCode"))
    found = CODES.read(*close, code, *map(text, derived))
    details = records(part(latest, "ancillaryDetails"))
    reasons = [detail.get("reasonDescription") for detail in details]
    return _explained(found, latest, *reasons)


def _tracking(
    result: Mapping[str, Any],
    number: str | None,
    events: tuple[Event, ...],
    stated: Meaning,
) -> Tracking:
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    now = current(events)
    delivered = (stated if now == UNKNOWN else now).status is Status.DELIVERED
    times = _times(result)
    delivered_at = arrived[-1].stamp if arrived else times.get("ACTUAL_DELIVERY")
    return Tracking(
        number,
        events,
        stated=stated,
        window=_window(result, times, delivered=delivered),
        delivered_at=delivered_at if delivered else None,
        signed_by=_signer(result) if delivered else None,
        detail=_detail(result.get("holdAtLocation")),
    )


def _detail(held: object) -> Detail:
    """Return where FedEx keeps it; an address that is a home's is none to be shown."""
    told = part(held, "locationContactAndAddress")
    where = part(told, "address")
    if where is None or part(where, "residential") is True:
        return NOTHING
    streets = part(where, "streetLines")
    keys = ("city", "stateOrProvinceCode", "postalCode")
    town = " ".join(filter(None, (text(part(where, key)) for key in keys)))
    lines = [*(map(text, streets) if isinstance(streets, list) else ()), town]
    name = text(part(told, "contact", "companyName"))
    found = PickupPoint(name, tuple(filter(None, lines)))
    return Detail(pickup=found) if found else NOTHING


def _scan(scan: Mapping[str, Any]) -> Event | None:
    """Return one scan; None if it tells neither what nor when."""
    stamp = _time(scan.get("date"))
    code = text(scan.get("eventType")) or text(scan.get("derivedStatusCode"))
    description = text(scan.get("eventDescription")) or text(scan.get("derivedStatus"))
    reason = text(scan.get("exceptionDescription"))
    if stamp is None and code is None and description is None:
        return None
    if reason and description and reason.casefold() not in description.casefold():
        description = f"{description}: {reason}"
    return Event(stamp, _meaning(scan), code, description or reason, _place(scan))


def _meaning(scan: Mapping[str, Any]) -> Meaning:
    """Read a scan's own type before the coarser status that FedEx derives from it.

    A parcel out for delivery is derived as "in transit"; only "delivered" is firm.
    """
    kind, derived = text(scan.get("eventType")), text(scan.get("derivedStatusCode"))
    if derived == "DL":
        return CODES["DL"]
    exception = text(scan.get("exceptionCode"))
    words = (text(scan.get("eventDescription")) or "").casefold()
    found = CODES.read(f"{kind}/{exception}", f"{kind}: {words}", kind, derived)
    return _explained(found, scan, scan.get("exceptionDescription"))


def _explained(found: Meaning, holder: Any, *reasons: object) -> Meaning:
    """Return what an exception is about, where FedEx's words or its delay tell it."""
    if found not in _UNEXPLAINED:
        return found
    for said in filter(None, map(text, reasons)):
        for pattern, meaning in REASONS:
            if re.search(pattern, said, re.IGNORECASE):
                return meaning
    return DELAYS.get(text(part(holder, "delayDetail", "type")) or "", found)


def _place(scan: Mapping[str, Any]) -> Place:
    address = scan.get("scanLocation")
    return Place(
        text(part(address, "city")),
        text(part(address, "stateOrProvinceCode")),
        country_code(part(address, "countryCode")),
        text(part(address, "postalCode")),
    )


def _time(value: object) -> Stamp | None:
    """Return a scan's time; midnight without an offset is a bare day."""
    stamp = stated_time(value)
    return _bare(stamp) if stamp and stamp.offset is None else stamp


def _bare(stamp: Stamp) -> Stamp:
    """Return a day for midnight: FedEx dresses plain dates as 00:00:00-06:00."""
    if stamp.local.time().isoformat() == "00:00:00":
        return Stamp.day(stamp.local.date())
    return stamp


def _times(result: Mapping[str, Any]) -> dict[str, Stamp]:
    found = {}
    for one in records(result.get("dateAndTimes")):
        kind, stamp = text(one.get("type")), _time(one.get("dateTime"))
        if kind is not None and stamp is not None:
            found[kind] = _bare(stamp)
    return found


def _window(
    result: Mapping[str, Any], times: Mapping[str, Stamp], *, delivered: bool
) -> Window | None:
    """Return FedEx's estimate; its commitment while nothing nearer is stated."""
    if window := _ends(result.get("estimatedDeliveryTimeWindow")):
        return window
    for kind in ("ESTIMATED_DELIVERY", "APPOINTMENT_DELIVERY"):
        if kind in times:
            return _by(times[kind])
    if delivered:
        return None  # what is left over is the commitment, later than the delivery
    if window := _ends(result.get("standardTransitTimeWindow")):
        return window
    return _by(times["COMMITMENT"]) if "COMMITMENT" in times else None


def _ends(holder: Any) -> Window | None:
    begins, ends = (
        _time(part(holder, "window", key)) or None for key in ("begins", "ends")
    )
    if begins is not None and ends is not None:
        return Window(_bare(begins), _bare(ends))
    one = ends or begins
    return _by(_bare(one)) if one is not None else None


def _by(stamp: Stamp) -> Window:
    """Return a window that ends at a time, from the beginning of its day."""
    if stamp.precision is Precision.DAY:
        return Window(stamp, stamp)
    return Window(Stamp.day(stamp.local.date()), stamp)


def _signer(result: Mapping[str, Any]) -> str | None:
    details = result.get("deliveryDetails")
    name = text(part(details, "signedByName")) or text(part(details, "receivedByName"))
    if name is None or not re.search(r"[^\W\d_]", name):
        return None
    return None if "signature not" in name.casefold() else name
