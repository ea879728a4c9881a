"""The fixture pairs of the storefronts: a payload beside what a careful human reads."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from track_service.storefronts.base import Hook

FIXTURES = Path(__file__).parents[1] / "fixtures" / "storefronts"
_ENDING = ".expected.json"


@dataclass(frozen=True, slots=True)
class Pair:
    """`<name>.json` as bytes, `<name>.expected.json` as the Order document."""

    platform: str
    name: str
    body: bytes
    expected: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.platform}/{self.name}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`hook*.json`: a payload's headers as the platform sends them, and the secret.

    It holds `payload` (a file of the folder), `headers`, `settings`, `now`, and
    `stamped` where what is signed holds a time, `unsigned` where nothing is, `tells`
    where the secret itself is told and the body is not signed with it; `keys` (public
    ones, by id) where the platform signs with one.
    """

    platform: str
    name: str
    hook: Hook
    settings: dict[str, str]
    now: datetime
    stamped: bool
    unsigned: bool
    tells: bool

    def __str__(self) -> str:
        return f"{self.platform}/{self.name}"


def folders() -> list[str]:
    """Return the platforms that have a fixture folder."""
    return sorted(p.name for p in FIXTURES.iterdir() if p.is_dir())


def pairs(platform: str) -> list[Pair]:
    """Return a platform's pairs, by name."""
    found = []
    for file in sorted((FIXTURES / platform).glob(f"*{_ENDING}")):
        name = file.name.removesuffix(_ENDING)
        body = (file.parent / f"{name}.json").read_bytes()
        expected = json.loads(file.read_text(encoding="utf-8"))
        found.append(Pair(platform, name, body, expected))
    return found


def deliveries(platform: str) -> list[Delivery]:
    """Return a platform's deliveries, by name."""
    found = []
    for file in sorted((FIXTURES / platform).glob("hook*.json")):
        told = json.loads(file.read_text(encoding="utf-8"))
        body = (file.parent / told["payload"]).read_bytes()
        found.append(
            Delivery(
                platform,
                file.stem,
                Hook(body, told["headers"], told.get("query", {}), told.get("keys")),
                told["settings"],
                datetime.fromisoformat(told["now"]),
                told.get("stamped", False),
                told.get("unsigned", False),
                told.get("tells", False),
            )
        )
    return found


def settings_of(platform: str) -> dict[str, str]:
    """Return the settings that a platform's payloads are read by."""
    return next(delivery.settings for delivery in deliveries(platform))


def orphans(platform: str) -> list[str]:
    """Return the files that belong to no pair and describe no delivery."""
    files = {p.name for p in (FIXTURES / platform).iterdir()}
    known = {f"{p.name}{end}" for p in pairs(platform) for end in (".json", _ENDING)}
    return sorted(files - known - {f"{d.name}.json" for d in deliveries(platform)})
