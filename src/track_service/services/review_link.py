"""The link to a review in a mail: it opens that page alone, and nothing personal."""

from datetime import datetime

from track_service.core.cases import OPEN_FOR
from track_service.core.parcel import Brand
from track_service.services.second_factor import is_proven, prove

# No order's number begins so: a review's proof is not the second factor's.
_OF = "\0review:"


def invite(brand: Brand, order_number: str, *, wall: datetime) -> str:
    """Return the sealed proof that a mail's link carries, good for sixty days."""
    return prove(brand, f"{_OF}{order_number}", wall=wall, span=OPEN_FOR)


def is_invited(
    proof: str | None, brand: Brand, order_number: str, *, wall: datetime
) -> bool:
    """Tell whether a link's proof is ours, for this order's reviews, and not over."""
    return is_proven(proof, brand, f"{_OF}{order_number}", wall=wall)
