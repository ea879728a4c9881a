"""poll_throughput: parcels polled and recorded a second, over bare GETs of the same.

The sandbox speaks UPS's format over loopback, one parcel a call; the limit asks it for
the same answers by `requests` at the same concurrency, and throws them away.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median

import requests

from bench.measure import Result, fill, fresh_app, rate
from track_service.clock import Clock, wall
from track_service.sandbox import LANES, Kind, Sandbox, plan
from track_service.services.poll import poll_due

PARCELS, THREADS = 400, 8


def run() -> list[Result]:
    sandbox = Sandbox(seed=1, now=wall)
    url = sandbox.start()
    start = wall() - timedelta(days=6)
    numbers = [f"1Z999AA1{place:010}" for place in range(PARCELS)]
    for number in numbers:
        sandbox.add(
            plan(
                LANES["ups"][0],
                Kind.SMOOTH,
                carrier="ups",
                number=number,
                label_at=start,
                seed=1,
            )
        )
    account = {
        **sandbox.credentials("ups"),
        "base_url": sandbox.base_url("ups"),
        "per_second": "5000",
    }
    try:
        limit = rate(lambda: _bare(url, account, numbers))
        value = median(_polled(account, numbers) for _ in range(3))
    finally:
        sandbox.stop()
    return [
        Result("poll_throughput", value, "parcels/s", limit, 3, f"{THREADS} threads")
    ]


def _polled(account: dict[str, str], numbers: list[str]) -> float:
    with fresh_app({"ups": account}, clock=Clock()) as (_, of):
        fill(of, [("ups", number) for number in numbers])
        start = of.clock.wall()
        with ThreadPoolExecutor(THREADS) as pool:
            done = sum(pool.map(lambda _: _drain(of), range(THREADS)))
        took = (of.clock.wall() - start).total_seconds()
    if done != len(numbers):
        raise RuntimeError(f"{done} of {len(numbers)} were polled")
    return done / took  # setting up is not part of what is measured


def _drain(of) -> int:
    done = 0
    while step := poll_due(of.desk, "ups"):
        done += step
    return done


def _bare(url: str, account: dict[str, str], numbers: list[str]) -> int:
    token = _token(account)
    local = [numbers[i::THREADS] for i in range(THREADS)]

    def ask(mine: list[str]) -> None:
        with requests.Session() as client:
            client.trust_env = False
            client.headers.update(
                {
                    "Authorization": f"Bearer {token}",
                    "transId": "b",
                    "transactionSrc": "b",
                }
            )
            for number in mine:
                path = f"{account['base_url']}/api/track/v1/details/{number}"
                client.get(path, timeout=10).raise_for_status()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, local))
    return len(numbers)


def _token(account: dict[str, str]) -> str:
    answer = requests.Session().post(
        f"{account['base_url']}/security/v1/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(account["client_id"], account["client_secret"]),
        timeout=10,
    )
    return answer.json()["access_token"]
