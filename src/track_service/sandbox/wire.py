"""What every carrier's desk works with: requests in, replies out, tokens, views."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from werkzeug.wrappers import Request

from track_service.sandbox.dice import marker
from track_service.sandbox.parcels import Did, Parcel, Step


@dataclass(frozen=True, slots=True)
class Reply:
    """A carrier's answer: status, a JSON document, more headers."""

    status: int
    document: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def body(self) -> bytes:
        return json.dumps(self.document, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class View:
    """A parcel as its carrier tells it now; `steps` in the order told, never empty."""

    parcel: Parcel
    steps: tuple[Step, ...]
    now: datetime

    @property
    def latest(self) -> Step:
        """Return the newest scan, whatever the order told."""
        known = [step for step in self.steps if step.did is not Did.NOVEL]
        return max(known or self.steps, key=lambda step: step.at)

    @property
    def expected_on(self) -> date | None:
        return self.parcel.expected_on(self.now)

    @property
    def newest_first(self) -> tuple[Step, ...]:
        return self.steps[::-1]

    def find(self, *kinds: Did) -> Step | None:
        """Return the newest scan of one of these kinds, or None."""
        found = [step for step in self.steps if step.did in kinds]
        return max(found, key=lambda step: step.at, default=None)


class Tokens:
    """Bearer tokens that expire by the domain clock."""

    def __init__(self, name: str, now: Callable[[], datetime]) -> None:
        self._name = name
        self._now = now
        self._ends: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def issue(self, seconds: int) -> str:
        """Return a new token, good for that many seconds of domain time."""
        with self._lock:
            token = marker(self._name, "token", len(self._ends), length=48)
            self._ends[token] = self._now() + timedelta(seconds=seconds)
        return token

    def accept(self, request: Request) -> bool:
        """Say whether the request bears a token that is still good."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        ends = self._ends.get(token)
        return scheme.lower() == "bearer" and ends is not None and self._now() < ends


@dataclass(frozen=True, slots=True)
class Desk:
    """What a carrier's desk has at hand."""

    credentials: Mapping[str, str]
    now: Callable[[], datetime]
    look: Callable[[str], View | None]
    tokens: Tokens

    def knows(self, client_id: str | None, client_secret: str | None) -> bool:
        """Say whether these are the client's credentials."""
        ours = self.credentials
        return (client_id, client_secret) == (ours["client_id"], ours["client_secret"])


class Carrier(Protocol):
    """A carrier's desk: it answers paths, and has its own words for failure."""

    def answer(self, request: Request, path: str) -> Reply:
        """Return the answer to a request; `path` is what follows the carrier's code."""
        ...

    def failure(self, status: int) -> Reply:
        """Return how this carrier says 429 or 500."""
        ...


def json_of(request: Request) -> dict[str, Any]:
    """Return the request's JSON object; an empty one where there is none."""
    found = request.get_json(force=True, silent=True)
    return found if isinstance(found, dict) else {}


def of_form_or_json(request: Request) -> Mapping[str, str]:
    """Return the fields of a form or of a JSON object, as token endpoints take both."""
    return request.form or json_of(request)


def offset_of(step: Step) -> str:
    """Return the offset at the hub then, as "-05:00"."""
    text = f"{step.local:%z}"
    return f"{text[:3]}:{text[3:5]}"
