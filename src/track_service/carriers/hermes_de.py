"""Hermes Germany, HSI Shipment Info: official document and code table (2x2 and 3x3).

https://de-api.hermesworld.com/docs/applications/shipmentinfo
What the table calls "Rücklauf" (returned) is the way back to the depot after a failed
tour; only the "Rückversand" goes back to the sender. The app's answers (named steps,
known from the community) are read too, never asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

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
    each,
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
from track_service.core.status import Status
from track_service.core.timeline import condition
from track_service.core.tracking import (
    Event,
    Place,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer, Http, Question, SignIn

URL = "https://de-api.hermesworld.com"
LOGIN_URL = "https://authme.myhermes.de"
LOGIN_PATH = "/authorization-facade/oauth2/access_token"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
GERMANY = ZoneInfo("Europe/Berlin")
_TROUBLES = {
    "e001": Trouble.NOT_FOUND,
    "e902": Trouble.AUTH,
    "e903": Trouble.AUTH,
}
_COUNTRIES = {"DEU": "DE", "AUT": "AT", "NLD": "NL", "BEL": "BE", "CHE": "CH"}


class HermesDe(Carrier):
    """Up to a hundred shipments a call; each has a result of its own."""

    code: ClassVar[str] = "hermes_de"
    label: ClassVar[str] = "Hermes"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.OAUTH
    eta: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("DE",)
    settings: ClassVar[tuple[str, ...]] = (
        "client_id",
        "client_secret",
        "username",
        "password",
    )
    batch_size: ClassVar[int] = 100
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = settings.get("base_url") or URL
        names = ("client_id", "client_secret", "username", "password")
        login = {"grant_type": "password"} | {name: settings[name] for name in names}
        login_url = (settings.get("base_url") or LOGIN_URL) + LOGIN_PATH
        self._sign_in = SignIn(
            Question("POST", login_url, data=login),
            settings["username"],
            token_at("access_token", lasts=HOUR),
            ended=token_ended(self.parse),
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to a hundred shipments, with the token of a password grant."""
        numbers = urlencode([("shipmentID", one.number) for one in wanted])
        return self._http.get(
            f"{self._url}/services/hsi/shipmentinfo?{numbers}",
            headers={"Accept-Language": "EN"},
            grant=self._sign_in,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the shipments, of Shipment Info or of the app."""
        if (answer.status or 0) >= 400:
            return [_refusal(answer)]
        body = json_body(answer)
        if isinstance(body, dict) and (told := records(body.get("shipmentinfo"))):
            return each(_shipment, told)
        if steps := [one for one in records(body) if "parcelProgress" in one]:
            return each(_parcel, steps)
        if body == []:
            return [failed(Trouble.NOT_FOUND, "no shipment")]
        if code := text(part(body, "code") or part(body, "error")):
            return [_failure(part(body, "code") or code, body)]
        raise BadAnswer("neither `shipmentinfo` nor `parcelProgress`")


CARRIER: type[Carrier] = HermesDe


def _refusal(answer: Answer) -> Tracking:
    body = error_body(answer)
    said = text(body.get("message")) or text(body.get("error_description"))
    if text(body.get("error")) in {
        "invalid_grant",
        "invalid_client",
        "invalid_request",
    }:
        return failed(Trouble.AUTH, said or body["error"])
    if problem := http_problem(answer, said):
        return failed(problem.kind, problem.message)
    if answer.status == 404:
        return failed(Trouble.NOT_FOUND, said or "HTTP 404")
    return _failure(body.get("code"), body)


def _failure(code: object, body: Mapping[str, Any]) -> Tracking:
    kind = _TROUBLES.get((text(code) or "").casefold(), Trouble.INPUT_NEEDED)
    return failed(kind, text(body.get("message")) or text(code))


def _shipment(told: Mapping[str, Any]) -> Tracking:
    number = text(told.get("shipmentID"))
    code = (text(part(told, "result", "code")) or "").casefold()
    if code in _TROUBLES:
        return failed(_TROUBLES[code], part(told, "result", "message") or code, number)
    if number is None:
        raise BadAnswer("no `shipmentID`")
    events = oldest_first(_status(one) for one in records(told.get("status")))
    return _finished(Tracking(number, events, window=_window(told)))


def _status(told: Mapping[str, Any]) -> Event:
    code = text(told.get("code"))
    unit = told.get("scanningUnit")
    country = text(part(unit, "countryCode"))
    return Event(
        _time(told.get("timestamp")),
        CODES.read(code),
        code,
        text(told.get("description")),
        Place(text(part(unit, "city")), country=_COUNTRIES.get(country or "")),
    )


def _time(value: object) -> Stamp | None:
    """Read an ISO time, also with a blank before its offset; German without one."""
    return stated_time(value, GERMANY)


def _window(told: Mapping[str, Any]) -> Window | None:
    """Return the forecast; its slot is in hours (`10:00`) or in minutes (600)."""
    forecast = told.get("deliveryForecast")
    day = stated_time((text(part(forecast, "date")) or "")[:10])
    if day is None:
        return None
    slot = part(forecast, "timeSlot")
    start, until = (_clock(day, part(slot, key)) for key in ("from", "to"))
    return Window(start, until) if start and until else Window(day, day)


def _clock(day: Stamp, value: object) -> Stamp | None:
    stated = text(value) or ""
    if re.fullmatch(r"\d{1,4}", stated) and int(stated) < 24 * 60:
        local = day.local + timedelta(minutes=int(stated))
        return stated_time(f"{local:%Y-%m-%dT%H:%M}", GERMANY)
    return _time(f"{day.text}T{stated}") if re.match(r"\d\d:\d\d", stated) else None


def _parcel(told: Mapping[str, Any]) -> Tracking:
    """Read the app's steps; one without a time has not been reached yet."""
    number = text(told.get("barcode"))
    if number is None:
        raise BadAnswer("no `barcode`")
    steps = [one for one in records(told["parcelProgress"]) if one.get("timestamp")]
    return _finished(Tracking(number, oldest_first(map(_step, steps))))


def _step(told: Mapping[str, Any]) -> Event:
    code = text(told.get("parcelStatus"))
    words = text(told.get("historyText")) or text(told.get("status"))
    return Event(_time(told.get("timestamp")), CODES.read(code), code, words)


def _finished(told: Tracking) -> Tracking:
    if condition(told).status is not Status.DELIVERED:
        return told
    arrived = [e for e in told.events if e.meaning.status is Status.DELIVERED]
    return replace(told, delivered_at=arrived[-1].stamp if arrived else None)
