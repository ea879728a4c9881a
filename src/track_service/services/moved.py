"""Moved: what the shopper was told first, what holds now, and why it changed."""

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo

from track_service.core.parcel import Shipment
from track_service.core.tracking import Window
from track_service.services.windows import window_text
from track_service.store.history import Promised
from track_service.templating.voice import N_, Voice

_ATTEMPT = N_("because the courier could not reach you")
_ADDRESS = N_("because the address was not clear")
_AGREED = N_("because the delivery was rescheduled")
_COLLECTION = N_("because it was collected late")
_CHECK = N_("because it waits for a payment or a check")
_CUSTOMS = N_("because of customs")
_BECAUSE: Mapping[str, str] = {
    "bad_address": _ADDRESS,
    "business_closed": N_("because the business was closed"),
    "customs_info_required": _CUSTOMS,
    "customs_started": _CUSTOMS,
    "damaged": N_("because it was damaged"),
    "delayed_customs": _CUSTOMS,
    "delayed_flight": N_("because of a flight delay"),
    "delayed_weather": N_("because of bad weather"),
    "delivery_rescheduled": _AGREED,
    "held_for_payment": _CHECK,
    "location_inaccessible": N_("because the courier could not get to your door"),
    "misrouted": N_("because it took a wrong turn"),
    "notice_left": _ATTEMPT,
    "pickup_delayed": _COLLECTION,
    "pickup_delayed_reported": _COLLECTION,
    "pickup_failed": _COLLECTION,
    "pickup_failed_reported": _COLLECTION,
    "postponed": _AGREED,
    "postponed_reported": _AGREED,
    "recipient_unavailable": _ATTEMPT,
    "reschedule_needed": _AGREED,
    "security_or_fee": _CHECK,
}
_MERCHANT = "merchant"


def moved(
    shipment: Shipment,
    voice: Voice,
    shown: Sequence[Promised],
    *,
    carrier_label: str,
    zone: tzinfo,
    today: date,
) -> str | None:
    """Return how the date moved, None where it did not or only by the hour.

    `shown` is the ledger of dates, oldest first. A date that moved is measured by the shop's promise if it lies beyond
    that, else by the first that the carrier stated.
    """
    window = shipment.window
    if window is None:
        return None
    first = _first(shown, window)
    if first is None:
        return None
    was = voice.full_date(first.window.until.local.date(), today)
    if window.until.local.date() < first.window.start.local.date():
        return voice.say("Earlier than first expected ({first}).", first=was)
    now = window_text(window, voice, zone=zone, today=today, near=False)
    because = _because(shipment, shown, window)
    promised = first.source == _MERCHANT
    if because is None:
        message = (
            N_("First promised for {first}; now {now}. {carrier} gives no reason.")
            if promised
            else N_("First expected {first}; now {now}. {carrier} gives no reason.")
        )
        return voice.say(message, first=was, now=now, carrier=carrier_label)
    message = (
        N_("First promised for {first}; now {now}, {because}.")
        if promised
        else N_("First expected {first}; now {now}, {because}.")
    )
    return voice.say(message, first=was, now=now, because=voice.say(because))


def _first(shown: Sequence[Promised], window: Window) -> Promised | None:
    for row in shown:
        later = window.start.local.date() > row.window.until.local.date()
        if later or (row.source != _MERCHANT and _is_earlier(window, row.window)):
            return row
        if row.source != _MERCHANT:
            return None
    return None


def _is_earlier(window: Window, first: Window) -> bool:
    return window.until.local.date() < first.start.local.date()


def _because(
    shipment: Shipment, shown: Sequence[Promised], window: Window
) -> str | None:
    """The reason kept with the date that holds now, else the parcel's condition."""
    kept = [row.reason for row in shown if row.window == window]
    words = (*reversed(kept), shipment.meaning.sub)
    return next((_BECAUSE[word] for word in words if word and word in _BECAUSE), None)
