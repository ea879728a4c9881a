"""One module a channel; a new one is found by being there."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from track_service.channels.base import Channel, Outlets

_NOT_CHANNELS = {"base", "pairs", "paying"}


@cache
def channels() -> Mapping[str, type[Channel]]:
    """Return every channel class by its code, in the order of the codes."""
    found: dict[str, type[Channel]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name not in _NOT_CHANNELS:
            channel = importlib.import_module(f"{__name__}.{module.name}").CHANNEL
            found[channel.code] = channel
    return dict(sorted(found.items()))


def open_channels(outlets: Outlets) -> dict[str, Channel]:
    """Return a channel for each code that the settings suffice for."""
    opened = {code: kind.open(outlets) for code, kind in channels().items()}
    return {code: channel for code, channel in opened.items() if channel is not None}
