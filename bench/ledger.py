"""What came: for whom, by which provider, and what its sender was not told of."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

REFUSED, UNSAID = 0.1, 0.1  # shares of what is sent


@dataclass
class Received:
    """What came for those who shall hear by one channel: for whom, under which id."""

    dice: random.Random
    came: list[tuple[str, str]] = field(default_factory=list)
    unsaid: set[str] = field(default_factory=set)

    def refuses(self) -> bool:
        """Tell whether the next message is refused."""
        return self.dice.random() < REFUSED

    def take(self, whom: str, key: str) -> bool:
        """Take a message; tell whether its sender hears that it was taken."""
        self.came.append((whom, key))
        if self.dice.random() < UNSAID:
            self.unsaid.add(key)
            return False
        return True

    def figures(self, wanted: set[str], crashes: int) -> dict[str, object]:
        ids = defaultdict(set)
        for whom, key in self.came:
            ids[whom].add(key)
        again = {key: n - 1 for (_, key), n in Counter(self.came).items() if n > 1}
        by_crash = sum(n for key, n in again.items() if key not in self.unsaid)
        return {
            "wanted": len(wanted),
            "received": len(self.came),
            "lost": len(wanted - ids.keys()),
            "under_two_ids": sum(len(found) > 1 for found in ids.values()),
            "duplicates_by_crash_per_1000": round(1000 * by_crash / crashes, 1),
            "taken_unsaid": len(self.unsaid),
            "duplicates_of_unsaid": sum(again.values()) - by_crash,
        }
