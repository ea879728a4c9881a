"""Answers as long as those that karrio's rates are of, grown out of our own fixtures."""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree

FIXTURES = Path(__file__).parents[1] / "tests/fixtures/carriers"


@dataclass(frozen=True)
class Karrio:
    """Parses a second of karrio's SDK with its HTTP mocked, and of which answer.

    `scans` names the list (or element) of scans in our fixture, `count` how many the
    answer has: of FedEx as many as make its 15.9 KB.
    """

    rate: int
    fixture: str
    scans: str
    count: int


KARRIO = {
    "ups": Karrio(1028, "out_for_delivery.json", "activity", 6),
    "fedex": Karrio(622, "out_for_delivery.json", "scanEvents", 17),
    "usps": Karrio(283, "out_for_delivery.json", "trackingEvents", 12),
    "dhl_unified": Karrio(457, "out_for_delivery.json", "events", 12),
    "dhl_express_xml": Karrio(140, "delivered.xml", "ShipmentEvent", 19),
    "canada_post": Karrio(215, "delivered.xml", "occurrence", 12),
}


def body(code: str) -> bytes:
    """Return the body that a carrier's rate is measured with."""
    of = KARRIO[code]
    stated = (FIXTURES / code / of.fixture).read_bytes()
    grown = _json if of.fixture.endswith(".json") else _xml
    return grown(stated, of.scans, of.count)


def _json(stated: bytes, name: str, count: int) -> bytes:
    document = json.loads(stated)
    scans = _find(document, name)
    for place in range(count - len(scans)):
        scans.append(json.loads(_earlier(json.dumps(scans[place]))))
    return json.dumps(document, indent=2).encode()


def _earlier(scan: str) -> str:
    """A scan of the month before: our fixtures are of one March, no two are alike."""
    months = ("2026-03", "2026-02", "2026-01", "2025-12", "2025-11", "2025-10")
    for before, after in pairwise(reversed(months)):
        scan = scan.replace(after, before)
    return scan


def _find(value: Any, name: str) -> list[Any]:
    below = value if isinstance(value, list) else list(value.values())
    if isinstance(value, dict) and isinstance(value.get(name), list):
        return value[name]
    found = (_find(one, name) for one in below if isinstance(one, dict | list))
    return next(filter(None, found), [])


def _xml(stated: bytes, name: str, count: int) -> bytes:
    root = etree.fromstring(stated)
    scans = root.findall(f".//{{*}}{name}")
    for place in range(count - len(scans)):
        scans.append(etree.fromstring(_earlier(etree.tostring(scans[place]).decode())))
        scans[0].getparent().append(scans[-1])
    return etree.tostring(root)
