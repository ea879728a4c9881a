"""One module a carrier; a new one is found by being there."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from track_service.carriers.base import Carrier

_NOT_CARRIERS = {
    "base",
    "reading",
    "shipengine_reading",
    "signing",
    "tokens",
    "xml_reading",
}


@cache
def carriers() -> Mapping[str, type[Carrier]]:
    """Return every carrier class by its code, in the order of the codes."""
    found: dict[str, type[Carrier]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name not in _NOT_CARRIERS:
            carrier = importlib.import_module(f"{__name__}.{module.name}").CARRIER
            found[carrier.code] = carrier
    return dict(sorted(found.items()))
