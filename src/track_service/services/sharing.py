"""Sharing: a second link of a parcel, which opens its state and its arrival only.

Nothing is stored: the link holds the parcel's public id and a digest that is keyed by
the page's own token. So it tells nobody that token, and ends together with it.
"""

import hmac
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from track_service.core.parcel import Shipment
from track_service.services.arrival import Arrival
from track_service.services.page import Keep, Language, TrackingPage
from track_service.services.progress import Step
from track_service.services.share_link import share_key
from track_service.services.state import State
from track_service.store import shipments
from track_service.templating.look import Look


@dataclass(frozen=True, slots=True)
class SharedPage:
    """The contract of `pages/shared.html`: no order, number, item, scan nor place."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    languages: tuple[Language, ...] = field(
        metadata={"help": "Languages to switch to, as on a parcel's page."}
    )
    brand: Look = field(metadata={"help": "Shop: name, support, …"})
    state: State = field(
        metadata={"help": "tone, headline, what_next; never what is to be done."}
    )
    arrival: Arrival = field(metadata={"help": "label, value, note."})
    steps: tuple[Step, ...] = field(
        metadata={"help": "Progress: key, label, state, when."}
    )
    keep: Keep = field(metadata={"help": "calendar, as on a parcel's page."})
    card: str = field(metadata={"help": "As on a parcel's page."})


def opened(session: Session, key: str) -> Shipment | None:
    """Return the parcel of a shared link, None for an unknown or revoked one."""
    found = shipments.by_name(session, key.partition(".")[0])
    if found is None:
        return None
    return (
        found if hmac.compare_digest(share_key(found).encode(), key.encode()) else None
    )


def shared_page(page: TrackingPage) -> SharedPage:
    """Return of a parcel's page what everybody may see."""
    return SharedPage(
        language=page.language,
        languages=page.languages,
        brand=page.brand,
        state=replace(page.state, actions=(), calm=None, ask=None),
        arrival=replace(page.arrival, where=None, promised=None),
        steps=tuple(replace(step, note=None) for step in page.steps),
        keep=page.keep,
        card=page.card,
    )
