"""La Poste Suivi v2 (letters, Colissimo, Chronopost): https://developer.laposte.fr/products/suivi/2.

Proof: the vendor's documentation (its list of event codes) and genuine answers. One id
is answered by an object, several by a list (HTTP 207) with a return code each. Times
carry the French offset wherever the scan was. `estimDate` becomes the time of delivery.
"""

from collections.abc import Mapping, Sequence
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
    each,
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
from track_service.core.timeline import current
from track_service.core.tracking import Event, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.laposte.fr"

EVENTS = StatusMap(
    {
        "DR1": Meaning(Status.INFO_RECEIVED, "received"),
        "PC1": Meaning(Status.PICKED_UP, "accepted"),
        "PC2": Meaning(Status.PICKED_UP, "accepted"),
        "ET1": Meaning(Status.IN_TRANSIT, "processing"),
        "ET2": Meaning(Status.IN_TRANSIT, "processing"),
        "ET3": Meaning(Status.IN_TRANSIT, "arrived_destination_country"),
        "ET4": Meaning(Status.IN_TRANSIT, "processing"),
        "EP1": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "DO1": Meaning(Status.IN_TRANSIT, "customs_started"),
        "DO2": Meaning(Status.IN_TRANSIT, "customs_released"),
        "DO3": Meaning(Status.EXCEPTION, "delayed_customs", "customs_delay"),
        "PB1": Meaning(Status.EXCEPTION, "generic"),
        "PB2": Meaning(Status.IN_TRANSIT, "problem_resolved"),
        "MD2": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "ND1": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "AG1": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "RE1": Meaning(Status.RETURNING, "to_sender"),
        "DI1": Meaning(Status.DELIVERED, "delivered"),
        "DI2": Meaning(Status.RETURNED, "to_sender"),
    }
)
TROUBLES: Mapping[str, Trouble] = {
    "400": Trouble.INVALID_NUMBER,
    "401": Trouble.AUTH,
    "403": Trouble.AUTH,
    "404": Trouble.NOT_FOUND,
    "429": Trouble.THROTTLED,
    "500": Trouble.SERVER_ERROR,
    "503": Trouble.SERVER_ERROR,
    "504": Trouble.SERVER_ERROR,
}


class LaPoste(Carrier):
    """Ten items a call."""

    code = "la_poste"
    label = "La Poste"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.KEY
    eta = True
    countries = ("FR",)
    settings: ClassVar[tuple[str, ...]] = ("okapi_key",)
    optional: ClassVar[tuple[str, ...]] = ("language",)
    batch_size = 10
    rate = Rate(per_second=5.0)
    page_url = "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client, the account's key and the language of the texts."""
        self._http = http
        self._url = f"{settings.get('base_url', URL)}/suivi/v2/idships"
        self._key = settings["okapi_key"]
        self._language = settings.get("language", "fr_FR")

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to ten items."""
        numbers = ",".join(quote(one.number, safe="") for one in wanted)
        return self._http.get(
            f"{self._url}/{numbers}",
            params={"lang": self._language},
            headers={"X-Okapi-Key": self._key, "Accept": "application/json"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one item or a list of them, each with its own return code."""
        body = error_body(answer)
        told = "returnCode" in body
        problem = http_problem(answer, body.get("message") or body.get("returnMessage"))
        if problem is not None and not (told and "idShip" in body):
            return [Tracking(None, problem=problem, complete=False)]
        items = records(json_body(answer))
        if not items:
            raise BadAnswer("neither an item nor a list of them")
        return each(_item, items)


CARRIER: type[Carrier] = LaPoste


def _item(item: Mapping[str, Any]) -> Tracking:
    code = text(item.get("returnCode")) or text(item.get("code"))
    shipment = item.get("shipment")
    if code in {"200", "207"} and isinstance(shipment, dict):
        return _shipment(shipment)
    if code is None or code not in TROUBLES:
        raise BadAnswer(f"return code {code}")
    message = text(item.get("returnMessage")) or text(item.get("message"))
    kind = TROUBLES[code]
    own = kind in {Trouble.INVALID_NUMBER, Trouble.NOT_FOUND}
    return failed(kind, message or code, text(item.get("idShip")) if own else None)


def _shipment(shipment: Mapping[str, Any]) -> Tracking:
    number = text(shipment.get("idShip"))
    if number is None:
        raise BadAnswer("no `idShip`")
    events = oldest_first(map(_event, records(shipment.get("event"))))
    now = current(events)
    return Tracking(
        number,
        events,
        stated=UNKNOWN,
        window=_window(shipment),
        delivered_at=_delivered_at(shipment, events)
        if now.status is Status.DELIVERED
        else None,
    )


def _event(event: Mapping[str, Any]) -> Event:
    code = text(event.get("code"))
    stamp = stated_time(event.get("date"))
    return Event(stamp, EVENTS.read(code), code, text(event.get("label")))


def _delivered_at(shipment: Mapping[str, Any], events: Sequence[Event]) -> Stamp | None:
    told = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return stated_time(shipment.get("deliveryDate")) or told[-1]


def _window(shipment: Mapping[str, Any]) -> Window | None:
    """Return the day of `estimDate`: its time is midnight, or that of the delivery."""
    stamp = stated_time(shipment.get("estimDate"))
    if stamp is None:
        return None
    day = Stamp.day(stamp.local.date())
    return Window(day, day)
