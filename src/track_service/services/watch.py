"""Blindness: ops get one alert for a carrier account that tells us nothing.

They get one more message when it sees again, if the alert had reached them.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from track_service.services.post import Post
from track_service.store import accounts, notices

_TOLD_AFTER = timedelta(minutes=30)


def watch_accounts(post: Post) -> int:
    """Owe the operator what is new about the accounts; return how many messages."""
    with post.database.write() as session:
        owed = _tell_blind(session, post) + _tell_seeing(session, post)
        session.commit()
    return owed


def is_blind_since(session: Session, account: str, since: str | None) -> bool:
    """Tell whether the blindness that an alert names is still the present one."""
    return (account, since) in _blind(session)


def _tell_blind(session: Session, post: Post) -> int:
    return sum(
        _owe(session, post, "blind", account, since, target)
        for account, since in _blind(session, before=post.wall() - _TOLD_AFTER)
        for target in range(len(post.ops_urls))
    )


def _tell_seeing(session: Session, post: Post) -> int:
    return sum(
        _owe(session, post, "seeing", alert.concern, alert.detail, alert.target)
        for alert in notices.unanswered(session, kind="blind", answer="seeing")
        if not is_blind_since(session, alert.concern, alert.detail)
    )


def _blind(
    session: Session, *, before: datetime | None = None
) -> list[tuple[str, str]]:
    return [
        (account, since.isoformat(timespec="minutes"))
        for account, since in accounts.blind(session, before=before)
    ]


def _owe(
    session: Session,
    post: Post,
    kind: str,
    account: str,
    since: str | None,
    target: int,
) -> bool:
    return notices.owe(
        session,
        key=post.name(),
        cause=f"{kind}:{account}:{since}:{target}",
        kind=kind,
        concern=account,
        detail=since,
        channel="apprise",
        target=target,
        brand_id=None,
        now=post.now(),
        wall=post.wall(),
    )
