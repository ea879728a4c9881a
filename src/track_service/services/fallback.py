"""Ask an aggregator for parcels that their carrier does not know or cannot be asked for.

A parcel stays its carrier's. Only who is asked changes, which is the poll row's
`carrier`; daily the carrier is tried again (`own_after`), and has the parcel back with
its first answer.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from track_service.core.fallback import OWN_EVERY
from track_service.core.parcel import Shipment
from track_service.core.tracking import Trouble
from track_service.services.desk import Desk
from track_service.store import accounts, polling
from track_service.store.history import Outcome

_SOON = timedelta(hours=1)  # then an aggregator tells of a number it was just given


def steered(
    desk: Desk, outcome: Outcome, before: Shipment, *, asked: str, now: datetime
) -> Outcome:
    """Return what a question to `asked` comes to, with whom to ask next.

    `before` is the parcel as it was. A carrier that is tried and knows nothing still
    leaves it as it was; the aggregator is asked at once.
    """
    guest = desk.fallback.guests.get(before.carrier)
    if outcome.poll_after is None:
        return outcome
    if asked != before.carrier:
        return _after_guest(outcome, stays=asked == guest, now=now)
    after = outcome.shipment
    if after.trouble is None or guest is None:
        return outcome
    zone = ZoneInfo(after.brand.zone)
    if before.own_after is not None:
        after = replace(after, trouble=before.trouble, failures=before.failures)
    elif not desk.fallback.is_given_up(after, now=now, zone=zone):
        return outcome
    after = replace(after, asked_of=guest, own_after=now + OWN_EVERY)
    return replace(outcome, shipment=after, poll_after=now)


def _after_guest(outcome: Outcome, *, stays: bool, now: datetime) -> Outcome:
    of = outcome.shipment
    if stays and of.own_after is not None and now < of.own_after:
        is_new = of.own_after - now > OWN_EVERY - _SOON
        if of.trouble == Trouble.NOT_FOUND and is_new:
            soon = now + _SOON
            return replace(outcome, poll_after=min(outcome.poll_after or soon, soon))
        return outcome
    return replace(outcome, shipment=replace(of, asked_of=None, own_after=now))


def take_over(desk: Desk) -> int:
    """Let aggregators be asked for due parcels of carriers that cannot be asked.

    Those have no account here, or one that has told nothing for too long. Where the
    aggregator itself has no account any more, its parcels go back. Returns how many
    parcels there were.
    """
    now, wall, rule = desk.now(), desk.wall(), desk.fallback
    with desk.database.write() as session:
        blind = accounts.blind(session, before=wall - rule.patience)
        mute = {account for account, _ in blind}
        moved = polling.hand_back(session, known=desk.carriers)
        for guest in sorted(set(rule.guests.values())):
            lost = [
                own
                for own in rule.in_place_of(guest)
                if own in mute or own not in desk.carriers
            ]
            moved += polling.hand_over(
                session, lost, guest, now=now, wall=wall, own_after=now + OWN_EVERY
            )
        session.commit()
    return moved
