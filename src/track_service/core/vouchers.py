"""Vouchers: when a shopper whose parcel went wrong is owed more than words."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, tzinfo

from track_service.core.calendar import today
from track_service.core.judgement import Concern, ConcernKind, Judgement
from track_service.core.notices import (
    Audience,
    Notice,
    anew,
    cause_of,
    first_told,
    fresh,
)
from track_service.core.parcel import Shipment
from track_service.core.promise import expected_beyond
from track_service.core.voucher_rule import BY_DAYS, VoucherRule


def apology(
    shipment: Shipment,
    judgement: Judgement,
    *,
    heard: Collection[str],
    already: Collection[tuple[str, str]] = (),
    now: datetime,
    zone: tzinfo,
) -> Notice | None:
    """Return the notice that is owed if its order can be given a voucher.

    None where the brand's rule calls for none. It tells of the most urgent trouble that
    the shopper may hear of: for the first time, or once more where they `heard` of it
    before a voucher was due. `already` is as in `notices.owed`. Whether the order was
    given a voucher before, and whether one is left, is not known here.
    """
    rule, brand = shipment.brand.rules.voucher, shipment.brand
    if rule is None or not brand.sending or shipment.quiet:
        return None
    wrong = fresh(shipment, judgement, already)
    first = first_told(shipment, wrong)
    if first is None or not any(
        _calls(rule, shipment, concern, now=now, zone=zone) for concern in wrong
    ):
        return None
    if cause_of(first) in heard:
        first = replace(first, cause=anew(first.cause))
    cause = cause_of(first)
    return None if cause in heard else Notice(first, Audience.SHOPPER, "email", cause)


def _calls(
    rule: VoucherRule,
    shipment: Shipment,
    concern: Concern,
    *,
    now: datetime,
    zone: tzinfo,
) -> bool:
    if concern.kind not in BY_DAYS:
        return concern.kind in rule.kinds
    late = _days_late(shipment, concern, now=now, zone=zone)
    return rule.late_days is not None and late >= rule.late_days


def _days_late(
    shipment: Shipment, concern: Concern, *, now: datetime, zone: tzinfo
) -> int:
    """By how many days it is late, or will be by its carrier's own date.

    Days in which we could not see its carrier do not count.
    """
    promised = shipment.promised_on
    if promised is None:
        return 0
    days = [promised, expected_beyond(shipment, zone=zone) or promised]
    if concern.kind is ConcernKind.LATE:
        days.append(today(min(shipment.seen_at or now, now), zone))
    return (max(days) - promised).days
