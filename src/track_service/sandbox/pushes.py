"""Pushes: what Viettel Post, GHN and GHTK send of their own accord."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from track_service.sandbox import ghn, ghtk, viettelpost
from track_service.sandbox.dice import dice
from track_service.sandbox.faults import Faults
from track_service.sandbox.parcels import Parcel, Step

PUSHERS = ("viettelpost", "ghn", "ghtk")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Push:
    """One body to post; `form` and `query` are GHTK's, `headers` Viettel Post's."""

    carrier: str
    number: str
    document: Mapping[str, Any]
    form: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


class Outbox:
    """Keeps what is still to be pushed, in the order in which it happened."""

    def __init__(self, credentials: Callable[[str], Mapping[str, str]]) -> None:
        self._credentials = credentials
        self._told: Counter[str] = Counter()
        self._waiting: list[Push] = []
        self._session = requests.Session()
        self._session.trust_env = False

    def collect(
        self,
        parcels: Iterable[Parcel],
        *,
        carriers: Iterable[str],
        faults: Faults,
        now: datetime,
    ) -> None:
        """Queue what these carriers' parcels have lived through since the last time."""
        wanted = set(carriers)
        due: list[tuple[Step, Parcel]] = []
        for parcel in parcels:
            if parcel.carrier in wanted:
                seen = parcel.until(now)
                due += [(step, parcel) for step in seen[self._told[parcel.number] :]]
                self._told[parcel.number] = len(seen)
        due.sort(key=lambda pair: (pair[0].at, pair[1].number))
        pushes = [push for step, parcel in due for push in self._bodies(parcel, step)]
        self._waiting += _disturbed(pushes, faults, now=now)

    def send(self, hooks: Mapping[str, str]) -> int:
        """Post what waits to its carrier's hook; return how many were accepted.

        What is not accepted, after one more try, waits for the next call; a hook
        that cannot be reached is left alone until then.
        """
        sent = 0
        kept: list[Push] = []
        unreachable: set[str] = set()
        for push in self._waiting:
            url = hooks.get(push.carrier)
            if url is None or push.carrier in unreachable:
                kept.append(push)
                continue
            accepted = self._post(url, push)
            sent += accepted is True
            if not accepted:
                kept.append(push)
            if accepted is None:
                unreachable.add(push.carrier)
        self._waiting = kept
        return sent

    def close(self) -> None:
        self._session.close()

    def _bodies(self, parcel: Parcel, step: Step) -> Iterator[Push]:
        secrets = self._credentials(parcel.carrier)
        if parcel.carrier == "ghn":
            for document in ghn.push(parcel, step):
                yield Push("ghn", parcel.number, document)
        elif parcel.carrier == "ghtk":
            document = ghtk.push(parcel, step)
            query = {"hash": secrets["push_hash"]}
            form = ghtk.coin(parcel)
            yield Push("ghtk", parcel.number, document, form=form, query=query)
        else:
            token = secrets["push_token"]
            document = viettelpost.push(parcel, step, token)
            headers = {"Authorization": token}
            yield Push("viettelpost", parcel.number, document, headers=headers)

    def _post(self, url: str, push: Push) -> bool | None:
        """Say whether the hook accepted the push; None where nobody answered."""
        headers = dict(push.headers)
        answered = None
        for _ in range(2):
            try:
                with self._session.post(
                    _with(url, push.query),
                    headers=headers,
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                    data=push.document if push.form else None,
                    json=None if push.form else push.document,
                ) as response:
                    answered = response.ok
            except requests.RequestException:
                answered = None
            if answered:
                return True
        return answered


def check_hooks(hooks: Mapping[str, str]) -> None:
    """Raise ValueError for a carrier that pushes nothing or a hook off loopback."""
    for carrier, url in hooks.items():
        if carrier not in PUSHERS:
            raise ValueError(f"{carrier} pushes nothing here")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname not in _LOOPBACK:
            raise ValueError(f"pushes stay on loopback: {parts.hostname}")


def _with(url: str, query: Mapping[str, str]) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def _disturbed(pushes: list[Push], faults: Faults, *, now: datetime) -> list[Push]:
    told: list[Push] = []
    for push in pushes:
        touched = faults.touch(push.carrier)
        rng = dice(faults.seed, push.number, push.document, "push")
        told += [push] * (1 + (touched and rng.random() < faults.duplicated))
    order = dice(faults.seed, "pushes", now.isoformat())
    if order.random() < faults.reordered:
        order.shuffle(told)
    return told
