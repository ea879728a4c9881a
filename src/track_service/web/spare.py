"""Whether there is time to spare, beside answering: so much a second, no more."""

import threading
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Spare:
    """A count for each second of the real time; threads share it."""

    per_second: int
    _second: int = 0
    _left: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, wall: datetime) -> bool:
        """Take one of this second's, False if none is left."""
        second = int(wall.timestamp())
        with self._lock:
            if second != self._second:
                self._second, self._left = second, self.per_second
            self._left -= 1
            return self._left >= 0
