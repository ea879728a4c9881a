"""Alerts by Apprise URLs (https://appriseit.com): chat, paging and push services."""

import logging
import socket
import sys
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import apprise
from apprise.plugins import url_to_dict

from track_service.channels.base import Channel, DeliveryError, Message, Outlets
from track_service.http.guarded import is_public

# Encrypted, and no service that runs a program or writes a file.
_SCHEMES = """
discord gchat gotifys jsons mailtos mmosts ntfys opsgenie pagerduty pover rockets
slack tgram workflow workflows zulip
"""
SCHEMES = frozenset(_SCHEMES.split())

# Apprise reads files or fetches URLs for some of the others (template, pgppub …).
_OPTIONS = """
apikey avatar avatar_url bcc blocks botname cc channel channels class component content
email footer format from group icon_url id image mdv method mode name overflow pass
password priority region reply route severity sig signature silent smtp sound source
tags team thread to token topic user ver webhook workflow workspace
"""
OPTIONS = frozenset(_OPTIONS.split())


def is_allowed(url: str) -> bool:
    """Tell whether a URL's scheme is one that alerts may go to.

    Plain JSON is, though to an operator's own hosts alone, which only sending knows.
    """
    scheme, separator, _ = url.partition("://")
    return bool(separator) and scheme.lower() in SCHEMES | {"json"}


class AppriseUrls(Channel):
    """Sends to one Apprise URL a message; never logs it, as it holds the secrets.

    Connections to addresses that are not public are refused at the socket, whatever
    the URL, DNS or a redirect say, but to `allowed_private_hosts` (an HTTP proxy of
    the operator's has to be named there too).
    """

    code: ClassVar[str] = "apprise"

    def __init__(
        self,
        schemes: Collection[str] = SCHEMES,
        allowed_private_hosts: Collection[str] = (),
    ) -> None:
        self._schemes = schemes
        self._private = allowed_private_hosts
        self._asset = apprise.AppriseAsset(
            app_id="Track Service", app_desc="Shipment alerts", http_redirects=False
        )
        _prepare()

    @classmethod
    def open(cls, outlets: Outlets) -> Self:
        """Return the channel with the schemes that every installation may use."""
        return cls(allowed_private_hosts=outlets.allowed_private_hosts)

    def send(self, message: Message) -> None:
        """Send subject and text to the URL `message.to`.

        Apprise tells only that a service failed, not why, so that is tried again; a
        URL that we refuse is permanent.
        """
        with only_public(self._private) as guard:
            client = apprise.Apprise(asset=self._asset)
            client.add(self._service(message.to))
            delivered = client.notify(body=message.text, title=message.subject)
        if delivered:
            return
        if guard.refused:
            raise DeliveryError("the URL leads to a private address", permanent=True)
        raise DeliveryError("the alert service took no message")

    def _service(self, url: str) -> Any:
        parts = url_to_dict(url)  # type: ignore[no-untyped-call]
        if not parts:
            raise DeliveryError("this is no URL that Apprise knows", permanent=True)
        scheme = parts["schema"]
        if scheme not in self._schemes and not self._is_ours(scheme, parts):
            raise DeliveryError(f"{scheme}: this scheme is not allowed", permanent=True)
        for option, value in parts["qsd"].items():
            if not _is_harmless(option, value):
                # A long one may be a secret that slipped into the query.
                name = option if len(option) <= 16 else "?"
                raise DeliveryError(
                    f"{name}: this option is not allowed", permanent=True
                )
        service = apprise.Apprise.instantiate(parts, asset=self._asset)
        if service is None:
            raise DeliveryError(f"{scheme}: the URL is incomplete", permanent=True)
        return service

    def _is_ours(self, scheme: str, parts: Mapping[str, Any]) -> bool:
        """Plain JSON is for the operator's own hosts alone (the demo, tests)."""
        host = f"{parts['host']}:{parts['port']}" if parts["port"] else parts["host"]
        return scheme == "json" and host in self._private


def _is_harmless(option: str, value: str) -> bool:
    own = option[:1] in {"+", "-", ":"}  # headers and fields of the user's own
    return own or (option in OPTIONS and (option, value) != ("mode", "insecure"))


Address = tuple[str, int | None]
"""An IP address and a port; None stands for every port."""


@dataclass(slots=True)
class _Guard:
    allowed: frozenset[Address]
    refused: bool = False


_GUARD: ContextVar[_Guard | None] = ContextVar("apprise_guard", default=None)


@contextmanager
def only_public(private_hosts: Collection[str] = ()) -> Iterator[_Guard]:
    """Refuse connections of this context to what is not public, but to these hosts.

    A host is `host` or `host:port`. The guard tells in `refused` if it had to.
    """
    guard = _Guard(frozenset().union(*map(_addresses, private_hosts)))
    token = _GUARD.set(guard)
    try:
        yield guard
    finally:
        _GUARD.reset(token)


def _addresses(host: str) -> set[Address]:
    parts = urlsplit(f"//{host}")
    try:
        found = socket.getaddrinfo(parts.hostname, None)
    except OSError:
        return set()
    return {(str(address[0]), parts.port) for *_, address in found}


def _at_connect(event: str, args: tuple[Any, ...]) -> None:
    """Refuse a connection of a guarded send (the audit hook of PEP 578).

    Apprise takes no HTTP client of ours and resolves names itself, so a check of the
    URL's host would not hold: this sees the very address that is connected to.
    """
    if event != "socket.connect" or (guard := _GUARD.get()) is None:
        return
    target = args[1]  # a tuple, but the path of a Unix socket
    host, port = target[:2] if isinstance(target, tuple) else ("", None)
    if not guard.allowed & {(host, port), (host, None)} and not _is_open(host):
        guard.refused = True
        raise PermissionError("not a public address")


# Audit hooks are not traced otherwise, so neither debugger nor coverage would see it.
_at_connect.__cantrace__ = True  # type: ignore[attr-defined]


def _is_open(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:  # a name, or no Internet address at all
        return False


@cache
def _prepare() -> None:
    """Load Apprise's services, silence what logs URLs, and put the guard in place."""
    with warnings.catch_warnings():
        # One of its modules imports imghdr, which Python 3.11 announces the end of.
        warnings.simplefilter("ignore", DeprecationWarning)
        url_to_dict("json://localhost")  # type: ignore[no-untyped-call]
    # Filters, as a later logging.config would undo a level or `disabled`.
    logging.getLogger("apprise").addFilter(lambda record: False)
    logging.getLogger("urllib3.connectionpool").addFilter(
        lambda record: record.levelno > logging.DEBUG  # the path holds the token
    )
    sys.addaudithook(_at_connect)


CHANNEL: type[Channel] = AppriseUrls
