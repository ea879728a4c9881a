"""APScheduler ticks; a thread pool works. The database says what is due."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from track_service.jobs.catalogue import Job

log = structlog.get_logger("track_service.jobs")


class Runner:
    """Runs the catalogue's jobs in this process until it is stopped.

    Each job has a thread of its own, so that none waits for another; `threads` more
    are shared as helpers, each job having at most `side_by_side - 1` of them.
    """

    def __init__(self, jobs: Sequence[Job], *, threads: int, tick: float) -> None:
        self._jobs = jobs
        self._pool = ThreadPoolExecutor(threads + len(jobs), "job")
        self._idle = {job.name: threading.Semaphore() for job in jobs}
        self._share = {
            job.name: threading.Semaphore(job.side_by_side - 1) for job in jobs
        }
        self._helpers = threading.Semaphore(threads)
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.tick, "interval", seconds=tick, max_instances=1, coalesce=True
        )
        self._stopping = threading.Event()
        self._ticks = 0

    def start(self) -> None:
        """Begin ticking, at once for the first time."""
        self.tick()
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more, let running jobs finish their present step, and return."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._pool.shutdown(wait=True)

    def tick(self) -> None:
        """Hand the jobs that are due to the pool; one that still runs is left alone."""
        for job in self._jobs:
            if self._ticks % job.ticks == 0:
                self._hand_over(job, self._idle[job.name])
        self._ticks += 1

    def _hand_over(self, job: Job, *permits: threading.Semaphore) -> None:
        """Let a thread of the pool run a job, if each permit can be had at once."""
        taken = [permit for permit in permits if permit.acquire(blocking=False)]
        if len(taken) == len(permits):
            try:
                self._pool.submit(self._drain, job, taken)
            except RuntimeError:  # the pool was shut down in this moment
                _give_back(taken)
        else:
            _give_back(taken)

    def _drain(self, job: Job, permits: Sequence[threading.Semaphore]) -> None:
        """Run a job while it has work; where there is plenty, bring a helper in."""
        try:
            while not self._stopping.is_set() and job.run():
                self._hand_over(job, self._share[job.name], self._helpers)
        except Exception:
            log.exception("job failed", job=job.name)
        finally:
            _give_back(permits)


def _give_back(permits: Sequence[threading.Semaphore]) -> None:
    for permit in permits:
        permit.release()
