"""What tells that a push is of now: its signature's own time."""

from datetime import UTC, datetime, timedelta

from track_service.carriers.base import Push

_SKEW = timedelta(minutes=5)  # between a signature's time and the push's arrival


def is_stale(push: Push, stated: str | None) -> bool:
    """Tell whether a signature's own time is not about when the push came.

    `stated` is ISO 8601 or epoch seconds; what is neither is stale. A push without a
    time of arrival (read again from a file) is never stale.
    """
    if push.at is None:
        return False
    sent_at = _read_time(stated or "")
    return sent_at is None or abs(push.at - sent_at) > _SKEW


def _read_time(stated: str) -> datetime | None:
    try:
        if stated.isdigit():
            return datetime.fromtimestamp(int(stated), UTC)
        read = datetime.fromisoformat(stated)
    except (ValueError, OverflowError, OSError):
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
