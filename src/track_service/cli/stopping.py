"""Being told to stop: a signal that is waited for, never handled."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_ASKING = frozenset({signal.SIGINT, signal.SIGTERM})
_HEARD = _ASKING | {signal.SIGALRM}

Wait = Callable[[float | None], None]


@contextmanager
def told_to_stop() -> Iterator[Wait]:
    """Give a function that returns once somebody asks the process to end.

    It takes the seconds after which it returns unasked, None for never. Begin this
    before any thread starts: all inherit that these signals wait until they are asked
    for. No handler is set, because Python runs those between two steps only: one that
    comes as a wait begins would be run when the wait is over, which is never. A second
    signal, while the process ends, ends it at once.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    try:
        yield _wait
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)


def _wait(seconds: float | None) -> None:
    if seconds is not None:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    if signal.sigwait(_HEARD) in _ASKING:
        signal.setitimer(signal.ITIMER_REAL, 0)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKING)
