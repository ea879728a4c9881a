"""Post: the parts that sending takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from track_service.channels.base import Channel
from track_service.services.meters import Meters
from track_service.store.db import Database


@dataclass(frozen=True, slots=True)
class Post:
    """What sending takes: channels by code, database, clocks, our own address.

    `ops_urls` are the operator's, for what concerns no brand.
    """

    channels: Mapping[str, Channel]
    database: Database
    now: Callable[[], datetime]
    wall: Callable[[], datetime]
    name: Callable[[], str]
    meters: Meters
    base_url: str
    ops_urls: tuple[str, ...] = ()
