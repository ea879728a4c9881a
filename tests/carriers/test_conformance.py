"""The adapters against answers that careful humans have read, kept outside of here.

`TRACK_SAMPLES` names the folder: `<carrier>/<name>.<ext>` beside its reading,
`<name>.expected.json`; where it is not set, the samples beside the checkout are taken.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from track_service.carriers import carriers
from track_service.carriers.base import read
from track_service.core.parsed import document
from track_service.http import Answer

BESIDE = Path(__file__).parents[3] / "shared" / "samples" / "carriers"
SAMPLES = Path(os.environ.get("TRACK_SAMPLES") or BESIDE)
WANTED = 0.97
_ENDING = ".expected.json"
# The readings are coarser than our statuses, and name some troubles differently.
COARSE = {
    "picked_up": "in_transit",
    "preparing": "info_received",
    "pending": "unknown",
    "expired": "unknown",
    "attempt_failed": "delivery_attempted",
}
TROUBLES = {
    "quota": {"throttled"},
    "bad_request": {"invalid_number", "input_needed", "bad_answer", "not_found"},
    "auth": {"auth", "input_needed"},
    "invalid_number": {"invalid_number", "not_found"},
    "not_found": {"not_found", "invalid_number"},
    "server_error": {"server_error", "bad_answer"},
}
WEAK = {"constructed", "placeholder", "secondary"}


def test_nearly_every_sample_is_read_as_a_human_reads_it():
    if not SAMPLES.is_dir():
        pytest.skip(f"no samples at {SAMPLES}; TRACK_SAMPLES names another folder")

    right, wrong = [], []
    for name, expected, seen in _readings():
        (right if _agrees(expected, seen) else wrong).append(name)

    assert right
    assert len(right) >= WANTED * (len(right) + len(wrong)), wrong


def _readings() -> Iterator[tuple[str, Mapping[str, Any], list[dict[str, Any]]]]:
    """Yield (name, the human's reading, our results) of every firm sample we have."""
    for code, carrier in carriers().items():
        for file in sorted((SAMPLES / code).glob(f"*{_ENDING}")):
            expected = json.loads(file.read_text(encoding="utf-8"))
            stem = file.name.removesuffix(_ENDING)
            raw = next(p for p in file.parent.glob(f"{stem}.*") if p != file)
            if expected["nature"] in WEAK or expected["ambiguous"]:
                continue
            answer = Answer(raw.read_bytes(), expected.get("http_status"))
            seen = read(carrier, answer, push=expected["mode"] == "push")
            yield f"{code}/{stem}", expected, document(code, seen)["results"]


def _agrees(expected: Mapping[str, Any], seen: list[dict[str, Any]]) -> bool:
    error = expected["error"]
    if error and not expected["results"]:
        kinds = {r["error"]["kind"] for r in seen if r["error"]}
        kind = error["kind"]
        return kind == "conflict" or bool(kinds & TROUBLES.get(kind, {kind}))
    if not expected["results"]:
        return True  # the answer to another question, which states no status
    return _coarse(expected["results"]) == _coarse(seen)


def _coarse(results: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return status and number of scans of each parcel, in the readings' words."""
    return sorted(
        (COARSE.get(r["status"], r["status"]) or "unknown", len(r["events"]))
        for r in results
    )
