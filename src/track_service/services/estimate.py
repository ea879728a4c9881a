"""Estimate: our own window in words, what it rests on, and why it moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from track_service.core.ahead import Ahead
from track_service.core.expected import Source, expected
from track_service.core.outlook import BY_DATE, Outlook
from track_service.core.parcel import Shipment
from track_service.core.tracking import Window
from track_service.services.windows import window_text
from track_service.store.history import Promised
from track_service.templating.voice import N_, Voice


@dataclass(frozen=True, slots=True)
class Estimate:
    """`window` is in days; `basis` what it rests on; `moved` how and why it changed."""

    window: Window
    basis: str | None
    moved: str | None


_BECAUSE: Mapping[str, str] = {
    "faster": N_("as it moves faster than expected"),
    "handed_over": N_("as it has been handed over"),
    "near": N_("as it has reached the last depot"),
    "out": N_("as it is out for delivery"),
    "retry": N_("because an attempt failed"),
    "silence": N_("as no news has come since"),
    "slower": N_("as parcels run slower this week"),
}


def estimate(
    shipment: Shipment,
    voice: Voice,
    shown: Sequence[Promised] = (),
    *,
    carrier_label: str,
    now: datetime,
    zone: tzinfo,
) -> Estimate | None:
    """Return our estimate where it is what holds, None where somebody tells better.

    `shown` is the ledger of dates, oldest first.
    """
    outlook, holds = shipment.outlook, expected(shipment, now=now, zone=zone)
    if outlook is None or not outlook.shown or holds is None:
        return None
    if holds.source is not Source.PREDICTED:
        return None
    today = now.astimezone(zone).date()
    return Estimate(
        holds.window,
        basis(outlook, voice, carrier_label=carrier_label),
        _moved(outlook, voice, shown, zone=zone, today=today),
    )


def basis(outlook: Outlook, voice: Voice, *, carrier_label: str) -> str | None:
    """Return in one line what an outlook rests on."""
    if outlook.known_by == BY_DATE:
        return voice.say(
            "We go by how {carrier} has kept its dates.", carrier=carrier_label
        )
    if outlook.known_by is None or outlook.usual is None:
        return voice.say(
            "We go by what is usual at {carrier}, until we know more.",
            carrier=carrier_label,
        )
    least, most = (max(1, round(days)) for days in outlook.usual)
    dash = "\N{EN DASH}\N{WORD JOINER}"  # the two belong on one line
    span = f"{least}{dash}{most}" if least < most else f"{most}"
    usual = voice.many(
        "From here, parcels like this take {span} day.",
        "From here, parcels like this take {span} days.",
        most,
        span=span,
    )
    off = round(abs(outlook.slower))
    if not off:
        return usual
    if outlook.slower > 0:
        way = voice.many(
            "This week they run {n} day slower.",
            "This week they run {n} days slower.",
            off,
        )
    else:
        way = voice.many(
            "This week they run {n} day faster.",
            "This week they run {n} days faster.",
            off,
        )
    return f"{usual} {way}"


def order_basis(outlook: Ahead, voice: Voice, *, brand: str) -> str:
    """Return what the outlook of an order without a parcel rests on."""
    ready = voice.many(
        "{brand} usually sends an order within {n} working day.",
        "{brand} usually sends an order within {n} working days.",
        outlook.ready_days,
        brand=brand,
    )
    way = voice.many(
        "It is then on its way for about {n} day.",
        "It is then on its way for about {n} days.",
        outlook.way_days,
    )
    return f"{ready} {way}"


def _moved(
    outlook: Outlook,
    voice: Voice,
    shown: Sequence[Promised],
    *,
    zone: tzinfo,
    today: date,
) -> str | None:
    ours = [row.window for row in shown if row.source == Source.PREDICTED]
    window, because = outlook.window, _BECAUSE.get(outlook.reason or "")
    if not ours or window is None or ours[0] == window or because is None:
        return None
    first, now = (
        window_text(one, voice, zone=zone, today=today, near=False)
        for one in (ours[0], window)
    )
    return voice.say(
        "Our first estimate was {first}; now it is {now}, {because}.",
        first=first,
        now=now,
        because=voice.say(because),
    )
