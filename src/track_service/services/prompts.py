"""What a page asks after a delivery, as its template knows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a delivered parcel's page asks, at paths of ours.

    `stars` were given, None before. `more` tells that the rest of the form is not
    answered yet; `recovery` asks whether what went wrong was put right. `review` is where
    the products are reviewed, None while that is not asked.
    """

    path: str
    stars: int | None = None
    more: bool = True
    recovery: bool = False
    review: str | None = None
