"""How long to wait before what could not be sent is tried again."""

from datetime import timedelta

# Tries over a little more than a day: most outages of a provider end within that.
_WAITS = [1, 5, 15, 60, 180, 480, 720]  # minutes before tries 2 to 8


def wait_after(attempts: int) -> timedelta | None:
    """Return the wait after so many tries (1 or more), None if there shall be no more."""
    if attempts > len(_WAITS):
        return None
    return timedelta(minutes=_WAITS[attempts - 1])


def waited(attempts: int) -> timedelta:
    """Return for how long a notice has been tried when its tries number so many."""
    return timedelta(minutes=sum(_WAITS[: attempts - 1]))
