"""UPS: Tracking API v1 and Track Alert v2, https://developer.ups.com/api/reference.

The code table is keyed by the three-digit status code, by `type:code` for the two-letter
activity codes (M manifest, I movement, X exception, D delivery detail, S Mail
Innovations, U update, F freight), and by the bare type for a scan that states no code.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

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
    country_code,
    credible,
    http_problem,
    json_body,
    oldest_first,
    part,
    read_offset,
    reader,
    records,
    text,
)
from track_service.core.detail import Detail, Mile
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

URL = "https://onlinetools.ups.com"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
TROUBLES = {
    "TW0001": Trouble.NOT_FOUND,
    "TV1002": Trouble.INVALID_NUMBER,
    "151018": Trouble.INVALID_NUMBER,
    "151044": Trouble.NOT_FOUND,
    "10401": Trouble.AUTH,
    "10429": Trouble.THROTTLED,
}

# Which tables a scan's type points at, the nearest first.
_TABLES: Mapping[str, tuple[str, ...]] = {
    "M": ("M",),
    "MV": ("M",),
    "U": ("U",),
    "I": ("I", "D"),
    "P": ("I",),
    "X": ("X", "D"),
    "RS": ("X",),
    "D": ("D", "I"),
}
_FREIGHT = {"DO", "DD", "W", "NA"}
_WINDOWS = {"EDW", "CDW", "IDW"}


class Ups(Carrier):
    """UPS by its own API: one number a call, pushes by Track Alert."""

    code: ClassVar[str] = "ups"
    label: ClassVar[str] = "UPS"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.OAUTH
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    optional: ClassVar[tuple[str, ...]] = ("push_credential",)
    rate: ClassVar[Rate] = Rate(per_second=5.0)  # unpublished; beyond it is a 429
    push: ClassVar[bool] = True
    page_url: ClassVar[str | None] = "https://www.ups.com/track?tracknum={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._grant = Grant(
            f"{self._base}/security/v1/oauth/token",
            settings["client_id"],
            settings["client_secret"],
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = wanted[0].number
        return self._http.get(
            f"{self._base}/api/track/v1/details/{quote(number, safe='')}",
            params={"locale": "en_US", "returnSignature": "false"},
            headers={"transId": number[:32], "transactionSrc": "track-service"},
            grant=self._grant,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read an answer of `/track/v1/details`, all packages of all shipments."""
        if problem := http_problem(answer):
            return [failed(problem.kind, _message(answer) or problem.message)]
        body = json_body(answer)
        if errors := records(part(body, "response", "errors")):
            return [failed(_trouble(errors[0], answer), text(errors[0].get("message")))]
        shipments = records(part(body, "trackResponse", "shipment"))
        if not shipments:
            raise BadAnswer("ups: no trackResponse.shipment")
        return [t for shipment in shipments for t in _shipment(shipment)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read a Track Alert: one scan, sometimes several in a list."""
        alerts = records(json_body(push))
        if not any(_number(alert.get("trackingNumber")) for alert in alerts):
            raise BadAnswer("ups: no alert with a tracking number")
        return [_alert(a) for a in alerts if _number(a.get("trackingNumber"))]

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Compare the credential that Track Alert was told to send, if we set one."""
        expected = settings.get("push_credential")
        if not expected:
            return Trust.URL_ONLY
        stated = push.headers.get("credential") or push.headers.get("authorization", "")
        given = stated.removeprefix("Bearer ").encode(errors="replace")
        return (
            Trust.SIGNED if compare_digest(given, expected.encode()) else Trust.REFUSED
        )


CARRIER: type[Carrier] = Ups


def _message(answer: Answer) -> str | None:
    try:
        errors = records(part(json_body(answer), "response", "errors"))
    except BadAnswer:
        return None
    return text(errors[0].get("message")) if errors else None


def _trouble(error: Mapping[str, Any], answer: Answer) -> Trouble:
    code = text(error.get("code")) or ""
    if code in TROUBLES:
        return TROUBLES[code]
    if re.fullmatch("2500[0-9]{2}", code):  # the family of UPS's security errors
        return Trouble.AUTH
    return Trouble.NOT_FOUND if answer.status == 404 else Trouble.BAD_ANSWER


def _shipment(shipment: Mapping[str, Any]) -> Iterator[Tracking]:
    inquiry = text(shipment.get("inquiryNumber"))
    packages = records(shipment.get("package"))
    if not packages:
        warning = next(iter(records(shipment.get("warnings"))), {})
        message = text(warning.get("message")) or "no package"
        yield failed(Trouble.NOT_FOUND, message, inquiry)
    for package in packages:
        yield _package(package, _number(package.get("trackingNumber")) or inquiry)


def _number(value: object) -> str | None:
    """Return a tracking number; UPS's own examples hold the word "string" there."""
    stated = text(value)
    fits = stated is not None and re.fullmatch(r"[A-Za-z0-9]{7,34}", stated)
    return stated if fits else None


def _package(package: Mapping[str, Any], number: str | None) -> Tracking:
    postal = number is not None and not number.upper().startswith("1Z")
    scans = (_scan(one, postal) for one in records(package.get("activity")))
    events = oldest_first(event for event in scans if event is not None)
    stated = _meaning(part(package, "currentStatus"), postal)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    now = current(events)
    delivered = (stated if now == UNKNOWN else now).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        stated=stated,
        window=_window(package),
        delivered_at=_delivered_at(package, arrived) if delivered else None,
        signed_by=_signer(package) if delivered else None,
        detail=_detail(package),
    )


