"""One exchange on the wire: limits of time and size, and no foreign exceptions."""

import http.client
import io
import socket
from collections.abc import Callable
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from track_service.http.answer import Answer, HttpError

Left = Callable[[], float]
"""Tells the seconds left until a call must be over."""

_LONGEST = 3600.0
_LEFT: ContextVar[Left] = ContextVar("left", default=lambda: _LONGEST)
_PIECE = 65536
_HOSTS = 64

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (requests.exceptions.SSLError, "no trusted connection"),
    (requests.exceptions.ConnectTimeout, "no connection in time"),
    (requests.exceptions.ReadTimeout, "no answer in time"),
    (requests.exceptions.ChunkedEncodingError, "answer cut off"),
    (requests.exceptions.ContentDecodingError, "answer cannot be unpacked"),
)


def session(pool: int) -> requests.Session:
    """Return a session for up to `pool` threads: no cookies, proxies or netrc.

    Cookies are refused because accounts share the session.
    """
    made = _Session()
    made.trust_env = False
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.headers["User-Agent"] = "track-service"
    adapter = TimedAdapter(pool_connections=_HOSTS, pool_maxsize=pool)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Follow nothing. Even told not to follow, requests would read the body whole.

        That would be without the limit of size.
        """
        return None


def exchange(
    send: Callable[[], requests.Response], *, name: str, left: Left, max_bytes: int
) -> Answer:
    """Return the whole answer of `send`, which asks with `stream=True`.

    `name` stands for the URL in messages. `max_bytes` counts unpacked bytes. Raises
    `HttpError`, with `retry=False` where the request itself is at fault or the answer
    is too large.
    """
    token = _LEFT.set(left)
    try:
        with send() as response:
            return _read(response, name=name, max_bytes=max_bytes)
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        failure = _failure(error, name=name, left=left)
    finally:
        _LEFT.reset(token)
    raise failure  # out here: as its context, the first error would carry the query


def name_of(url: str) -> str:
    """Return host and path of a URL, for messages."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a malformed URL"
    return f"{parts.hostname or ''}{parts.path}"


def _read(response: requests.Response, *, name: str, max_bytes: int) -> Answer:
    body = bytearray()
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > max_bytes:
            raise HttpError(
                f"{name}: answer over {max_bytes} bytes", retry=False, sent=True
            )
    headers = {key.lower(): value for key, value in response.headers.items()}
    return Answer(bytes(body), response.status_code, headers)


def _failure(error: Exception, *, name: str, left: Left) -> HttpError:
    if _is_ours(error):
        return HttpError(f"{name}: cannot be asked like this", retry=False)
    sent = not _is_unconnected(error)
    if left() <= 0:
        return HttpError(f"{name}: no whole answer within the time limit", sent=sent)
    words = (text for kind, text in _WORDS if isinstance(error, kind))
    return HttpError(f"{name}: {next(words, 'connection failed')}", sent=sent)


def _is_unconnected(error: Exception) -> bool:
    """Tell whether a call failed before any of it can have arrived."""
    before = (requests.exceptions.SSLError, requests.exceptions.ConnectTimeout)
    reasons = (getattr(cause, "reason", None) for cause in error.args)
    refused = urllib3.exceptions.NewConnectionError
    return isinstance(error, before) or any(isinstance(r, refused) for r in reasons)


def _is_ours(error: Exception) -> bool:
    if not isinstance(error, ValueError | requests.exceptions.InvalidJSONError):
        return False
    # requests has one name for a header of ours and for one of the server's.
    theirs = urllib3.exceptions.InvalidHeader
    return not any(isinstance(arg, theirs) for arg in error.args)


class _Reader(io.RawIOBase):
    """A socket's bytes until the call's time is over.

    A socket's own time-out starts anew with each byte, so a server that drips (its
    headers, its chunk sizes, its body) could hold a thread for hours.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._timeout = sock.gettimeout()
        self._left = _LEFT.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._left()
        if left <= 0:
            raise TimeoutError("the call's time is over")
        self._sock.settimeout(min(left, self._timeout or left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_Reader(raw, sock))


class _Connection(HTTPConnection):
    response_class = _TimedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class TimedAdapter(HTTPAdapter):
    """The adapter whose connections keep to the time limit of `exchange`."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of connections that keep to the limit."""
        super().init_poolmanager(*args, **kwargs)
        pools = {"http": _Pool, "https": _SecurePool}
        self.poolmanager.pool_classes_by_scheme = pools
