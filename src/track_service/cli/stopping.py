"""Being told to stop: a signal that is waited for, whichever thread it meets."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_ASKING = (signal.SIGINT, signal.SIGTERM)

Wait = Callable[[float | None], None]


@contextmanager
def told_to_stop() -> Iterator[Wait]:
    """Give a function that returns once somebody asks the process to end.

    It takes the seconds after which it returns unasked, None for never. A signal
    writes into a pipe the moment it comes, whatever the process does then, and the
    pipe is what is waited for. A handler of Python's own is run between two steps
    only: one that comes as a wait begins would be run when the wait is over, which is
    never. To block the signals and to wait for them is no better: threads that
    libraries started at their import do not block them, and would die of one.
    A second signal, while the process ends, ends it at once.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    before = {number: signal.signal(number, _go_on) for number in _ASKING}
    signal.set_wakeup_fd(told)

    def as_before() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def wait(seconds: float | None) -> None:
        select.select([heard], [], [], seconds)
        as_before()

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(-1)
        as_before()
        os.close(heard)
        os.close(told)


def _go_on(_number: int, _frame: object) -> None:
    """Do nothing: the pipe has told already."""
