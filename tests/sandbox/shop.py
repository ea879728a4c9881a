"""A customer of the sandbox's carriers, and parcels to ask for."""

from datetime import UTC, datetime

import requests

from track_service.sandbox import LANES, Kind, Parcel, Sandbox, plan

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
NUMBERS = {
    "ups": "1Z999AA10123456784",
    "fedex": "986578788855",
    "usps": "9400111202555842332669",
    "dhl_unified": "00340434161094015902",
    "royal_mail": "RR473124829GB",
    "ghn": "LFV3G8XY",
    "ghtk": "S1.A1.2001297581",
    "viettelpost": "VTP1234567890",
}


def make_parcel(
    carrier: str = "ups",
    kind: Kind = Kind.SMOOTH,
    *,
    lane: int = 0,
    number: str | None = None,
    label_at: datetime = START,
) -> Parcel:
    return plan(
        LANES[carrier][lane],
        kind,
        carrier=carrier,
        number=number or NUMBERS[carrier],
        label_at=label_at,
        seed=1,
    )


class Shop:
    """A customer of the sandbox's carriers: asks as the documents say."""

    def __init__(self, box: Sandbox, web: requests.Session) -> None:
        self.box, self.web = box, web
        self.bearer: dict[str, str] = {}

    def token(self, carrier: str, **wrong: str) -> requests.Response:
        who = self.box.credentials(carrier) | wrong
        grant = {"grant_type": "client_credentials"}
        base = self.box.base_url(carrier)
        if carrier == "ups":
            auth = (who["client_id"], who["client_secret"])
            url = f"{base}/security/v1/oauth/token"
            return self.web.post(url, data=grant, auth=auth, timeout=10)
        if carrier == "fedex":
            return self.web.post(f"{base}/oauth/token", data=grant | who, timeout=10)
        return self.web.post(f"{base}/oauth2/v3/token", json=grant | who, timeout=10)

    def log_in(self, carrier: str) -> None:
        self.bearer[carrier] = self.token(carrier).json()["access_token"]

    def track(self, carrier: str, *numbers: str, **options) -> requests.Response:
        return getattr(self, f"_{carrier}")(
            self.box.base_url(carrier), numbers, options
        )

    def _headers(self, carrier: str) -> dict[str, str]:
        if carrier not in self.bearer:
            self.log_in(carrier)
        return {"Authorization": f"Bearer {self.bearer[carrier]}"}

    def _ups(self, base, numbers, options):
        headers = self._headers("ups") | {"transId": "1", "transactionSrc": "test"}
        url = f"{base}/api/track/v1/details/{numbers[0]}"
        return self.web.get(url, headers=headers, timeout=10, **options)

    def _fedex(self, base, numbers, options):
        wanted = [{"trackingNumberInfo": {"trackingNumber": n}} for n in numbers]
        body = {"includeDetailedScans": True, "trackingInfo": wanted}
        url = f"{base}/track/v1/trackingnumbers"
        headers = self._headers("fedex")
        return self.web.post(url, json=body, headers=headers, timeout=10, **options)

    def _usps(self, base, numbers, options):
        url = f"{base}/tracking/v3/tracking/{numbers[0]}"
        params = options.pop("params", {"expand": "DETAIL"})
        headers = self._headers("usps")
        return self.web.get(url, params=params, headers=headers, timeout=10, **options)

    def _dhl_unified(self, base, numbers, options):
        headers = {"DHL-API-Key": self.box.credentials("dhl_unified")["api_key"]}
        params = {"trackingNumber": numbers[0]} | options.pop("params", {})
        url = f"{base}/track/shipments"
        return self.web.get(url, params=params, headers=headers, timeout=10, **options)

    def _royal_mail(self, base, numbers, options):
        who = self.box.credentials("royal_mail")
        headers = {
            "X-IBM-Client-Id": who["client_id"],
            "X-IBM-Client-Secret": who["client_secret"],
            "X-Accept-RMG-Terms": "yes",
        }
        path = f"{numbers[0]}/events"
        if len(numbers) > 1:
            path = "summary?mailPieceId=" + ",".join(numbers)
        url = f"{base}/mailpieces/v2/{path}"
        return self.web.get(url, headers=headers, timeout=10, **options)

    def _ghn(self, base, numbers, options):
        headers = {"Token": self.box.credentials("ghn")["token"]}
        url = f"{base}/shiip/public-api/v2/shipping-order/detail"
        body = {"order_code": numbers[0]}
        return self.web.post(url, json=body, headers=headers, timeout=10, **options)

    def _ghtk(self, base, numbers, options):
        headers = {"Token": self.box.credentials("ghtk")["token"]}
        url = f"{base}/services/shipment/v2/{numbers[0]}"
        return self.web.get(url, headers=headers, timeout=10, **options)
