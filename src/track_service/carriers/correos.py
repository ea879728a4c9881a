"""Correos (Spain): the tracing service `localizador`, as Correos's own plugin asks it.

https://www.correos.es/es/es/empresas; no public reference, so the codes are those that
the plugin's own status mapper and several clients agree on. The HTTP status is always
200: `error.codError` tells. Times are Spanish local times, without a zone (the Canaries
live an hour behind), and stay so.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
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
    credible,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://localizador.correos.es"


def _all(codes: str, meaning: Meaning) -> dict[str, Meaning]:
    return dict.fromkeys(codes.split(), meaning)


CODES = StatusMap(
    {
        **_all(
            "A090000V A020000R A150000R O040000R SR01000V SR05000V SR070B0R SR080A0R"
            " SR09000R X010000V X240000V Z010PF0R Z130000R",
            Meaning(Status.INFO_RECEIVED, "received"),
        ),
        **_all("A010000V", Meaning(Status.PICKED_UP, "accepted")),
        **_all(
            "P040000V P090000V P100000V P101110V P101120V P110000V",
            Meaning(Status.IN_TRANSIT, "processed"),
        ),
        **_all("G01L010V", Meaning(Status.IN_TRANSIT, "at_delivery_depot")),
        **_all(
            "X020000V X040000V X060000V X070000V X110100V H01I360V",
            Meaning(Status.IN_TRANSIT, "moving"),
        ),
        **_all("H020000V X080000V", Meaning(Status.OUT_FOR_DELIVERY, "with_courier")),
        **_all(
            "L010000V H01I350V X390000V", Meaning(Status.AVAILABLE_FOR_PICKUP, "ready")
        ),
        **_all(
            "H010930R H06P010V X090100R X090060R X130000R M01E020R",
            Meaning(Status.ATTEMPT_FAILED, "generic"),
        ),
        **_all(
            "I010000V I01H210V X120000V A170000V H010710V I010110V I010120V I010130V"
            " I010400V I011010V I011020V I011030V I01E030V I240300V R010750V X340000V"
            " X350000V",
            Meaning(Status.DELIVERED, "delivered"),
        ),
        **_all("O140000V", Meaning(Status.RETURNING, "to_sender")),
        **_all(
            "A040000R A060000R E070000R E130000R E140000R E150000R",
            Meaning(Status.CANCELLED, "shipment"),
        ),
    }
)
# Where the code is new, the phase that Correos states beside it.
PHASES = StatusMap(
    {
        "PRE-ADMISIÓN": Meaning(Status.INFO_RECEIVED, "received"),
        "ENTREGADO": Meaning(Status.DELIVERED, "delivered"),
    }
)


class Correos(Carrier):
    """One shipment a call."""

    code: ClassVar[str] = "correos"
    label: ClassVar[str] = "Correos"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.COMMUNITY,)
    auth: ClassVar[Auth] = Auth.BASIC
    eta: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("ES",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://www.correos.es/es/es/herramientas/localizador/envios/detalle"
        "?tracking-number={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = settings.get("base_url") or URL
        self._auth = (settings["username"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment with all its events (`N`: not the last one alone)."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._url}/canonico/eventos_envio_servicio_auth/{number}",
            params={"codIdioma": "ES", "indUltEvento": "N"},
            headers={"Accept": "application/json"},
            auth=self._auth,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the shipments, mostly a list of one, else a bare object."""
        if problem := http_problem(answer):
            return [failed(problem.kind, problem.message)]
        told = [one for one in records(json_body(answer)) if "error" in one]
        if not told:
            raise BadAnswer("no shipment with an `error`")
        return [_shipment(one) for one in told]


CARRIER: type[Carrier] = Correos


def _shipment(told: Mapping[str, Any]) -> Tracking:
    number = text(told.get("codEnvio"))
    code = text(part(told, "error", "codError")) or "0"
    if code.strip("0"):
        said = text(part(told, "error", "desError")) or code
        return failed(_trouble(said), said, number)
    if number is None:
        raise BadAnswer("no `codEnvio`")
    events = [_event(one) for one in records(told.get("eventos") or [])]
    result = Tracking(
        number,
        oldest_first(e for e in events if e.code or e.description),
        window=_window(told),
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in result.events if e.meaning.status is Status.DELIVERED]
    return replace(result, delivered_at=arrived[-1].stamp)


def _trouble(said: str) -> Trouble:
    if re.search("formato|no válid|incorrect|erróne", said, re.I):
        return Trouble.INVALID_NUMBER
    if re.search("autoriz|usuario|credencial|permis", said, re.I):
        return Trouble.AUTH
    return Trouble.NOT_FOUND


def _event(told: Mapping[str, Any]) -> Event:
    code = text(told.get("codEvento"))
    meaning = CODES.read(code)
    if meaning == UNKNOWN:
        meaning = PHASES.read((text(told.get("desFase")) or "").upper())
    long, short = text(told.get("desTextoAmpliado")), text(told.get("desTextoResumen"))
    return Event(
        _time(told.get("fecEvento"), told.get("horEvento")),
        meaning,
        code,
        short or long,
    )


def _time(day: object, hour: object = None) -> Stamp | None:
    """Read `21/07/2026` and `14:25:44`; without an hour it stays a day."""
    date, clock = text(day), text(hour)
    try:
        if date is not None and clock is not None:
            return credible(
                Stamp(datetime.strptime(f"{date} {clock}", "%d/%m/%Y %H:%M:%S"))  # noqa: DTZ007
            )
        whole = datetime.strptime((date or "")[:10], "%d/%m/%Y")  # noqa: DTZ007
        return credible(Stamp.day(whole.date()))
    except ValueError:
        return None


def _window(told: Mapping[str, Any]) -> Window | None:
    day = _time(told.get("fec_entregasum"))
    return Window(day, day) if day is not None else None
