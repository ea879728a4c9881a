"""scale_out: polls a second with 1, 2, 4 and 8 worker processes, carriers taking 200 ms.

The limit is the same number of threads' bare waiting: threads x workers / 0.2 s.
"""

import multiprocessing
import os
from datetime import timedelta

from sqlalchemy import text

from bench.measure import Result, fill, fresh_app
from track_service.app import create_app, service
from track_service.clock import wall
from track_service.config import Settings
from track_service.jobs.catalogue import jobs
from track_service.jobs.on_apscheduler import Runner
from track_service.sandbox import LANES, Kind, Sandbox, plan

LATENCY, THREADS, PARCELS = 0.2, 8, 800


def run() -> list[Result]:
    sandbox = Sandbox(seed=1, now=wall, latency=LATENCY)
    sandbox.start()
    numbers = [f"1Z999AA1{place:010}" for place in range(PARCELS)]
    for number in numbers:
        label_at = wall() - timedelta(days=6)
        sandbox.add(
            plan(
                LANES["ups"][0],
                Kind.SMOOTH,
                carrier="ups",
                number=number,
                label_at=label_at,
                seed=1,
            )
        )
    account = {
        **sandbox.credentials("ups"),
        "base_url": sandbox.base_url("ups"),
        "per_second": "5000",
    }
    try:
        return [_with(workers, account, numbers) for workers in (1, 2, 4, 8)]
    finally:
        sandbox.stop()


def _with(workers: int, account: dict[str, str], numbers: list[str]) -> Result:
    with fresh_app({"ups": account}) as (_, of):
        fill(of, [("ups", number) for number in numbers])
        context = multiprocessing.get_context("spawn")
        go, done = context.Event(), context.Event()
        ready = context.Semaphore(0)
        processes = [
            context.Process(target=_work, args=(of.settings, go, done, ready))
            for _ in range(workers)
        ]
        for process in processes:
            process.start()
        for _ in processes:
            ready.acquire()
        start = wall()
        go.set()
        while _unasked(of):
            done.wait(0.05)
        took = (wall() - start).total_seconds()
        done.set()
        for process in processes:
            process.join()
    limit = workers * THREADS / LATENCY
    note = f"{workers} workers of {THREADS} threads, {os.cpu_count()} cores"
    return Result("scale_out", len(numbers) / took, "polls/s", limit, 1, note)


def _unasked(of) -> int:
    with of.database.read() as session:
        query = text(
            "SELECT count(*) FROM poll WHERE asked_at IS NULL AND carrier='ups'"
        )
        return session.scalar(query)


def _work(settings: Settings, go, done, ready) -> None:
    of = service(create_app(settings))
    runner = Runner(
        jobs(of.desk, of.post, of.mint, threads=THREADS), threads=THREADS, tick=1.0
    )
    ready.release()
    go.wait()
    runner.start()
    done.wait()
    runner.stop()
