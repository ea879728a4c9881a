"""The client of one carrier account: retries, rate limit, circuit breaker, tokens."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import requests

from track_service.http.answer import (
    Answer,
    CircuitOpen,
    Grant,
    HttpError,
    OverLimit,
    retry_after,
)
from track_service.http.oauth import granted
from track_service.http.ports import Breaker, Limits, Tokens
from track_service.http.signing_in import Question, SignIn, usable
from track_service.http.wire import Left, exchange, name_of

_FIRST_PAUSE = 0.5  # seconds, doubled with each retry
_PATIENCE = 5.0  # the longest wait for a rate limit or a Retry-After
_TOKEN_PATIENCE = 10.0
_TOKEN_NAP = 0.1
_TOKEN_LEASE = 60.0  # beyond the longest call, so that two never fetch at once
_TOO_MANY = 429
_UNAVAILABLE = 503
_FAULTS = frozenset({500, 502, 503, 504})


class Http:
    """The client of one carrier account. Threads may share it.

    A call ends within `total` seconds and one time-out more, its waits, retries and
    token included. `timeout` is (connect, read), in seconds; `wall` returns aware UTC;
    `jitter` returns 0…1. `retries` come on top of the first try. Redirects are not
    followed: a 3xx is an answer like any other.
    """

    def __init__(
        self,
        session: requests.Session,
        *,
        account: str,
        tokens: Tokens,
        limits: Limits,
        breaker: Breaker,
        wall: Callable[[], datetime],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
        timeout: tuple[float, float] = (3.05, 20.0),
        total: float = 30.0,
        max_bytes: int = 5_000_000,
        retries: int = 2,
    ) -> None:
        self._session = session
        self._account = account
        self._tokens = tokens
        self._limits = limits
        self._breaker = breaker
        self._wall = wall
        self._sleep = sleep
        self._jitter = jitter
        self._timeout = timeout
        self._total = timedelta(seconds=total)
        self._max_bytes = max_bytes
        self._retries = retries

    def now(self) -> datetime:
        """Return the real time, aware UTC: some carriers want calls stamped or signed."""
        return self._wall()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        grant: Grant | SignIn | None = None,
    ) -> Answer:
        """Return the answer, whatever its HTTP status. Raises `HttpError`.

        With a `grant` (then without `auth`) the answer may be the token endpoint's, if
        that refused us.
        """
        question = Question("GET", url, params=params, headers=headers, auth=auth)
        return self._ask(question, grant)

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        grant: Grant | SignIn | None = None,
    ) -> Answer:
        """Return the answer as `get` does. Retried too: to carriers a POST only asks."""
        question = Question("POST", url, params, json, data, headers, auth)
        return self._ask(question, grant)

    def _ask(self, question: Question, grant: Grant | SignIn | None) -> Answer:
        end = self._wall() + self._total

        def left() -> float:
            return (end - self._wall()).total_seconds()

        if grant is None:
            return self._tries(question, left)
        try:
            sign_in = granted(grant) if isinstance(grant, Grant) else grant
            return self._with_token(question, sign_in, left)
        except _Denied as denied:
            return denied.answer

    def _with_token(self, question: Question, sign_in: SignIn, left: Left) -> Answer:
        key = sign_in.key(self._account)
        token = self._tokens.cached(key, now=self._wall())
        if token is not None:
            answer = self._tries(sign_in.bear(question, token), left)
            if not sign_in.ended(answer):
                return answer
            self._tokens.drop(key, token)  # revoked before its time
        token = self._new_token(key, sign_in, left)
        return self._tries(sign_in.bear(question, token), left)

    def _new_token(self, key: str, sign_in: SignIn, left: Left) -> str:
        waited = 0.0
        while not self._tokens.lease(key, now=self._wall(), seconds=_TOKEN_LEASE):
            token = self._tokens.cached(key, now=self._wall())
            if token is not None:
                return token
            if waited >= _TOKEN_PATIENCE or left() <= 0:
                raise HttpError(f"{name_of(sign_in.question.url)}: no token in time")
            self._sleep(_TOKEN_NAP)
            waited += _TOKEN_NAP
        try:
            return self._fetch_token(key, sign_in, left)
        finally:
            self._tokens.release(key)

    def _fetch_token(self, key: str, sign_in: SignIn, left: Left) -> str:
        answer = self._tries(sign_in.question, left, limited=False)
        given = sign_in.read(answer)
        if given is None:
            raise _Denied(answer)
        token, lasts = given
        self._tokens.put(key, token, expires_at=self._wall() + usable(lasts))
        return token

    def _tries(self, question: Question, left: Left, *, limited: bool = True) -> Answer:
        if not self._breaker.allows(self._account, now=self._wall()):
            raise CircuitOpen(f"{name_of(question.url)}: failed too often, left alone")
        tried = 0
        while True:
            if limited:
                self._take_turn()
            try:
                answer = self._try(question, left)
            except HttpError as error:
                if not error.retry:
                    raise
                pause = self._pause(None, tried)
                if pause is None or pause >= left():
                    self._report(ok=False)
                    raise
            else:
                pause = self._pause(answer, tried)
                if pause is None or pause >= left():
                    self._report(ok=(answer.status or 0) < 500)
                    return answer
            self._sleep(pause)
            tried += 1

    def _try(self, question: Question, left: Left) -> Answer:
        def send() -> requests.Response:
            return self._session.request(
                question.method,
                question.url,
                params=question.params,
                json=question.json,
                data=question.data,
                headers=question.headers,
                auth=question.auth,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )

        return exchange(
            send, name=name_of(question.url), left=left, max_bytes=self._max_bytes
        )

    def _pause(self, answer: Answer | None, tried: int) -> float | None:
        """Return the seconds until the next try, None if there shall be none."""
        if tried >= self._retries:
            return None
        backoff = _FIRST_PAUSE * 2.0**tried * (0.5 + self._jitter() / 2)
        if answer is None:
            return backoff
        if answer.status in (_TOO_MANY, _UNAVAILABLE):
            wait = retry_after(answer, self._wall())
            if wait is not None:
                seconds = wait.total_seconds()
                return seconds if seconds <= _PATIENCE else None
        return backoff if answer.status in _FAULTS else None

    def _take_turn(self) -> None:
        waited = 0.0
        while wait := self._limits.take(self._account, wall=self._wall):
            waited += wait
            if waited > _PATIENCE:
                raise OverLimit(wait)
            self._sleep(wait)

    def _report(self, *, ok: bool) -> None:
        self._breaker.report(self._account, now=self._wall(), ok=ok)


class _Denied(Exception):
    """The token endpoint answered, but not with a token."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("denied")
        self.answer = answer
