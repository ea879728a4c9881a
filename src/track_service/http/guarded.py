"""Guarded: the client for URLs that tenants set (webhooks, pictures).

Such a URL must not reach what only we can reach (server-side request forgery): its
host is looked up once, every address checked, and the connection made to a checked
address, so that a second look-up cannot lead elsewhere. The certificate is still
checked for the host's name.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import requests

from track_service.http.answer import Answer, HttpError, Refused
from track_service.http.wire import TimedAdapter, exchange

Resolve = Callable[[str, int], list[str]]
"""Returns a host's addresses; raises `OSError` if it has none."""

_PORTS = frozenset({80, 443, 8080, 8443})
_POOL = 16

# Beside what `ipaddress` knows not to be global (whose list differs between versions
# of Python): ways to write an IPv4 address as IPv6, and shared or relayed ranges.
# https://www.iana.org/assignments/iana-ipv4-special-registry/ and its IPv6 sister.
_CLOSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT
        "192.0.0.0/24",  # protocols' own
        "192.88.99.0/24",  # 6to4 relays
        "::/96",  # IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # local NAT64
        "100::/64",  # discarded
        "2001::/23",  # protocols' own, Teredo
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fec0::/10",  # site-local
    )
)


def resolve(host: str, port: int) -> list[str]:
    """Return the host's addresses in the system's order. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Guarded:
    """The client for URLs that tenants set. Threads may share it.

    Only https to public addresses, ports 80, 443, 8080 and 8443; `allowed_private_hosts`
    (`host` or `host:port`, IPv6 in brackets) are free of these rules. No redirects, no
    retries. `timeout` is (connect, read) and `total` the whole call's limit after the
    look-up, in seconds; `ca` is a file of authorities to trust instead of the public ones; `ticks`
    returns seconds.
    """

    def __init__(
        self,
        *,
        allowed_private_hosts: Collection[str] = (),
        timeout: tuple[float, float] = (3.05, 10.0),
        total: float = 15.0,
        max_bytes: int = 1_000_000,
        ca: str | None = None,
        resolve: Resolve = resolve,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = frozenset(host.lower() for host in allowed_private_hosts)
        self._timeout = timeout
        self._total = total
        self._max_bytes = max_bytes
        self._verify = ca or True
        self._resolve = resolve
        self._ticks = ticks
        self._adapter = _PinnedAdapter(pool_connections=_POOL, pool_maxsize=_POOL)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer. Raises `Refused`, and `HttpError` as `Http` does."""
        return self._ask("GET", url, None, headers)

    def post(
        self, url: str, *, data: bytes, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Return the answer. Raises `Refused`, and `HttpError` as `Http` does."""
        return self._ask("POST", url, data, headers)

    def put(
        self, url: str, *, data: bytes, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Return the answer. Raises `Refused`, and `HttpError` as `Http` does."""
        return self._ask("PUT", url, data, headers)

    def close(self) -> None:
        """Close the connections kept for the next calls."""
        self._adapter.close()

    def _ask(
        self,
        method: str,
        url: str,
        data: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        request = _prepare(method, url, data, headers)
        name = self._pin(request)
        end = self._ticks() + self._total
        answer = exchange(
            lambda: self._adapter.send(
                request, stream=True, timeout=self._timeout, verify=self._verify
            ),
            name=name,
            left=lambda: end - self._ticks(),
            max_bytes=self._max_bytes,
        )
        if answer.status is not None and 300 <= answer.status < 400:
            raise Refused(f"{name}: answered with a redirect ({answer.status})")
        return answer

    def _pin(self, request: "_Pinned") -> str:
        """Check the request's URL, set the address to call, return the host's name.

        Messages tell the host alone: a webhook's path often is its secret.
        """
        parts = urlsplit(str(request.url))
        if not parts.hostname or "@" in parts.netloc:
            raise Refused("a URL wants a host and may hold no user name")
        name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = parts.port or (80 if parts.scheme == "http" else 443)
        free = not self._allowed.isdisjoint({name, f"{name}:{port}"})
        if parts.scheme != "https" and not (free and parts.scheme == "http"):
            raise Refused(f"{name}: only https is called")
        if not free and port not in _PORTS:
            raise Refused(f"{name}: port {port} is not called")
        addresses = self._look_up(name, parts.hostname, port)
        if not free and not all(map(is_public, addresses)):
            raise Refused(f"{name}: leads to an address that is not public")
        request.address, request.name = addresses[0], parts.hostname
        request.headers["Host"] = parts.netloc
        return name

    def _look_up(self, name: str, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError):  # UnicodeError: a label too long or empty
            addresses = []
        if not addresses:
            raise HttpError(f"{name}: host not found")
        return addresses


class _Pinned(requests.PreparedRequest):
    """A request that knows the address it goes to, and the name it asks for."""

    address: str
    name: str


class _PinnedAdapter(TimedAdapter):
    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        pinned = cast(_Pinned, request)
        # By address and by name: a kept connection serves this very pair only. urllib3
        # asks for `server_hostname` (SNI) and checks the certificate for it.
        host = {**host, "host": pinned.address}
        return host, {**pool, "server_hostname": pinned.name}


def _prepare(
    method: str, url: str, data: bytes | None, headers: Mapping[str, str] | None
) -> _Pinned:
    own = {"User-Agent": "track-service", "Accept-Encoding": "identity"}
    request = _Pinned()
    try:
        request.prepare(
            method=method, url=url, data=data, headers={**own, **(headers or {})}
        )
        urlsplit(str(request.url)).port  # noqa: B018  raises as well
    except ValueError:
        pass
    else:
        return request
    raise Refused("malformed URL or header")  # out here: see `exchange`


def is_public(address: str) -> bool:
    """Tell whether an IP address is open to everybody. Raises ValueError for no such."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return not any(ip in network for network in _CLOSED)
