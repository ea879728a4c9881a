"""Blindness: ops get one alert for a carrier account that tells us nothing."""

from datetime import timedelta

from track_service.services.notify import Post
from track_service.store import accounts, notices

_TOLD_AFTER = timedelta(minutes=30)


def watch_accounts(post: Post) -> int:
    """Owe the operator one alert for each account that went blind; return how many."""
    wall, owed = post.wall(), 0
    with post.database.write() as session:
        for account, since in accounts.blind(session, before=wall - _TOLD_AFTER):
            for target in range(len(post.ops_urls)):
                owed += notices.owe(
                    session,
                    key=post.name(),
                    cause=f"blind:{account}:{since.isoformat()}:{target}",
                    kind="blind",
                    concern=account,
                    detail=since.isoformat(timespec="minutes"),
                    channel="apprise",
                    target=target,
                    brand_id=None,
                    now=post.now(),
                    wall=wall,
                )
        session.commit()
    return owed
