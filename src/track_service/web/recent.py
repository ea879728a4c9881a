"""Recent pages: who asks again within a moment gets the same answer, without a query."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from flask import Response, request

_Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer with its ETag; `body` is None while nobody asked for more than a 304."""

    until: datetime
    tag: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None

    def again(self) -> Response | None:
        """Return the answer for the present request, None if it lacks its body."""
        if request.if_none_match.contains_weak(self.tag):
            return Response(status=304, headers=list(self.headers))
        return (
            None
            if self.body is None
            else Response(self.body, headers=list(self.headers))
        )


class Recent:
    """Keeps up to `most` pages of one process for `seconds` each; 0 keeps none.

    What this process writes shows at once, what others write after that time. What a
    cookie opened is nobody else's and not kept.
    """

    def __init__(
        self, seconds: float, wall: Callable[[], datetime], *, most: int = 500
    ) -> None:
        self._span, self._wall, self._most = timedelta(seconds=seconds), wall, most
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._writes = 0
        self._lock = Lock()

    def answer(self, make: Callable[[], Response]) -> Response:
        """Return the page of this request as it was a moment ago, else a new one."""
        if not self._span or request.cookies:
            return make()
        key = (request.host, request.full_path, request.headers.get("Accept-Language"))
        with self._lock:
            kept, writes = self._kept.get(key), self._writes
        if kept is not None and self._wall() < kept.until:
            again = kept.again()
            if again is not None:
                return again
        response = make()
        self._keep(key, response, writes)
        return response

    def clear(self) -> None:
        """Forget all: something was written."""
        with self._lock:
            self._writes += 1
            self._kept.clear()

    def _keep(self, key: _Key, response: Response, writes: int) -> None:
        tag, _ = response.get_etag()
        if tag is None or response.cache_control.no_store:
            return
        is_whole = response.status_code == 200
        kept = _Kept(
            until=self._wall() + self._span,
            tag=tag,
            headers=tuple(response.headers.items()),
            body=response.get_data() if is_whole else None,
        )
        with self._lock:
            if writes != self._writes:
                return  # it may be of before
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
