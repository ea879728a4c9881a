import threading
from datetime import UTC, timedelta

from track_service.clock import Clock, accelerated, wall


def test_the_clocks_tell_aware_utc():
    clock = Clock()

    assert clock.now().tzinfo is clock.wall().tzinfo is UTC
    assert abs(clock.now() - wall()) < timedelta(seconds=5)
    assert 0 <= clock.jitter() < 1


def test_fast_time_runs_fast_and_wall_time_does_not():
    clock = accelerated(3600)
    now, real = clock.now(), clock.wall()

    threading.Event().wait(0.1)

    assert clock.now() - now >= timedelta(seconds=360)
    assert clock.wall() - real < timedelta(seconds=60)
