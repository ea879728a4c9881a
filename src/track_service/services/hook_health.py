"""A webhook's health: off after days of nothing or a 410, on by command."""

from datetime import timedelta

from track_service.channels.base import DeliveryError
from track_service.services.alarms import HOOK_OFF, raise_alarm
from track_service.services.post import Post
from track_service.store import brands, hook_state
from track_service.store.notices import Owed

OFF_AFTER = timedelta(days=5)


def refused(post: Post, owed: Owed, error: DeliveryError) -> None:
    """Note that a webhook took nothing; after days of that switch it off, and say so.

    One that is gone is switched off at once.
    """
    if owed.channel != "webhook" or owed.brand_id is None:
        return
    wall = post.wall()
    with post.database.write() as session:
        since = hook_state.failed(session, owed.brand_id, wall=wall)
        brand = brands.by_id(session, owed.brand_id)
        if (
            brand is not None
            and (error.gone or wall - since >= OFF_AFTER)
            and hook_state.switch_off(session, owed.brand_id, wall=wall)
        ):
            raise_alarm(session, post, brand, HOOK_OFF, brand.code, None, wall=wall)
        session.commit()
