"""How a carrier proves its pushes, told by `seal.json` after the carrier's document.

`{account: {…}, push: {body, headers?, query?, path?, at?, keys?}, trust? ("signed"),
forged?: [what is different in the push], bare?: {what is different without the proof},
bare_trust? ("refused")}`. The push is as the carrier sends it, signed with an invented
secret. Forged besides are the same with a bit turned in any one header or query value.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.carriers.pairs import FIXTURES

from track_service.carriers.base import Push, Trust


@dataclass(frozen=True, slots=True)
class Seal:
    """A push with its right proof, with forged ones, and without; and whose it is."""

    account: Mapping[str, str]
    right: Push
    trust: Trust
    forged: tuple[Push, ...]
    bare: Push
    bare_trust: Trust


def sealed() -> list[str]:
    """Return the carriers that have a `seal.json`."""
    return sorted(path.parent.name for path in FIXTURES.glob("*/seal.json"))


def seal(code: str) -> Seal:
    """Read a carrier's `seal.json`."""
    told = json.loads((FIXTURES / code / "seal.json").read_text(encoding="utf-8"))
    right = _push(told["push"])
    stated = told.get("forged", [])
    return Seal(
        told["account"],
        right,
        Trust(told.get("trust", Trust.SIGNED)),
        (*_turned(right), *(_push(told["push"] | other) for other in stated)),
        _push({**told["push"], "headers": {}, "query": {}, **told.get("bare", {})}),
        Trust(told.get("bare_trust", Trust.REFUSED)),
    )


def _push(told: Mapping[str, Any]) -> Push:
    return Push(
        told["body"].encode(),
        told.get("headers", {}),
        told.get("query", {}),
        told.get("path", ""),
        datetime.fromisoformat(told["at"]) if "at" in told else None,
        told.get("keys"),
    )


def _turned(push: Push) -> Iterator[Push]:
    for name, value in push.headers.items():
        yield replace(push, headers={**push.headers, name: _flipped(value)})
    for name, value in push.query.items():
        yield replace(push, query={**push.query, name: _flipped(value)})


def _flipped(stated: str) -> str:
    return chr(ord(stated[0]) ^ 1) + stated[1:]
