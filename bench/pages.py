"""page_rps, page_cached_rps: pages a second, over a Flask view that returns a constant.

Server and client share the machine; both views are served by the same server settings.
"""

import threading

import requests
from flask import Flask

from bench.measure import Result, fill, fresh_app, rate, served

PAGES, CLIENTS = 400, 4


def run() -> list[Result]:
    constant = Flask("constant")

    @constant.get("/")
    def hello() -> str:
        return "hello"

    with served(constant) as url:
        limit = rate(lambda: _get_all(f"{url}/", {}))
    with fresh_app() as (app, of):
        (token,) = fill(of, [("ups", "1Z0000000000000001")])
        with served(app) as url:
            page = f"{url}/t/{token}"
            etag = requests.Session().get(page, timeout=10).headers["ETag"]
            full = rate(lambda: _get_all(page, {}))
            known = rate(lambda: _get_all(page, {"If-None-Match": etag}, wanted=304))
    return [
        Result("page_rps", full, "pages/s", limit, 3),
        Result("page_cached_rps", known, "pages/s", limit, 3, "304 by ETag"),
    ]


def _get_all(url: str, headers: dict[str, str], wanted: int = 200) -> int:
    threads = [
        threading.Thread(target=_get, args=(url, headers, wanted))
        for _ in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return PAGES


def _get(url: str, headers: dict[str, str], wanted: int) -> None:
    with requests.Session() as client:
        for _ in range(PAGES // CLIENTS):
            status = client.get(url, headers=headers, timeout=10).status_code
            if status != wanted:
                raise RuntimeError(f"{url}: {status}")
