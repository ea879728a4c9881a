"""Who works at the console, and what each may do for which brand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

_FREE_TRIES = 5
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)


class Role(StrEnum):
    """What a user may do for a brand; each may do what those before it may."""

    VIEWER = "viewer"  # reads
    AGENT = "agent"  # works on entries
    ADMIN = "admin"  # sees who did what, and decides on held messages


_RANK = list(Role)


@dataclass(frozen=True, slots=True)
class User:
    """A named user; `roles` by brand id, of an installation's admin for every brand."""

    id: int
    email: str = field(repr=False)
    name: str = field(repr=False)
    is_admin: bool = False
    roles: Mapping[int, Role] = field(default_factory=dict)

    def may(self, role: Role, brand_id: int) -> bool:
        """Tell whether the user may do for a brand what a role may."""
        own = self.roles.get(brand_id)
        return own is not None and _RANK.index(own) >= _RANK.index(role)

    def brands(self, role: Role = Role.VIEWER) -> list[int]:
        """Return the ids of the brands for which the user may do what a role may."""
        return sorted(brand_id for brand_id in self.roles if self.may(role, brand_id))


def wait_after(failures: int) -> timedelta | None:
    """Return how long nobody is let in after so many wrong passwords in a row.

    The first five are free; then half a minute, doubled with each, a quarter of an
    hour at most.
    """
    if failures < _FREE_TRIES:
        return None
    doubled = min(failures - _FREE_TRIES, 10)
    return min(_FIRST_WAIT * int(2**doubled), _LONGEST_WAIT)
