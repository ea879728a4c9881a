"""Signing in: the call that gives a token, and how the other calls bear it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from track_service.http.answer import Answer

_LONGEST = 30 * 86400.0
_MARGIN = 60.0
_UNAUTHORISED = 401


@dataclass(frozen=True, slots=True)
class Question:
    """A request to be sent, maybe more than once."""

    method: str
    url: str
    params: Mapping[str, str] | None = None
    json: Any = None
    data: Mapping[str, str] | bytes | None = None
    headers: Mapping[str, str] | None = None
    auth: tuple[str, str] | None = None


def in_header(name: str, prefix: str = "") -> Callable[[Question, str], Question]:
    """Return what puts a token into a header of a question."""

    def bear(question: Question, token: str) -> Question:
        held = {**(question.headers or {}), name: f"{prefix}{token}"}
        return replace(question, headers=held)

    return bear


def unauthorised(answer: Answer) -> bool:
    """Tell whether an answer is a 401."""
    return answer.status == _UNAUTHORISED


_as_bearer = in_header("Authorization", "Bearer ")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A carrier's own way to a token, which then is kept, shared and renewed.

    `who` names whose token it is and holds no secret. `read` returns the token and the
    seconds that it lasts; None where the answer is a refusal, which then is the whole
    call's answer. `bear` puts the token into a question. `ended` tells from an answer
    that the token is taken no more: it is dropped, and the question asked once again.
    """

    question: Question = field(repr=False)
    who: str
    read: Callable[[Answer], tuple[str, float] | None]
    bear: Callable[[Question, str], Question] = _as_bearer
    ended: Callable[[Answer], bool] = unauthorised

    def key(self, account: str) -> str:
        """Return where an account's token is kept: at most 100 characters, no secret."""
        parts = json.dumps([account, self.question.url, self.who])
        return hashlib.sha256(parts.encode()).hexdigest()


def usable(seconds: float) -> timedelta:
    """Return how long to use a token that lasts `seconds`, a safety margin taken off."""
    lasts = min(seconds, _LONGEST)
    return timedelta(seconds=lasts - min(_MARGIN, lasts / 10))
