"""Http: the one way out, to carriers (`Http`) and to tenants' URLs (`Guarded`)."""

from track_service.http.answer import (
    Answer,
    CircuitOpen,
    Grant,
    HttpError,
    OverLimit,
    Refused,
    read_seconds,
    retry_after,
)
from track_service.http.client import Http
from track_service.http.dns import Dns
from track_service.http.guarded import Guarded
from track_service.http.ports import Breaker, Limits, Tokens
from track_service.http.signatures import decoded, is_signed_by
from track_service.http.signing_in import Question, SignIn, in_header
from track_service.http.wire import session

__all__ = [
    "Answer",
    "Breaker",
    "CircuitOpen",
    "Dns",
    "Grant",
    "Guarded",
    "Http",
    "HttpError",
    "Limits",
    "OverLimit",
    "Question",
    "Refused",
    "SignIn",
    "Tokens",
    "decoded",
    "in_header",
    "is_signed_by",
    "read_seconds",
    "retry_after",
    "session",
]
