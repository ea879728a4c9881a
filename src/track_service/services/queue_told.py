"""One alert for many: a parcel's alert is not sent where its group's was told."""

from collections.abc import Sequence

from track_service.services.post import Post
from track_service.services.queue_upkeep import keep_up
from track_service.store import notices, queue_groups
from track_service.store.notices import Owed

_PARTS = 20  # of what the queue has to catch up on, before sending goes on


def leave_to_groups(post: Post, claimed: Sequence[Owed]) -> list[Owed]:
    """Settle the alerts that a group stands for, and return what is left to send.

    The queue is brought up to date first, so that a mass is known before the first
    alert of it goes out.
    """
    alerts = {
        o.shipment_id for o in claimed if o.channel == "apprise" and o.shipment_id
    }
    if not alerts:
        return list(claimed)
    for _ in range(_PARTS):
        if not keep_up(post):
            break
    with post.database.read() as session:
        told = queue_groups.told_parcels(session, alerts)
    spared = [
        o for o in claimed if o.channel == "apprise" and (o.shipment_id, o.kind) in told
    ]
    if not spared:
        return list(claimed)
    with post.database.write() as session:
        for owed in spared:
            notices.settle(
                session,
                owed.id,
                notices.GROUPED,
                now=post.now(),
                error="told with its group",
            )
        session.commit()
    for owed in spared:
        post.meters.noticed(owed.channel, notices.GROUPED)
    return [owed for owed in claimed if owed not in spared]
