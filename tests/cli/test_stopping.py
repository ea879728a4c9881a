import signal

import pytest

from track_service.cli.stopping import told_to_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_came_before_the_wait_ends_it(number):
    with told_to_stop() as wait:
        signal.raise_signal(number)

        wait(None)


def test_the_wait_ends_by_itself_after_its_time():
    with told_to_stop() as wait:
        wait(0.01)


def test_afterwards_signals_are_heard_as_before():
    with told_to_stop():
        pass

    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
