"""SPX (Shopee Express): the tracking page's own answers, https://spx.vn/.

Proof: genuine answers of six markets; there is no public document and no key. Times are
epoch seconds. `tracking_code` decides: the milestone beside it stays "out for delivery"
after a failed attempt and covers returning and returned with one word; it is read only
where the code is new. An unknown number and a broken backend answer alike (retcode 2).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    epoch_stamp,
    error_body,
    http_problem,
    oldest_first,
    part,
    reader,
    records,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

PATH = "/shipment/order/open/order/get_order_info"
# Host and language of each market, and its one time zone; Brazil and Indonesia have
# several, so that their times stay in UTC.
MARKETS: Mapping[str, tuple[str, str, tzinfo]] = {
    "VN": ("https://spx.vn", "en", ZoneInfo("Asia/Ho_Chi_Minh")),
    "TH": ("https://spx.co.th", "th", ZoneInfo("Asia/Bangkok")),
    "MY": ("https://spx.com.my", "ms", ZoneInfo("Asia/Kuala_Lumpur")),
    "PH": ("https://spx.ph", "en-ph", ZoneInfo("Asia/Manila")),
    "BR": ("https://spx.com.br", "br", UTC),
    "ID": ("https://spx.co.id", "en", UTC),
}
# Codes, milestones (`m:`) and the statuses of the older interface, in lower case.
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# Families whose every known member means one thing.
_FAMILIES = (
    (re.compile(r"F[45]\d\d"), Meaning(Status.IN_TRANSIT, "moving")),
    (re.compile(r"F6[78]\d"), Meaning(Status.RETURNING, "in_transit")),
    (re.compile(r"(fmhub|soc|dop|lmhub)_\w+"), Meaning(Status.IN_TRANSIT, "moving")),
)
_NOT_OURS = re.compile(r"not (found|exist)|invalid|no (data|record)", re.I)
_MARKED = re.compile(r"(?:SPX)?(VN|TH|MY|PH|BR|ID)", re.I)


class Spx(Carrier):
    """One parcel a call; the number tells the market, else the setting `market` does."""

    code = "spx"
    label = "SPX Express"
    proof = (Proof.SAMPLE,)
    auth = Auth.OPEN
    eta = True
    countries = ("VN", "TH", "MY", "PH", "BR", "ID")
    optional: ClassVar[tuple[str, ...]] = ("market",)
    page_url = "https://spx.vn/track?{number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's market, Vietnam unless told."""
        self._http = http
        self._base = settings.get("base_url")
        self._market = settings.get("market", "VN").upper()

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask the market's page for one parcel."""
        number = wanted[0].number
        market = _market(number) or self._market
        host, language, _ = MARKETS.get(market, MARKETS["VN"])
        return self._http.get(
            (self._base or host) + PATH,
            params={"spx_tn": number, "language_code": language},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a parcel, or its older form; a failure comes with HTTP 200."""
        body = error_body(answer)
        if problem := http_problem(answer, body.get("message")):
            return [failed(problem.kind, problem.message)]
        code = text(body.get("retcode"))
        if code is None:
            raise BadAnswer("no `retcode`")
        said = text(body.get("message")) or text(body.get("detail"))
        if code != "0":
            unknown = code == "2" or _NOT_OURS.search(said or "")
            kind = Trouble.NOT_FOUND if unknown else Trouble.SERVER_ERROR
            return [failed(kind, said or f"retcode {code}")]
        data = body.get("data")
        if not data:
            return [failed(Trouble.NOT_FOUND, "no data")]
        if "tracking_list" in data:
            return [_older(data)]
        return [_parcel(data)]


CARRIER: type[Carrier] = Spx


def _market(number: str | None) -> str | None:
    found = _MARKED.match(number or "")
    return found[1].upper() if found else None


def _zone(number: str | None) -> tzinfo:
    return MARKETS[_market(number) or "BR"][2]


def _parcel(data: Mapping[str, Any]) -> Tracking:
    info = data["sls_tracking_info"]
    number = text(part(data, "order_info", "spx_tn")) or text(info.get("sls_tn"))
    if number is None:
        raise BadAnswer("no `spx_tn` and no `sls_tn`")
    zone = _zone(number)
    events = oldest_first(_event(one, zone) for one in records(info.get("records")))
    return Tracking(
        number,
        events,
        window=_window(data.get("edd_info"), zone),
        delivered_at=_delivered_at(events),
    )


def _event(record: Mapping[str, Any], zone: tzinfo) -> Event:
    code = text(record.get("tracking_code"))
    return Event(
        _stamp(record.get("actual_time"), zone),
        _meaning(code, record.get("milestone_code")),
        code,
        _words(record),
    )


def _words(record: Mapping[str, Any]) -> str | None:
    """Return the buyer's text; what is not shown to the buyer is named, not told."""
    said = text(record.get("buyer_description")) or text(record.get("description"))
    shown = text(record.get("display_flag")) != "0"
    return (said if shown else None) or text(record.get("tracking_name"))


def _meaning(code: str | None, milestone: object = None) -> Meaning:
    known = CODES.read(code)
    if known != UNKNOWN or code is None:
        return known
    for family, meaning in _FAMILIES:
        if family.fullmatch(code):
            return meaning
    return CODES.read(f"m:{text(milestone)}")


def _older(data: Mapping[str, Any]) -> Tracking:
    """Read the older interface: words for codes, `timestamp` and `message`."""
    number = text(data.get("sls_tracking_number")) or text(data.get("tracking_number"))
    events = oldest_first(
        Event(
            _stamp(one.get("timestamp"), _zone(number)),
            _meaning((text(one.get("status")) or "").casefold() or None),
            text(one.get("status")),
            text(one.get("message")),
        )
        for one in records(data["tracking_list"])
    )
    if not events:
        return failed(Trouble.NOT_FOUND, "no scan", number)
    stated = _meaning((text(data.get("current_status")) or "").casefold() or None)
    return Tracking(number, events, stated=stated, delivered_at=_delivered_at(events))


def _stamp(value: object, zone: tzinfo) -> Stamp | None:
    return epoch_stamp(value or None, zone)


def _delivered_at(events: Sequence[Event]) -> Stamp | None:
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = arrived and current(events).status is Status.DELIVERED
    return arrived[0].stamp if delivered else None


def _window(told: object, zone: tzinfo) -> Window | None:
    start = _stamp(part(told, "edd_min"), zone)
    until = _stamp(part(told, "edd_max"), zone) or start
    start = start or until
    return Window(start, until) if start and until else None
