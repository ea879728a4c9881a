"""What a fit keeps of a shop: a line for each product, and how hints are weighed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from track_service.core.recommend.basket import Mode

DEMAND = ("week", "month", "quarter", "ever", "season", "newness", "silence", "again")
_RARE = math.log(1e-5)
NEWCOMER = (_RARE, _RARE, _RARE, _RARE, 0.0, 0.0, 0.0, math.log(0.1))
Near = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Product:
    """What the shop's orders tell of a product.

    `demand` has the values that `DEMAND` names: the logarithm of the share of orders
    that held it in the last week, month, quarter and ever; the logarithm of its share
    in these weeks a year ago over the usual one; the logarithm of one and the days
    since it was first and last sold; the logarithm of the share of its buyers who
    bought it again. `rhythm`: the usual days from one buying to the next.
    `follows`: what its buyers buy as well, strongest first, by a ridge regression
    among products; `goes_with`: what lies in one order with it, by cosine.
    """

    demand: tuple[float, ...] = NEWCOMER
    rhythm: float = 60.0
    follows: Near = ()
    goes_with: Near = ()
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """All that `rank` needs of a shop; `products` may be any mapping, read on demand.

    `popular`: what sells best of late, best first. `shelves`: the same for each
    category, the newest among them. `weights`: one number for each feature, by mode;
    a mode that is missing is ranked by `blend.PRIOR`.
    """

    products: Mapping[str, Product] = field(default_factory=dict)
    popular: tuple[str, ...] = ()
    shelves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weights: Mapping[Mode, tuple[float, ...]] = field(default_factory=dict)
