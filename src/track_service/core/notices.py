"""Which notices a judgement calls for, for whom, and each one's identity."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from track_service.core.delay import Concern, Judgement
from track_service.core.parcel import Shipment


class Audience(StrEnum):
    """Who is told."""

    SHOPPER = "shopper"
    OPS = "ops"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message owed: `cause` is unique within the shipment, audience and channel.

    `target` numbers the brand's address where a channel has several (apprise URLs).
    """

    concern: Concern
    audience: Audience
    channel: str  # email | webhook | apprise
    cause: str
    target: int = 0


def owed(
    shipment: Shipment, judgement: Judgement, *, told: Collection[str]
) -> list[Notice]:
    """Return the notices that are due and whose cause is not in `told` yet."""
    raise NotImplementedError


def still_true(notice_kind: str, cause: str, judgement: Judgement) -> bool:
    """Tell, just before sending, whether the cause of a notice holds."""
    raise NotImplementedError


def is_mass(alike: int, active: int) -> bool:
    """Tell whether an unusual share of a brand's parcels calls for the same notice."""
    raise NotImplementedError


def before_import(concern: Concern, created_at: datetime) -> bool:
    """Tell whether a concern began before the shipment was given to us."""
    raise NotImplementedError
