"""The fixture pairs of the carriers: a raw answer beside what a careful human reads."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from track_service.http import Answer

FIXTURES = Path(__file__).parents[1] / "fixtures" / "carriers"
_ENDING = ".expected.json"


@dataclass(frozen=True, slots=True)
class Pair:
    """`<name>.<ext>` as an Answer, `<name>.expected.json` as the Parsed document.

    The expected file may hold `http_status` (200 where it does not), `push` and
    `headers` beside the document: how the raw file reached us.
    """

    carrier: str
    name: str
    answer: Answer
    expected: dict[str, Any]
    push: bool

    def __str__(self) -> str:
        return f"{self.carrier}/{self.name}"


def folders() -> list[str]:
    """Return the carriers that have a fixture folder."""
    return sorted(p.name for p in FIXTURES.iterdir() if p.is_dir())


def pairs(folder: Path) -> list[Pair]:
    """Return the pairs of one carrier's folder, by name."""
    names = sorted(p.name.removesuffix(_ENDING) for p in folder.glob(f"*{_ENDING}"))
    return [pair(folder, name) for name in names]


def pair(folder: Path, name: str) -> Pair:
    """Read one pair. Raises ValueError unless it has exactly one raw file."""
    raw = [p for p in folder.glob(f"{name}.*") if not p.name.endswith(_ENDING)]
    if len(raw) != 1:
        raise ValueError(f"{folder.name}/{name}: {len(raw)} raw files")
    expected = json.loads((folder / f"{name}{_ENDING}").read_text(encoding="utf-8"))
    push = expected.pop("push", False)
    status = expected.pop("http_status", None if push else 200)
    headers = expected.pop("headers", {})
    answer = Answer(raw[0].read_bytes(), status, headers)
    return Pair(folder.name, name, answer, expected, push)


def orphans(folder: Path) -> list[str]:
    """Return the files that belong to no pair and describe no fetch and no seal."""
    known = {p.name for p in folder.glob(f"*{_ENDING}")} | {
        p.name for pattern in ("fetch*.json", "seal.json") for p in folder.glob(pattern)
    }
    names = {p.removesuffix(_ENDING) for p in known}
    return sorted(
        p.name
        for p in folder.iterdir()
        if p.name not in known and p.name.split(".")[0] not in names
    )
