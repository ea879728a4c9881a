"""What views are given: the wired parts, put into the app by the composition root."""

from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from track_service.http.oidc import Provider
from track_service.services.minting import Mint
from track_service.services.notify import Post
from track_service.services.poll import Desk
from track_service.services.recommending.shelf import Shelf
from track_service.services.tallies import Tallies
from track_service.store.db import Database
from track_service.web.hosts import Hosts
from track_service.web.metrics import Counters
from track_service.web.spare import Spare

_NAME = "track_service.web"
# Taking an order in is five times the work of answering for it: of a burst only so many
# hooks a second and process are taken in at once, the worker takes the others.
TAKEN_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Wiring:
    """The parts that views use; `desk.now()` is the domain's time."""

    database: Database
    desk: Desk
    post: Post
    mint: Mint
    base_url: str
    counters: Counters
    metrics_token: str | None
    hosts: Hosts
    tallies: Tallies
    provider: Provider | None = None
    spare: Spare = field(default_factory=lambda: Spare(TAKEN_AT_ONCE))
    shelf: Shelf = field(default_factory=Shelf)


def put(app: Flask, wiring: Wiring) -> None:
    """Give an app its parts."""
    app.extensions[_NAME] = wiring


def wired() -> Wiring:
    """Return the parts of the app that answers the present request."""
    return cast("Wiring", current_app.extensions[_NAME])
