"""All views of the console, on its one blueprint."""

from track_service.web.console import (
    door,
    held,
    log,
    moderating,
    numbers,
    passwords,
    reports,
    work,
)
from track_service.web.console.guard import bp

__all__ = [
    "bp",
    "door",
    "held",
    "log",
    "moderating",
    "numbers",
    "passwords",
    "reports",
    "work",
]
