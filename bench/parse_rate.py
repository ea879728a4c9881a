"""parse_rate: bodies read a second, over decoding the same body and no more.

In CPU seconds of one process, so that a busy machine spoils it less. First come bodies
as long as those of karrio's rates, with our rate over karrio's in the note. On a busy
machine of two cores these were (ratio to decoding; times karrio's rate): UPS 0.09, 6.3;
FedEx 0.11, 5.5; USPS 0.06, 14; DHL 0.06, 9.6; DHL XML 0.07, 15; Canada Post 0.07, 11.
"""

import json
from functools import partial
from pathlib import Path
from time import process_time

from lxml import etree

from bench.bodies import FIXTURES, KARRIO, body
from bench.measure import Result, rate
from track_service.carriers import carriers
from track_service.carriers.base import Carrier, read
from track_service.http import Answer

TIMES = 300


def run() -> list[Result]:
    """Measure first what karrio was measured with, then each carrier's longest fixture."""
    results = [_of_karrio(code) for code in KARRIO]
    for code, carrier in carriers().items():
        if (file := _longest(FIXTURES / code)) is not None:
            results.append(_of_fixture(carrier, file))
    return results


def _of_karrio(code: str) -> Result:
    answer = Answer(body(code), 200)
    result = _result(carriers()[code], answer)
    over = result.value / KARRIO[code].rate
    note = f"{result.note}; {over:.1f} times karrio's {KARRIO[code].rate}/s"
    return Result(result.name, result.value, result.unit, result.limit, 3, note)


def _of_fixture(carrier: type[Carrier], file: Path) -> Result:
    stated = json.loads(file.with_name(f"{file.stem}.expected.json").read_text())
    answer = Answer(file.read_bytes(), stated.get("http_status", 200))
    return _result(carrier, answer, push=stated.get("push", False))


def _result(carrier: type[Carrier], answer: Answer, *, push: bool = False) -> Result:
    decode = etree.fromstring if answer.body.lstrip()[:1] == b"<" else json.loads
    told = read(carrier, answer, push=push)
    events = sum(len(one.events) for one in told)
    note = f"{carrier.code}: {len(answer.body)} bytes, {events} events"
    parses = _rate(partial(read, carrier, answer, push=push))
    limit = _rate(partial(decode, answer.body))
    return Result("parse_rate", parses, "parses/s", limit, 3, note)


def _rate(work: partial[object]) -> float:
    def times() -> int:
        for _ in range(TIMES):
            work()
        return TIMES

    return rate(times, clock=process_time)


def _longest(folder: Path) -> Path | None:
    bodies = [
        path
        for kind in ("json", "xml")
        for path in folder.glob(f"*.{kind}")
        if path.with_name(f"{path.stem}.expected.json").is_file()
    ]
    return max(bodies, key=lambda path: path.stat().st_size, default=None)
