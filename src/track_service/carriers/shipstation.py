"""ShipStation (aggregator), API v2: https://docs.shipstation.com/apis/openapi/tracking.

Proof: the official document of the call, its codes and the webhook; the answer is that of
ShipEngine, which is one product with it by now. The carrier must be connected to the
account. Pushes are signed: https://docs.shipstation.com/apis/docs/guides/webhooks-validation.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from track_service.carriers.base import (
    Auth,
    Carrier,
    Proof,
    Push,
    Rate,
    Trust,
    Wanted,
)
from track_service.carriers.shipengine_reading import (
    COURIERS,
    KEY_HEADER,
    read_push,
    read_tracking,
    weigh,
)
from track_service.core.tracking import Tracking
from track_service.http import Answer, Http

URL = "https://api.shipstation.com"


class Shipstation(Carrier):
    """ShipStation: one parcel of one carrier a call, pushes."""

    code: ClassVar[str] = "shipstation"
    label: ClassVar[str] = "ShipStation"
    aggregator: ClassVar[bool] = True
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("api_key", "courier")
    rate: ClassVar[Rate] = Rate(per_second=3.0)
    push: ClassVar[bool] = True
    key_header: ClassVar[str | None] = KEY_HEADER

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client, the key and ShipStation's code of the carrier."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._key = settings["api_key"]
        self._courier = settings["courier"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel of its own carrier, else of the account's `courier`."""
        one = wanted[0]
        courier = COURIERS.get(one.carrier or "", self._courier)
        return self._http.get(
            f"{self._base}/v2/tracking",
            params={"carrier_code": courier, "tracking_number": one.number},
            headers={"API-Key": self._key},
        )

    @staticmethod
    def parse(answer: Answer) -> list[Tracking]:
        """Read one tracking."""
        return read_tracking(answer)

    @staticmethod
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one event of a tracking."""
        return read_push(push)

    def fetch_keys(self) -> Answer:
        """Ask for the public keys of ShipStation's signatures."""
        return self._http.get(f"{self._base}/jwks")

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Check the RSA-SHA256 signature over time, dot and body; each push has one."""
        return weigh(push)


CARRIER: type[Carrier] = Shipstation
