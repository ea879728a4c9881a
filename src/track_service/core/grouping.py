"""When troubles of many parcels are one: a carrier or one of its hubs fails.

Ten parcels at one hub that got the same trouble within six hours are a group; so are
twenty of one carrier at whatever hubs. A group is told when it opens, when it has ten
times the parcels that were told, and when it ends: with nine of ten parcels well again.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

AT_A_HUB = 10
AT_A_CARRIER = 20
WITHIN = timedelta(hours=6)
_TIMES = 10


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """Where troubles are alike; `hub` is empty for the carrier as a whole."""

    brand_id: int
    carrier: str
    hub: str
    kind: str

    @property
    def of_carrier(self) -> "Site":
        """The carrier as a whole."""
        return replace(self, hub="")


def new_groups(
    tallies: Iterable[tuple[Site, int]], *, known: Collection[Site]
) -> list[Site]:
    """Return the sites that become groups, hubs first.

    `tallies` count the troubles of the last `WITHIN` that are in no group yet, those
    of parcels whose hub is not told under an empty one. `known` are open groups.
    """
    found, left = [], Counter[Site]()
    for site, count in sorted(tallies):
        if site.hub and count >= AT_A_HUB and site not in known:
            found.append(site)
        else:
            left[site.of_carrier] += count
    wide = (s for s, count in left.items() if count >= AT_A_CARRIER and s not in known)
    return found + sorted(wide)


def is_to_tell(size: int, *, told: int) -> bool:
    """Tell whether a group of `size` parcels is news to who was `told` of so many."""
    return size >= told * _TIMES


def is_over(still: int, *, size: int) -> bool:
    """Tell whether so few parcels of a group are still in trouble that it has ended.

    Never with so many left that they were a group again.
    """
    return still < AT_A_HUB and still * _TIMES <= size
