import threading

import pytest
from structlog.testing import capture_logs

from track_service.jobs.catalogue import Job
from track_service.jobs.on_apscheduler import Runner

SOON = 10  # seconds: nobody waits so long but for a fault
NEVER = 3600.0


@pytest.fixture
def runner():
    """Make runners; all are stopped in the end."""
    made = []

    def make(*jobs, threads=4, tick=NEVER):
        made.append(Runner(jobs, threads=threads, tick=tick))
        return made[-1]

    yield make
    for one in made:
        one.stop()


class Work:
    """A job's work: so many pieces, and a way to wait for it."""

    def __init__(self, *pieces):
        self.left = list(pieces)
        self.runs = 0
        self.idle = threading.Event()
        self._lock = threading.Lock()

    def __call__(self):
        with self._lock:
            self.runs += 1
            if self.left:
                return self.left.pop(0)
        self.idle.set()
        return 0


def test_a_job_runs_at_once_and_until_it_has_no_work(runner):
    work = Work(20, 20, 1)

    runner(Job("poll", work)).start()

    assert work.idle.wait(SOON)
    assert work.runs == 4


def test_a_job_runs_again_with_each_tick(runner):
    ran = threading.Semaphore(0)

    def work():
        ran.release()
        return 0

    runner(Job("poll", work), tick=0.01).start()

    assert all(ran.acquire(timeout=SOON) for _ in range(3))


def test_a_job_that_raises_is_logged_and_runs_again(runner):
    survived = threading.Event()
    tries = []

    def work():
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("a fault of ours")
        survived.set()
        return 0

    with capture_logs() as lines:
        running = runner(Job("poll", work), tick=0.01)
        running.start()
        assert survived.wait(SOON)
        running.stop()

    assert [(line["event"], line["job"]) for line in lines] == [("job failed", "poll")]
    assert lines[0]["exc_info"] is True


def test_a_failing_job_keeps_no_other_from_its_work(runner):
    def fault():
        raise ValueError

    work = Work(1)
    runner(Job("poll", fault, side_by_side=4), Job("send", work), threads=1).start()

    assert work.idle.wait(SOON)


def hold(inside, most, release):
    """Return a job's run that stays until it is released, and notes how many are in."""
    lock = threading.Lock()
    count = [0]

    def run():
        with lock:
            count[0] += 1
            most[0] = max(most[0], count[0])
        inside.release()
        release.wait(SOON)
        with lock:
            count[0] -= 1
        return 0 if release.is_set() else 1

    return run


def test_a_job_that_still_runs_is_left_alone(runner):
    inside, most, release = threading.Semaphore(0), [0], threading.Event()
    running = runner(Job("sweep", hold(inside, most, release)))
    running.tick()
    assert inside.acquire(timeout=SOON)

    running.tick()
    running.tick()
    release.set()
    running.stop()

    assert most == [1]


@pytest.mark.parametrize(
    ("side_by_side", "threads", "expected"),
    [
        pytest.param(3, 8, 3, id="as many as the job may"),
        pytest.param(9, 2, 3, id="as many as there are threads to help"),
        pytest.param(1, 8, 1, id="alone"),
    ],
)
def test_a_job_with_plenty_to_do_gets_helpers(runner, side_by_side, threads, expected):
    """Each first run reports work, so that a helper comes; then all stay inside."""
    lock, inside = threading.Lock(), threading.Semaphore(0)
    release, most, count, calls = threading.Event(), [0], [0], [0]

    def run():
        with lock:
            calls[0] += 1
            if calls[0] % 2 and not release.is_set():
                return 1  # bring one in
            count[0] += 1
            most[0] = max(most[0], count[0])
        inside.release()
        release.wait(SOON)
        with lock:
            count[0] -= 1
        return 0

    running = runner(Job("poll", run, side_by_side=side_by_side), threads=threads)
    running.tick()
    assert all(inside.acquire(timeout=SOON) for _ in range(expected))
    assert not inside.acquire(timeout=0.2)
    release.set()
    running.stop()

    assert most == [expected]


def test_busy_helpers_never_keep_another_job_waiting(runner):
    inside, release = threading.Semaphore(0), threading.Event()

    def busy():
        inside.release()
        release.wait(0.001 if inside._value < 50 else SOON)
        return 0 if release.is_set() else 1

    work = Work()
    running = runner(
        Job("poll a", busy, side_by_side=4),
        Job("poll b", busy, side_by_side=4),
        Job("send", work),
        threads=2,
    )
    running.tick()
    assert all(inside.acquire(timeout=SOON) for _ in range(40))
    work.idle.clear()
    running.tick()

    assert work.idle.wait(SOON)
    release.set()


def test_some_jobs_run_each_so_many_ticks(runner):
    often, seldom = Work(), Work()
    running = runner(Job("send", often), Job("sweep", seldom, ticks=3))

    for _ in range(6):
        often.idle.clear()
        running.tick()
        assert often.idle.wait(SOON)
        settle(running)
    running.stop()

    assert (often.runs, seldom.runs) == (6, 2)


def settle(running):
    """Wait until the runner's threads are free again."""
    for idle in running._idle.values():
        assert idle.acquire(timeout=SOON)
        idle.release()


def test_stopping_waits_for_the_present_step_alone(runner):
    inside, release = threading.Event(), threading.Event()
    runs = []

    def endless():
        runs.append(1)
        inside.set()
        release.wait(SOON)
        return 1

    running = runner(Job("poll", endless))
    running.start()
    assert inside.wait(SOON)
    stopper = threading.Thread(target=running.stop)
    stopper.start()
    release.set()
    stopper.join(SOON)

    assert not stopper.is_alive()
    assert len(runs) < 100


def test_after_the_end_nothing_starts(runner):
    work = Work(1)
    running = runner(Job("poll", work))
    running.stop()

    running.tick()
    running.tick()

    assert work.runs == 0


def test_stopping_twice_does_no_harm(runner):
    running = runner(Job("poll", Work()))
    running.start()
    running.stop()

    assert running.stop() is None
