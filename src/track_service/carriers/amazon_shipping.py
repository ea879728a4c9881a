"""Amazon Shipping v2, and the Tracking API 2026-01-30 for Amazon's own fulfilment numbers.

https://developer-docs.amazon.com/amazon-shipping/docs/tutorial-track-a-shipment; both
read after the official models and their examples. The table holds the events of either
and, as `detail/<code>`, the reasons in v2's summary. Times are instants in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.carriers.tokens import HOUR, token_at, token_ended
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Tracking, Trouble, Window
from track_service.http import Answer, Http, Question, SignIn, in_header

TOKENS = "https://api.amazon.com"
REGIONS = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# What a scan of the RETURNS leg means: "Delivered" is delivered back to the sender.
_RETURN_LEG: Mapping[Status, Meaning] = {
    Status.PICKED_UP: Meaning(Status.RETURNING, "in_transit"),
    Status.IN_TRANSIT: Meaning(Status.RETURNING, "in_transit"),
    Status.OUT_FOR_DELIVERY: Meaning(Status.RETURNING, "out_for_return"),
    Status.ATTEMPT_FAILED: Meaning(Status.RETURNING, "attempt_failed"),
    Status.AVAILABLE_FOR_PICKUP: Meaning(Status.RETURNING, "to_sender"),
    Status.DELIVERED: Meaning(Status.RETURNED, "to_sender"),
}


class AmazonShipping(Carrier):
    """One number a call; `AFTN…` goes to the Tracking API, all others to Shipping v2.

    Besides the app's credentials an account gives `carrier_id`, which v2 demands
    (`AMZN_US`); `region` is na, eu or fe, `business_id` the shipping business.
    """

    code: ClassVar[str] = "amazon_shipping"
    label: ClassVar[str] = "Amazon Shipping"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.OAUTH
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("US", "GB", "IN", "IT", "ES", "FR")
    settings: ClassVar[tuple[str, ...]] = (
        "client_id",
        "client_secret",
        "refresh_token",
        "carrier_id",
    )
    optional: ClassVar[tuple[str, ...]] = ("region", "business_id")
    rate: ClassVar[Rate] = Rate(per_second=80.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._settings = settings
        region = REGIONS[settings.get("region") or "na"]
        self._base = settings.get("base_url") or region
        names = ("client_id", "client_secret", "refresh_token")
        login = {name: settings[name] for name in names}
        token_url = (settings.get("base_url") or TOKENS) + "/auth/o2/token"
        self._sign_in = SignIn(
            Question("POST", token_url, data={"grant_type": "refresh_token", **login}),
            settings["client_id"],
            token_at("access_token", lasts=HOUR),
            in_header("x-amz-access-token"),
            token_ended(self.parse),  # a token that has run out is answered by 403
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = wanted[0].number
        if number.startswith("AFTN"):
            url = f"{self._base}/tracking/2026-01-30/shipments/track"
            return self._http.get(url, params={"aftn": number}, grant=self._sign_in)
        business = self._settings.get("business_id")
        return self._http.get(
            f"{self._base}/shipping/v2/tracking",
            params={"trackingId": number, "carrierId": self._settings["carrier_id"]},
            headers={"x-amzn-shipping-business-id": business} if business else None,
            grant=self._sign_in,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read either API's answer; v2's may stand inside `payload`."""
        errors = records(error_body(answer).get("errors"))
        said = " ".join(filter(None, (text(e.get("message")) for e in errors[:1])))
        if problem := http_problem(answer, said):
            return [Tracking(None, problem=problem, complete=False)]
        body = json_body(answer)
        if errors:
            return [failed(_trouble(errors, answer.status), said)]
        if "error" in body and "access_token" not in body:  # the token endpoint's
            message = text(body.get("error_description")) or text(body["error"])
            return [failed(Trouble.AUTH, message)]
        if (detail := body.get("trackingDetail")) is not None:
            return [_milestones(detail)]
        return [_history(body.get("payload") or body)]


CARRIER: type[Carrier] = AmazonShipping


def _trouble(errors: Sequence[Mapping[str, Any]], status: int | None) -> Trouble:
    codes = [(text(one.get("code")) or "").replace("_", "").lower() for one in errors]
    for part_, trouble in (
        ("unauthorized", Trouble.AUTH),
        ("authentication", Trouble.AUTH),
        ("quotaexceeded", Trouble.THROTTLED),
        ("notfound", Trouble.NOT_FOUND),
        ("internal", Trouble.SERVER_ERROR),
        ("format", Trouble.INVALID_NUMBER),
        ("invalidtrackingid", Trouble.INVALID_NUMBER),
    ):
        if any(part_ in code for code in codes):
            return trouble
    known = {400: Trouble.INVALID_NUMBER, 404: Trouble.NOT_FOUND}
    return known.get(status or 0, Trouble.BAD_ANSWER)


