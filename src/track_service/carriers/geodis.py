"""Geodis (France): the customer space's REST service `zoomclient/recherche-envoi`.

https://espace-client.geodis.com; known from Geodis's own example of the signed call and
from clients' logs. The answer's condition is a situation and a justification; where the
situation is new, the French words beside it are read. Days and hours have no zone.
`dateLivraison` is the planned day, also after the delivery: `dateEtat` tells when.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
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
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://espace-client.geodis.com"
SERVICE = "api/zoomclient/recherche-envoi"
SITUATIONS = StatusMap(
    {
        "AAR": Meaning(Status.IN_TRANSIT, "moving"),
        "MLV": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "LIV": Meaning(Status.DELIVERED, "delivered"),
        "SOL": Meaning(Status.RETURNED, "to_sender"),
    }
)
_WORDS = tuple(
    (re.compile(words, re.I), meaning)
    for words, meaning in (
        (
            r"retourn|retour (à l'|à |)exp[ée]diteur",
            Meaning(Status.RETURNING, "to_sender"),
        ),
        (r"refus", Meaning(Status.ATTEMPT_FAILED, "refused", "consignee_refused")),
        (
            r"absen|avis[ée]\b|non livr|pas pu être livr",
            Meaning(Status.ATTEMPT_FAILED, "generic"),
        ),
        (
            r"disponible|point relais|à retirer",
            Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        ),
        (
            r"mise? en livraison|en cours de livraison",
            Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        ),
        (r"en attente de prise en charge", Meaning(Status.INFO_RECEIVED, "received")),
        (r"prise? en charge|enlev[ée]", Meaning(Status.PICKED_UP, "accepted")),
        (r"acheminement|transit|arriv|d[ée]part", Meaning(Status.IN_TRANSIT, "moving")),
        (r"^livr[ée]e?s?\b", Meaning(Status.DELIVERED, "delivered")),
    )
)
_TROUBLES = (
    (re.compile(r"authent|habilit|identifia|signature|acc[èe]s", re.I), Trouble.AUTH),
    (
        re.compile(r"introuvable|inconnu|aucun|n'existe|non trouv", re.I),
        Trouble.NOT_FOUND,
    ),
    (re.compile(r"quota|trop de|limite", re.I), Trouble.THROTTLED),
    (re.compile(r"invalide|incorrect|format", re.I), Trouble.INVALID_NUMBER),
)


class Geodis(Carrier):
    """One shipment a call, each call signed."""

    code: ClassVar[str] = "geodis"
    label: ClassVar[str] = "Geodis"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.COMMUNITY,)
    auth: ClassVar[Auth] = Auth.SIGNED
    eta: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("FR",)
    settings: ClassVar[tuple[str, ...]] = ("login", "api_key")
    rate: ClassVar[Rate] = Rate(per_second=1.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/services/"
        self._login, self._key = settings["login"], settings["api_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment; the hash covers the very bytes that are sent."""
        body = json.dumps({"noSuivi": wanted[0].number}, separators=(",", ":"))
        stamp = str(int(self._http.now().timestamp() * 1000))
        signed = ";".join((self._key, self._login, stamp, "fr", SERVICE, body))
        proof = sha256(signed.encode()).hexdigest()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-GEODIS-Service": ";".join((self._login, stamp, "fr", proof)),
        }
        return self._http.post(self._url + SERVICE, data=body.encode(), headers=headers)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read `contenu`, one shipment or several, or the error under HTTP 200."""
        if problem := http_problem(answer, error_body(answer).get("texteErreur")):
            return [failed(problem.kind, problem.message)]
        body = json_body(answer)
        if not isinstance(body, dict):
            raise BadAnswer("no object")
        if body.get("ok") is False:
            return [_refusal(body)]
        told = [one for one in records(body.get("contenu")) if _number(one)]
        if told:
            return [_shipment(one) for one in told]
        if body.get("ok") is True:
            return [failed(Trouble.NOT_FOUND, "contenu: null")]
        raise BadAnswer("no `contenu`")


CARRIER: type[Carrier] = Geodis


def _refusal(body: Mapping[str, Any]) -> Tracking:
    said = text(body.get("texteErreur")) or text(body.get("codeErreur")) or "ok: false"
    for words, trouble in _TROUBLES:
        if words.search(said):
            return failed(trouble, said)
    return failed(Trouble.INPUT_NEEDED, said)


def _number(told: Mapping[str, Any]) -> str | None:
    return text(told.get("noSuivi")) or text(told.get("noRecepisse"))


def _shipment(told: Mapping[str, Any]) -> Tracking:
    events = oldest_first(_event(one) for one in records(told.get("listSuivis") or []))
    stated = _meaning(told, "libelleLongEtat", "libelleEtat")
    if not events and told.get("dateEtat"):
        events = (_state(told, stated),)
    day = stated_time(told.get("dateLivraison"))
    result = Tracking(
        _number(told),
        events,
        stated=stated,
        window=Window(day, day) if day is not None else None,
        complete="listSuivis" in told,
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    at = arrived[-1].stamp if arrived else stated_time(told.get("dateEtat"))
    return replace(result, delivered_at=at)


def _state(told: Mapping[str, Any], stated: Meaning) -> Event:
    said = text(told.get("libelleLongEtat")) or text(told.get("libelleEtat"))
    return Event(
        stated_time(told.get("dateEtat")), stated, text(told.get("codeSituation")), said
    )


def _event(told: Mapping[str, Any]) -> Event:
    return Event(
        _time(told.get("dateSuivi"), told.get("heureSuivi")),
        _meaning(told, "libelleSuivi"),
        text(told.get("codeSituation")),
        text(told.get("libelleSuivi")),
        Place(text(told.get("libelleCentre"))),
    )


def _meaning(told: Mapping[str, Any], *words: str) -> Meaning:
    meaning = SITUATIONS.read(told.get("codeSituation"))
    said = next((one for key in words if (one := text(told.get(key)))), "")
    for pattern, read in _WORDS:
        if meaning == UNKNOWN and pattern.search(said):
            return read
    return meaning


def _time(day: object, hour: object) -> Stamp | None:
    date, clock = (text(day) or "")[:10], text(hour)
    return stated_time(f"{date}T{clock}" if clock else date)
