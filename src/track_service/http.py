"""Http: the one way out to carriers. (Signature first; see the class.)"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer (or push body, or file): status, raw bytes, headers.

    `status` is None where none is known (a file given without one).
    """

    body: bytes
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """An OAuth 2 client-credentials grant; `style` is how the carrier wants the secret.

    `basic`: HTTP Basic and a form; `form`: all in the form; `json`: all in a JSON body.
    """

    url: str
    client_id: str
    client_secret: str
    style: Literal["basic", "form", "json"] = "basic"
    scope: str | None = None


class HttpError(Exception):
    """No answer that could be read. `retry` says whether asking later may help."""

    def __init__(self, message: str, *, retry: bool = True) -> None:
        super().__init__(message)
        self.retry = retry


class Http:
    """The client of one carrier account."""

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        grant: Grant | None = None,
    ) -> Answer:
        """Return the answer, whatever its HTTP status. Raises `HttpError`."""
        raise NotImplementedError

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        grant: Grant | None = None,
    ) -> Answer:
        """Return the answer, whatever its HTTP status. Raises `HttpError`."""
        raise NotImplementedError
