"""parse_rate: bodies read a second, over decoding the same body and no more."""

import json
from pathlib import Path

from lxml import etree

from bench.measure import Result, rate
from track_service.carriers import carriers
from track_service.carriers.base import read
from track_service.http import Answer

FIXTURES = Path(__file__).parents[1] / "tests/fixtures/carriers"
TIMES = 300


def run() -> list[Result]:
    results = []
    for code, carrier in carriers().items():
        file = _longest(FIXTURES / code)
        if file is None:
            continue
        body = file.read_bytes()
        stated = json.loads(file.with_name(f"{file.stem}.expected.json").read_text())
        push = stated.get("push", False)
        answer = Answer(body, stated.get("http_status", 200))
        decode = json.loads if file.suffix == ".json" else etree.fromstring

        def parse(carrier=carrier, answer=answer, push=push) -> int:
            for _ in range(TIMES):
                read(carrier, answer, push=push)
            return TIMES

        def limit(decode=decode, body=body) -> int:
            for _ in range(TIMES):
                decode(body)
            return TIMES

        events = sum(len(r["events"]) for r in stated["results"])
        note = f"{code}: {len(body)} bytes, {events} events"
        results.append(
            Result("parse_rate", rate(parse), "parses/s", rate(limit), 3, note)
        )
    return results


def _longest(folder: Path) -> Path | None:
    bodies = [
        path
        for kind in ("json", "xml")
        for path in folder.glob(f"*.{kind}")
        if not path.name.endswith(".expected.json")
        and not path.name.startswith("fetch")
    ]
    return max(bodies, key=lambda path: path.stat().st_size, default=None)
