"""One module a storefront platform; a new one is found by being there."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from track_service.storefronts.base import Storefront

_NOT_STOREFRONTS = {"base", "products", "proof", "reading", "refunds"}


@cache
def storefronts() -> Mapping[str, type[Storefront]]:
    """Return every storefront class by its code, in the order of the codes."""
    found: dict[str, type[Storefront]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name not in _NOT_STOREFRONTS:
            one = importlib.import_module(f"{__name__}.{module.name}").STOREFRONT
            found[one.code] = one
    return dict(sorted(found.items()))
