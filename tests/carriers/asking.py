"""What a carrier's `fetch` must ask, told by `fetch.json` and held against `responses`.

`{settings: {…}, wanted: [number or {number, postal, …}], exchange: [{method, url,
match_json?, match_form?, match_query?, match_headers?, match_auth? [user, password],
match_body? [texts that the body holds], answer_file? | answer_json?, status?}]}`;
the last exchange is the answer that `fetch` returns, its file one of the pairs.
A query that is not named in the exchange must not be asked.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import requests
import responses
from responses import matchers
from responses.registries import OrderedRegistry

from track_service.carriers.base import Wanted
from track_service.http import Answer, Grant, Http

BASE = "http://127.0.0.1:9/stand-in"


class Plain(Http):
    """An Http without retries, limits or memory: each call is one, each token asked."""

    def __init__(self) -> None:
        pass

    def get(self, url: str, **how: Any) -> Answer:
        return self._send("GET", url, **how)

    def post(self, url: str, **how: Any) -> Answer:
        return self._send("POST", url, **how)

    def _send(
        self, method: str, url: str, *, grant: Grant | None = None, **how: Any
    ) -> Answer:
        headers = dict(how.pop("headers", None) or {})
        if grant is not None:
            headers["Authorization"] = f"Bearer {_token(grant)}"
        answer = requests.request(method, url, headers=headers, timeout=5, **how)
        return Answer(answer.content, answer.status_code, dict(answer.headers))


def _token(grant: Grant) -> str:
    body = {"grant_type": "client_credentials"}
    if grant.scope:
        body["scope"] = grant.scope
    who = (grant.client_id, grant.client_secret)
    if grant.style != "basic":
        body |= {"client_id": who[0], "client_secret": who[1]}
    how: dict[str, Any] = {"json": body} if grant.style == "json" else {"data": body}
    if grant.style == "basic":
        how["auth"] = who
    answer = requests.request("POST", grant.url, timeout=5, **how)
    return str(answer.json()["access_token"])


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


def registered(asked: Mapping[str, Any], folder: Path) -> responses.RequestsMock:
    """Return a stage that answers exactly the exchange, in its order."""
    stage = responses.RequestsMock(
        assert_all_requests_are_fired=True, registry=OrderedRegistry
    )
    for one in asked["exchange"]:
        body = (
            (folder / one["answer_file"]).read_bytes()
            if "answer_file" in one
            else json.dumps(one.get("answer_json")).encode()
        )
        stage.add(
            one["method"],
            one["url"],
            body=body,
            status=one.get("status", 200),
            match=_matchers(one),
        )
    return stage


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
