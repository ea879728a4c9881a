"""APScheduler ticks; a thread pool works. The database says what is due."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from track_service.jobs.catalogue import Job

log = structlog.get_logger("track_service.jobs")


class Runner:
    """Runs the catalogue's jobs in this process until it is stopped."""

    def __init__(self, jobs: Sequence[Job], *, threads: int, tick: float) -> None:
        self._jobs = jobs
        self._pool = ThreadPoolExecutor(threads + len(jobs), "job")
        self._free = {job.name: threading.Semaphore(job.side_by_side) for job in jobs}
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.tick, "interval", seconds=tick, max_instances=1, coalesce=True
        )
        self._stopping = threading.Event()
        self._ticks = 0

    def start(self) -> None:
        """Begin ticking, at once for the first time."""
        self._scheduler.start()
        self.tick()

    def stop(self) -> None:
        """Tick no more, let running jobs finish their present step, and return."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._pool.shutdown(wait=True)

    def tick(self) -> None:
        """Hand the jobs that are due to the pool; one that still runs is left alone."""
        for job in self._jobs:
            if self._ticks % job.ticks == 0 and self._free[job.name].acquire(
                blocking=False
            ):
                self._pool.submit(self._drain, job)
        self._ticks += 1

    def _drain(self, job: Job) -> None:
        """Run a job while it has work; where there is plenty, bring a helper in."""
        try:
            while not self._stopping.is_set() and job.run():
                if self._free[job.name].acquire(blocking=False):
                    self._pool.submit(self._drain, job)
        except Exception:
            log.exception("job failed", job=job.name)
        finally:
            self._free[job.name].release()