def _detail(package: Mapping[str, Any]) -> Detail:
    """Return until when an Access Point keeps it, and its number at the post."""
    by = _stamp(part(package, "accessPointInformation", "pickupByDate"), None)
    others = records(package.get("alternateTrackingNumber"))
    post = next((one for one in others if one.get("type") == "USPS_PIC"), None)
    number = _number(part(post, "number"))
    return Detail(
        collect_by=by.local.date() if by else None,
        last_mile=Mile("USPS", number) if number else None,
    )


def _scan(activity: Mapping[str, Any], postal: bool) -> Event | None:
    """Return one activity; None if it tells neither what nor when."""
    status = activity.get("status")
    stamp = _local(
        activity.get("date"),
        activity.get("time"),
        activity.get("gmtOffset"),
        (activity.get("gmtDate"), activity.get("gmtTime")),
    )
    place = _place(part(activity, "location", "address"))
    return _event(status, stamp, place, postal)


def _event(
    status: Any, stamp: Stamp | None, place: Place, postal: bool = False
) -> Event | None:
    code = text(part(status, "code")) or _digits(status) or text(part(status, "type"))
    description = text(part(status, "description"))
    if stamp is None and code is None and description is None:
        return None
    return Event(stamp, _meaning(status, postal), code, description, place)


def _meaning(status: Any, postal: bool) -> Meaning:
    """Read the three-digit code, and let the two letters say it more closely.

    The type alone is read where it is all that is stated: D covers parcels loaded, out
    for delivery and delivered. `postal` parcels (Mail Innovations, no 1Z number) have
    letters of their own.
    """
    kind = (text(part(status, "type")) or "").upper()
    letters, digits = text(part(status, "code")), _digits(status)
    if letters is None and digits is None:
        return CODES.read(kind)
    if kind in _FREIGHT:
        return CODES.read(f"F:{digits}", f"F:{letters}")
    broad = CODES.read(digits)
    tables = ("S",) * postal + _TABLES.get(kind, ())
    close = CODES.read(*(f"{table}:{letters}" for table in tables))
    if close.status is Status.PICKED_UP and broad.sub == "moving":
        return close
    if broad in {UNKNOWN, Meaning(Status.EXCEPTION, "generic")}:
        return close if close != UNKNOWN else broad
    return close if close.status is broad.status and close.sub else broad


def _digits(status: Any) -> str | None:
    """Return the three-digit code; Track Alert also states it as a bare number (9)."""
    for key in ("statusCode", "descriptionCode", "code"):
        stated = text(part(status, key))
        shortest = 3 if key == "code" else 1
        if stated and re.fullmatch(f"[0-9]{{{shortest},3}}", stated):
            return stated.zfill(3)
    return None


def _place(address: Any) -> Place:
    country = part(address, "countryCode") or part(address, "country")
    return Place(
        text(part(address, "city")),
        text(part(address, "stateProvince")),
        country_code(country),
        text(part(address, "postalCode")),
    )


