"""Moderating reviews: what waits for a human, and what a human decides of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.moderation import Reason, State, fault
from track_service.store import audit, catalogue, reviews
from track_service.store.audit import Actor
from track_service.store.reviews import Review


@dataclass(frozen=True, slots=True)
class Waiting:
    """A review as a moderator looks at it; `title` is the product's, if it is known.

    `flag` is why it was rejected, or what the rules say of its words today.
    """

    review: Review
    brand_id: int
    title: str | None
    flag: str | None


def look(
    session: Session,
    brand_ids: Collection[int],
    *,
    state: State,
    before: int | None = None,
    limit: int,
) -> list[Waiting]:
    """Return reviews of some brands in a state, the newest first.

    What its writer keeps private is not among them: nobody can publish it. `before` is
    the id to go on from.
    """
    found = reviews.moderated(
        session, brand_ids, state=state, before=before, limit=limit
    )
    titles = {
        (brand_id, name): product.title
        for brand_id in {brand_id for brand_id, _ in found}
        for name, product in catalogue.by_names(
            session, brand_id, {one.product for of, one in found if of == brand_id}
        ).items()
    }
    return [
        Waiting(one, of, titles.get((of, one.product)), one.reason or _flag(one))
        for of, one in found
    ]


def decide(
    session: Session,
    ids: Collection[int],
    state: State,
    *,
    reason: Reason | None = None,
    brand_ids: Collection[int],
    actor: Actor,
    now: datetime,
    wall: datetime,
) -> Sequence[int]:
    """Publish or reject reviews; return the ids of those that may be, of these brands.

    Who names no reason rejects it as off topic. One that stands so already stays as it
    is; each other one is a line of the log.
    """
    because = (reason or Reason.OFF_TOPIC) if state is State.REJECTED else None
    found = reviews.lock(session, ids, brand_ids)
    for brand_id, one in found:
        before = {"state": str(one.state), "reason": one.reason}
        after = {"state": str(state), "reason": because and str(because)}
        if before == after:
            continue
        reviews.decide(session, one.id, state, reason=because, now=now)
        audit.record(
            session,
            actor,
            "review.decide",
            f"review:{one.id}",
            wall=wall,
            brand_id=brand_id,
            before=before,
            after=after,
        )
    return [one.id for _, one in found]


def _flag(one: Review) -> str | None:
    return fault(" ".join(filter(None, (one.text, one.name))))
