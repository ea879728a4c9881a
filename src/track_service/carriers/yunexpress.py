"""YunExpress (China, cross-border): the customers' API, http://oms.api.yunexpress.com/.

Proof: the document's method and fields as many integrations use them; of answers only a
client's test one was seen. The newer open platform (OAuth, other names) is not read. The
scan's own `TrackingStatus` decides: `PackageState` beside it is another scale. Times may
end in `Z`; without it they have no zone and stay naive.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

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
    country_code,
    error_body,
    http_problem,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "http://oms.api.yunexpress.com"
CODES = StatusMap(
    {
        "0": Meaning(Status.PENDING, "no_info"),
        "10": Meaning(Status.INFO_RECEIVED, "received"),
        "20": Meaning(Status.IN_TRANSIT, "moving"),
        "30": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "40": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "50": Meaning(Status.DELIVERED, "delivered"),
        "60": Meaning(Status.EXCEPTION, "generic"),
        "80": Meaning(Status.IN_TRANSIT, "customs_started"),
    }
)
_TROUBLES = (
    (re.compile("token|授权|认证|密钥|unauthori|auth", re.I), Trouble.AUTH),
    (re.compile("频繁|too many|限流", re.I), Trouble.THROTTLED),
    (
        re.compile("不存在|未找到|无.{0,4}信息|not (found|exist)|no data", re.I),
        Trouble.NOT_FOUND,
    ),
    (re.compile("系统|异常|system|internal", re.I), Trouble.SERVER_ERROR),
)


class YunExpress(Carrier):
    """One parcel a call, by the waybill, the order or the last mile's number."""

    code = "yunexpress"
    label = "YunExpress"
    proof = (Proof.COMMUNITY,)
    auth = Auth.BASIC
    local_times = False
    countries = ("CN",)
    settings: ClassVar[tuple[str, ...]] = ("customer_code", "api_secret")

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account; code and secret are joined by `&`."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/api/Tracking/GetTrackInfo"
        pair = f"{settings['customer_code']}&{settings['api_secret']}"
        basic = b64encode(pair.encode()).decode()
        self._headers = {
            "Authorization": f"Basic {basic}",
            "Accept": "application/json",
            "Accept-Language": "en-us",
        }

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        return self._http.get(
            self._url,
            params={"OrderNumber": wanted[0].number},
            headers=self._headers,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a parcel; a refusal comes with HTTP 200 and a code that is not 0000."""
        body = {key.lower(): value for key, value in error_body(answer).items()}
        said = text(body.get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        code = text(body.get("code"))
        if code is None and "item" not in body:
            raise BadAnswer("no `Code` and no `Item`")
        items = records(body.get("item"))
        if code not in {None, "0000"}:
            return [_refused(said or code)]
        parcels = [_parcel(_lower(item)) for item in items]
        return parcels or [failed(Trouble.NOT_FOUND, said or "no parcel")]


CARRIER: type[Carrier] = YunExpress


def _lower(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields by their names in lower case: both spellings are in use."""
    return {key.lower(): value for key, value in item.items()}


def _refused(said: str | None) -> Tracking:
    for words, trouble in _TROUBLES:
        if words.search(said or ""):
            return failed(trouble, said)
    return failed(Trouble.INPUT_NEEDED, said)


def _parcel(item: Mapping[str, Any]) -> Tracking:
    number = text(item.get("waybillnumber")) or text(item.get("trackingnumber"))
    if number is None:
        raise BadAnswer("no `WayBillNumber`")
    stated = CODES.read(text(item.get("trackingstatus")))
    rows = [_lower(row) for row in records(item.get("ordertrackingdetails"))]
    events = oldest_first(_event(row) for row in rows)
    if not events and stated.status in {Status.PENDING, Status.UNKNOWN}:
        return failed(Trouble.NOT_FOUND, "no scan of this number", number)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        stated=stated if stated.status is not Status.PENDING else UNKNOWN,
        delivered_at=arrived[0].stamp if delivered else None,
    )


def _event(row: Mapping[str, Any]) -> Event:
    code = text(row.get("trackingstatus"))
    return Event(
        stated_time(row.get("processdate")),
        CODES.read(code),
        code,
        text(row.get("processcontent")),
        Place(
            city=text(row.get("processlocation")),
            country=country_code(row.get("processcountry")),
        ),
    )