def _local(
    day: object, hour: object, offset: object = None, gmt: Sequence[object] = ()
) -> Stamp | None:
    """Return the local time with the offset stated, or told by the GMT fields."""
    stamp = _stamp(day, hour)
    if stamp is None or stamp.precision is Precision.DAY:
        return stamp
    found = _offset(offset)
    if found is None and len(gmt) == 2 and (there := _stamp(*gmt)) is not None:
        found = _between(stamp, there)
    return Stamp(stamp.local, found, stamp.precision)


_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)
_CLOCK = re.compile(r"[0-9:]{4,8}")


def _stamp(day: object, hour: object) -> Stamp | None:
    date = _DAY.fullmatch(text(day) or "")
    if date is None:
        return None
    stated = text(hour) or ""
    try:
        whole = datetime(*map(int, date.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        if _CLOCK.fullmatch(stated) is None:
            return credible(Stamp.day(whole.date()))
        digits = stated.replace(":", "")
        digits = digits.zfill(6) if len(digits) in {5, 6} else digits.ljust(6, "0")
        hours, minutes, seconds = (int(digits[i : i + 2]) for i in (0, 2, 4))
        return credible(
            Stamp(whole.replace(hour=hours, minute=minutes, second=seconds))
        )
    except ValueError:
        return None


def _offset(value: object) -> timedelta | None:
    """Read `+08:00`; some answers write `-04.00`."""
    try:
        return read_offset((text(value) or "").replace(".", ":"))
    except ValueError:
        return None


def _between(local: Stamp, gmt: Stamp) -> timedelta | None:
    gap = local.local - gmt.local
    whole = gap % timedelta(minutes=15) == timedelta()
    known = gmt.precision is not Precision.DAY and abs(gap) <= timedelta(hours=14)
    return gap if whole and known else None


def _window(package: Mapping[str, Any]) -> Window | None:
    """Return the rescheduled day, else the scheduled one, with its hours if stated."""
    days = {text(d.get("type")): d for d in records(package.get("deliveryDate"))}
    stated = days.get("RDD") or days.get("SDD") or {}
    day = _stamp(stated.get("date"), None)
    if day is None:
        return None
    kind = text(part(package, "deliveryTime", "type"))
    start = _stamp(stated.get("date"), part(package, "deliveryTime", "startTime"))
    until = _stamp(stated.get("date"), part(package, "deliveryTime", "endTime"))
    if kind in _WINDOWS and start and until:
        return Window(start, until)
    if kind in {"CMT", *_WINDOWS} and until:
        return Window(day, until)
    return Window(day, day)


def _delivered_at(package: Mapping[str, Any], arrived: Sequence[Event]) -> Stamp | None:
    """Return the delivery scan's time, else what `deliveryDate` of type DEL states."""
    if arrived and arrived[-1].stamp is not None:
        return arrived[-1].stamp
    days = {text(d.get("type")): d for d in records(package.get("deliveryDate"))}
    hour = package.get("deliveryTime")
    is_delivery = text(part(hour, "type")) == "DEL"
    ended = part(hour, "endTime") if is_delivery else None
    return _stamp(part(days.get("DEL"), "date"), ended)


def _signer(package: Mapping[str, Any]) -> str | None:
    name = text(part(package, "deliveryInformation", "receivedBy"))
    if name is None or not re.search(r"[^\W\d_]", name):
        return None
    return None if name.casefold() in {"driver release", "string"} else name


def _alert(alert: Mapping[str, Any]) -> Tracking:
    stamp = _local(
        alert.get("localActivityDate"),
        alert.get("localActivityTime"),
        alert.get("gmtOffset"),
        (alert.get("gmtActivityDate"), alert.get("gmtActivityTime")),
    )
    event = _event(
        alert.get("activityStatus"), stamp, _place(alert.get("activityLocation"))
    )
    delivered = event is not None and event.meaning.status is Status.DELIVERED
    day = _stamp(alert.get("scheduledDeliveryDate"), None)
    return Tracking(
        _number(alert.get("trackingNumber")),
        (event,) if event is not None else (),
        window=Window(day, day) if day else None,
        delivered_at=_alert_delivery(alert, stamp) if delivered else None,
        complete=False,
    )


def _alert_delivery(alert: Mapping[str, Any], stamp: Stamp | None) -> Stamp | None:
    """Return `actualDelivery…`, in the scan's zone if it is the scan's own time."""
    actual = _stamp(alert.get("actualDeliveryDate"), alert.get("actualDeliveryTime"))
    if actual is None or (stamp is not None and stamp.local == actual.local):
        return stamp
    return actual
