"""The features of many products at once, as columns: what `core.recommend.features` tells of each."""

from collections.abc import Sequence

import numpy as np

from track_service.core.recommend.features import LEAST, MONTH, Setting, kin
from track_service.services.recommending.ledger import Floats


def weighed(
    demand: Floats,
    kinds: Sequence[str | None],
    drawn: Sequence[Floats],
    of: Setting,
    weights: Sequence[float],
) -> Floats:
    """Return what the features of `NEW_NAMES` add to products' scores.

    `demand` has a row for each product, `kinds` its category; `drawn`: how strongly
    each is drawn by `follows`, `near` and `goes_with`.
    """
    follows, near, goes_with = (
        np.log(one + least) for one, least in zip(drawn, LEAST, strict=True)
    )
    known = {kind: kin(kind, of) for kind in set(kinds)}
    hints = demand.astype(np.float64).T
    month = hints[MONTH]
    columns = (
        *hints,
        follows,
        drawn[0] * 10,
        near,
        goes_with,
        month * of.size,
        follows * of.size,
        goes_with * of.size,
        *np.array([known[kind] for kind in kinds]).reshape(-1, 2).T,
    )
    # Column by column: a product of matrices may differ in the last digit by place.
    total = np.zeros(len(kinds))
    for weight, column in zip(weights, columns, strict=False):
        total += weight * column
    return total
