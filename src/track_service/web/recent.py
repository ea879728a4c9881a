"""Recent pages: who asks again within a moment gets the same answer, without a query.

It stands before Flask: an answer that is kept costs neither a look at the address nor
one at the host, both of which the first of its kind has passed.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from flask import request
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags, unquote_etag
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_KEEP = "track_service.recent"
_Key = tuple[str | None, ...]


def keep() -> None:
    """Let the answer of the present request be given again for a moment."""
    request.environ[_KEEP] = True


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer with its ETag; `body` is None while nobody asked for more than a 304."""

    at: datetime
    tag: str
    headers: Headers
    body: bytes | None

    def again(self, environ: WSGIEnvironment) -> Response | None:
        """Return the answer for a request, None if it lacks its body."""
        if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(self.tag):
            return Response(status=304, headers=self.headers)
        return None if self.body is None else Response(self.body, headers=self.headers)


class Shelf:
    """Keeps up to `most` pages of one process for `seconds` each; 0 keeps none.

    What this process writes shows at once (`clear`), what others write after that time.
    """

    def __init__(
        self, seconds: float, wall: Callable[[], datetime], *, most: int = 500
    ) -> None:
        self._span, self._wall, self._most = timedelta(seconds=seconds), wall, most
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._lock = Lock()
        self.writes = 0

    def __bool__(self) -> bool:
        """Whether anything is ever kept."""
        return bool(self._span)

    def clear(self) -> None:
        """Forget all: something was written."""
        with self._lock:
            self.writes += 1
            self._kept.clear()

    def again(self, environ: WSGIEnvironment) -> Response | None:
        """Return what a request was answered a moment ago, None if that is not kept."""
        kept = self._kept.get(_key(environ))
        if kept is None:
            return None
        age = self._wall() - kept.at
        if age < timedelta():  # the clock was set back: no age can be told any more
            self.clear()
        return kept.again(environ) if timedelta() <= age < self._span else None

    def keep(self, environ: WSGIEnvironment, answer: Response, writes: int) -> None:
        """Keep an answer that was begun after so many writes, if there were no more."""
        tag, _ = unquote_etag(answer.headers.get("ETag"))
        if tag is None or answer.cache_control.no_store:
            return
        kept = _Kept(
            at=self._wall(),
            tag=tag,
            headers=answer.headers,
            body=answer.get_data() if answer.status_code == 200 else None,
        )
        key = _key(environ)
        with self._lock:
            if writes != self.writes:
                return  # it may be of before
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


class Recent:
    """The app behind a shelf. What a cookie opened is nobody else's and not kept."""

    def __init__(self, app: WSGIApplication, shelf: Shelf) -> None:
        self._app = app
        self._shelf = shelf

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer as a moment ago, or ask the app."""
        is_plain = environ["REQUEST_METHOD"] == "GET" and "HTTP_COOKIE" not in environ
        if not (self._shelf and is_plain):
            return self._app(environ, start_response)
        again = self._shelf.again(environ)
        if again is not None:
            return again(environ, start_response)
        return self._ask(environ, start_response)

    def _ask(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        writes, started = self._shelf.writes, []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            started.append((status, Headers(headers)))
            return start_response(status, headers, *more)

        parts = self._app(environ, start)
        if not environ.get(_KEEP):
            return parts
        with Response(parts, *started[-1]) as response:
            body = response.get_data()
            self._shelf.keep(environ, response, writes)
        return [body]


def _key(environ: WSGIEnvironment) -> _Key:
    return tuple(
        environ.get(name)
        for name in ("HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_LANGUAGE")
    )