def _history(body: Mapping[str, Any]) -> Tracking:
    """Read Shipping v2: its events have no words, its summary has the reasons."""
    number, summary = text(body["trackingId"]), body.get("summary")
    if number is None or "eventHistory" not in body:
        raise BadAnswer("no `trackingId` with an `eventHistory`")
    told = oldest_first(_event(one) for one in records(body["eventHistory"]))
    back = any(one.get("shipmentType") == "RETURNS" for one in body["eventHistory"])
    reasons = part(summary, "trackingDetailCodes", "forward") or []
    events = _refined(told, reasons)
    stated = STATUSES.read(part(summary, "status"))
    stated = _RETURN_LEG.get(stated.status, stated) if back else stated
    due = stated_time(body.get("promisedDeliveryDate"))
    return _finished(
        Tracking(
            number,
            events,
            stated=stated,
            window=Window(due, due) if due is not None and not back else None,
            signed_by=text(part(summary, "proofOfDelivery", "receivedBy")),
        )
    )


def _event(one: Mapping[str, Any]) -> Event:
    code, place = text(one.get("eventCode")), one.get("location")
    meaning = STATUSES.read(code)
    if one.get("shipmentType") == "RETURNS":
        meaning = _RETURN_LEG.get(meaning.status, meaning)
    return Event(
        stated_time(one.get("eventTime")),
        meaning,
        code,
        None,
        Place(
            text(part(place, "city")),
            text(part(place, "stateOrRegion")),
            country_code(part(place, "countryCode")),
            text(part(place, "postalCode")),
        ),
    )


def _refined(events: Sequence[Event], reasons: Sequence[object]) -> tuple[Event, ...]:
    """Give the newest scan that a reason of the summary fits that closer meaning."""
    closer = [STATUSES.read(f"detail/{reason}") for reason in reasons]
    for at in range(len(events) - 1, -1, -1):
        meaning = events[at].meaning
        for reason in closer:
            if reason.status is meaning.status:
                refined = replace(events[at], meaning=reason)
                return (*events[:at], refined, *events[at + 1 :])
    return tuple(events)


def _milestones(detail: Mapping[str, Any]) -> Tracking:
    """Read the Tracking API: `identifier` holds the one number that was asked for."""
    asked = detail["identifier"]
    carried = part(asked, "carrierTracking", "trackingNumber")
    number = next(filter(None, map(text, [carried, *asked.values()])), None)
    if number is None:
        raise BadAnswer("no `identifier`")
    events = [_milestone(one) for one in records(detail.get("milestoneHistory"))]
    latest = part(detail, "latestMilestone", "status", "code")
    window = _estimate(detail)
    stated = STATUSES.read(latest)
    return _finished(Tracking(number, oldest_first(events), stated, window=window))


def _milestone(one: Mapping[str, Any]) -> Event:
    code, place = text(part(one, "status", "code")), part(one, "location", "address")
    return Event(
        stated_time(one.get("occurredAt")),
        STATUSES.read(code),
        code,
        text(part(one, "status", "description")),
        Place(
            text(part(place, "city")),
            text(part(place, "region")),
            country_code(part(place, "countryCode")),
            text(part(place, "postalCode")),
        ),
    )


def _estimate(detail: Mapping[str, Any]) -> Window | None:
    """Return the delivery's estimate; departures and arrivals are estimated too."""
    for one in records(detail.get("trackingEstimates")):
        if one.get("type") == "ESTIMATED_DELIVERY_DATE":
            start = stated_time(part(one, "estimatedInterval", "startTime"))
            until = stated_time(part(one, "estimatedInterval", "endTime"))
            if (first := start or until) and (last := until or start):
                return Window(first, last)
    return None


def _finished(tracking: Tracking) -> Tracking:
    """Return it with the time of delivery, and without a signer if not delivered."""
    if condition(tracking).status is not Status.DELIVERED:
        return replace(tracking, signed_by=None)
    told = [e for e in tracking.events if e.meaning.status is Status.DELIVERED]
    return replace(tracking, delivered_at=told[-1].stamp if told else None)
