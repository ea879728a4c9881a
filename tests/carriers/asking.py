"""What a carrier's `fetch` must ask, told by `fetch.json` and held against `responses`.

`{settings: {…}, wanted: [number or {number, postal, …}], exchange: [{method, url,
match_json?, match_form?, match_query?, match_headers?, match_auth? [user, password],
match_body? [texts that the body holds], answer_file? | answer_json?, status?,
returned? true}]}`; what `fetch` returns is the answer of the exchange that is so marked,
else of the last, its file one of the pairs.
A query that is not named in the exchange must not be asked.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import requests
import responses
from responses import matchers
from responses.registries import OrderedRegistry

from track_service.carriers.base import Wanted
from track_service.http import Http, session
from track_service.http.memory import MemoryBreaker, MemoryLimits, MemoryTokens

BASE = "http://127.0.0.1:9/stand-in"
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def client() -> Http:
    """Return the client that carriers get, with a standing clock and no waits."""
    return Http(
        session(1),
        account="contract",
        tokens=MemoryTokens(),
        limits=MemoryLimits(),
        breaker=MemoryBreaker(),
        wall=lambda: NOW,
        sleep=lambda seconds: None,
        jitter=lambda: 0.0,
        retries=0,
    )


def fetches(folder: Path) -> list[Path]:
    """Return the files that tell what a carrier is to ask."""
    return sorted(folder.glob("fetch*.json"))


def wanted(asked: Mapping[str, Any]) -> list[Wanted]:
    """Return the parcels that a `fetch.json` wants."""
    return [_wanted(one) for one in asked["wanted"]]


def _wanted(one: Any) -> Wanted:
    if isinstance(one, str):
        return Wanted(one)
    day = one.get("shipped_on")
    return Wanted(**{**one, "shipped_on": day and date.fromisoformat(day)})


def returned(asked: Mapping[str, Any]) -> str:
    """Return the name of the pair whose raw file `fetch` is to return."""
    exchange = asked["exchange"]
    one = next((call for call in exchange if call.get("returned")), exchange[-1])
    return one["answer_file"].split(".")[0]


def registered(asked: Mapping[str, Any], folder: Path) -> responses.RequestsMock:
    """Return a stage that answers exactly the exchange, in its order."""
    stage = responses.RequestsMock(
        assert_all_requests_are_fired=True, registry=OrderedRegistry
    )
    for one in asked["exchange"]:
        stage.add(
            one["method"],
            one["url"],
            body=_body(one, folder),
            status=one.get("status", 200),
            match=_matchers(one),
        )
    return stage


def _body(one: Mapping[str, Any], folder: Path) -> bytes:
    if "answer_file" in one:
        return (folder / one["answer_file"]).read_bytes()
    if "answer_body" in one:
        return bytes(one["answer_body"])
    return json.dumps(one.get("answer_json")).encode()


def _matchers(one: Mapping[str, Any]) -> list[Callable[..., Any]]:
    found = []
    if "match_json" in one:
        found.append(matchers.json_params_matcher(one["match_json"]))
    if "match_form" in one:
        found.append(matchers.urlencoded_params_matcher(one["match_form"]))
    headers = dict(one.get("match_headers", {}))
    if "match_auth" in one:
        user, password = one["match_auth"]
        basic = b64encode(f"{user}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {basic}"
    if headers:
        found.append(matchers.header_matcher(headers))
    if "match_query" in one or "?" not in one["url"]:
        found.append(matchers.query_param_matcher(one.get("match_query", {})))
    if "match_body" in one:
        found.append(_holds(one["match_body"]))
    return found


def _holds(texts: list[str]) -> Callable[..., tuple[bool, str]]:
    def match(request: requests.PreparedRequest) -> tuple[bool, str]:
        body = request.body or b""
        held = body if isinstance(body, str) else body.decode()
        missing = [text for text in texts if text not in held]
        return not missing, f"the body lacks {missing}"

    return match


def moved(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same asking with every scheme and host replaced by `BASE`."""
    return {
        **asked,
        "settings": {**asked["settings"], "base_url": BASE},
        "exchange": [
            {**one, "url": re.sub(r"^https?://[^/?]+", BASE, one["url"])}
            for one in asked["exchange"]
        ],
    }
