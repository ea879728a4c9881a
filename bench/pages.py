"""page_rps, page_cached_rps: pages a second, over a Flask view that returns a constant.

Server and client share the machine; both views are served by the same server settings.
"""

import threading

import requests
from flask import Flask

from bench.measure import Result, fill, fresh_app, rates, served

PAGES, CLIENTS, RUNS = 400, 4, 5


def run() -> list[Result]:
    constant = Flask("constant")

    @constant.get("/")
    def hello() -> str:
        return "hello"

    with served(constant) as hello_url, fresh_app() as (app, of):
        tokens = fill(of, [("ups", f"1Z{place:016}") for place in range(PAGES)])
        with served(app) as url:
            pages = [f"{url}/t/{token}" for token in tokens]
            etag = requests.Session().get(pages[0], timeout=10).headers["ETag"]
            match = {"If-None-Match": etag}
            limit, full, known = rates(
                lambda: _get_all([f"{hello_url}/"] * PAGES, {}),
                # Each parcel once a round, so that none is as fresh as its last answer.
                lambda: _get_all(pages, {}),
                lambda: _get_all([pages[0]] * PAGES, match, wanted=304),
                runs=RUNS,
            )
    return [
        Result("page_rps", full, "pages/s", limit, RUNS, "each page another parcel's"),
        Result("page_cached_rps", known, "pages/s", limit, RUNS, "304 by ETag"),
    ]


def _get_all(urls: list[str], headers: dict[str, str], wanted: int = 200) -> int:
    threads = [
        threading.Thread(target=_get, args=(urls[part::CLIENTS], headers, wanted))
        for part in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(urls)


def _get(urls: list[str], headers: dict[str, str], wanted: int) -> None:
    with requests.Session() as client:
        for url in urls:
            status = client.get(url, headers=headers, timeout=10).status_code
            if status != wanted:
                raise RuntimeError(f"{url}: {status}")
