"""What is not sent: settled with its reason, and ops asked where it is a mass."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.services import ops
from track_service.services.letters import Letter
from track_service.services.post import Post
from track_service.store import joining, notices
from track_service.store.notices import Owed


def settle(post: Post, stopped: Sequence[Letter]) -> None:
    """Close notices of which no message became; what they were to tell besides may go."""
    if not stopped:
        return
    with post.database.write() as session:
        for first, brand in _newly_held(session, stopped):
            _ask_ops(session, post, first, brand)
        for letter in stopped:
            if letter.state != notices.SENT:
                joining.part_again(session, letter.owed.id)
            notices.settle(
                session,
                letter.owed.id,
                letter.state or "",
                now=post.now(),
                error=letter.reason,
                attempts=letter.owed.attempts,
            )
        session.commit()
    for letter in stopped:
        post.meters.noticed(letter.owed.channel, letter.state or "")


def _newly_held(
    session: Session, stopped: Sequence[Letter]
) -> list[tuple[Owed, Brand]]:
    """Return the first of each mass to hold of which nothing waits already."""
    first: dict[tuple[int, str], tuple[Owed, Brand]] = {}
    for letter in stopped:
        if letter.state == notices.HELD and letter.brand is not None:
            pair = (letter.brand.id, letter.owed.kind)
            first.setdefault(pair, (letter.owed, letter.brand))
    return [
        first[brand_id, kind]
        for brand_id, kind in sorted(first)
        if not notices.holds(session, brand_id, kind)
    ]


def _ask_ops(session: Session, post: Post, first: Owed, brand: Brand) -> None:
    """Ask whether a mass of equal notices may go out: once while any of it waits."""
    about = str(first.id)
    ops.owe(session, post, brand, "hold", about, concern=first.kind, entry=notices.HELD)
