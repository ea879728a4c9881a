"""A shop on WooCommerce, on a real server of loopback, that the tests fill and break."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from tests.http.server import serving

from track_service.http import Guarded
from track_service.services import connecting
from track_service.store import storefronts

UPS = "1Z999AA1012345{:04}"


def an_order(number: int, /, *, parcel: str | None = None, **more):
    tracking = {
        "tracking_provider": "UPS",
        "tracking_number": parcel,
        "tracking_id": "t1",
    }
    meta = [{"key": "_wc_shipment_tracking_items", "value": [tracking]}]
    return {
        "id": number,
        "number": str(number),
        "status": "completed" if parcel else "processing",
        "currency": "USD",
        "total": "20.00",
        "date_created_gmt": "2026-02-20T10:00:00",
        "date_modified_gmt": "2026-02-20T10:00:00",
        "billing": {"first_name": "Linh", "email": "linh@shopper.example"},
        "line_items": [
            {"name": "Bamboo tray", "quantity": 1, "price": 20, "sku": "TRAY"}
        ],
        "meta_data": meta if parcel else [],
    } | more


class Shop:
    """What the server holds, and what it was asked: (method, path, query, body)."""

    def __init__(self, server) -> None:
        self._server = server
        self.orders: list[dict] = []
        self.troubles: dict[int, tuple[int, dict[str, str]]] = {}
        self.refused: int | None = None
        self.asked: list[tuple[str, str, dict[str, str], dict]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return self._server.url("")

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.port}"

    @property
    def pages(self) -> list[int]:
        """The pages of orders that were asked for, the counts left out."""
        return [
            int(q["page"]) for _, _, q, _ in self.asked if q.get("per_page") == "50"
        ]

    @property
    def told(self) -> list[tuple[str, str, dict]]:
        return [(m, path, body) for m, path, _, body in self.asked if m != "GET"]

    def answer(self, handler) -> None:
        parts = urlsplit(handler.path)
        query = {name: last[-1] for name, last in parse_qs(parts.query).items()}
        body = self._server.seen[-1][2]
        self.asked.append(
            (handler.command, parts.path, query, json.loads(body or b"{}"))
        )
        self.meanwhile()
        number = len(self.asked)
        status, headers = self.troubles.get(number, (self.refused or 200, {}))
        if status != 200:
            handler.reply(status, b"{}", **headers)
            return
        size, page = int(query.get("per_page", 1)), int(query.get("page", 1))
        some = self.orders[(page - 1) * size : page * size]
        total = {"X-WP-Total": str(len(self.orders))}
        handler.reply(200, json.dumps(some).encode(), **total)


@contextmanager
def a_shop() -> Iterator[Shop]:
    with serving() as server:
        shop = Shop(server)
        server.routes = _Everywhere(shop.answer)
        yield shop


class _Everywhere(dict):
    def __init__(self, answer) -> None:
        self._answer = answer

    def __getitem__(self, path):
        return self._answer


def connect(of, brand, shop: Shop, **more):
    """Connect a brand to the shop; return the connection."""
    settings = {
        "secret": "made-up",
        "url": shop.url,
        "consumer_key": "ck",
        "consumer_secret": "cs",
    } | more
    with of.database.write() as session:
        connecting.connect(session, brand, "woocommerce", settings, now=of.clock.now())
        session.commit()
        return storefronts.connection(session, brand.id, "woocommerce")


def desk_for(of, shop: Shop):
    """The desk, whose client may call the shop's private address."""
    return replace(of.desk, guarded=Guarded(allowed_private_hosts=[shop.host]))
