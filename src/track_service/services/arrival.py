"""Arrival: when a parcel comes, how sure that is, and whether it keeps the promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from track_service.core.expected import Source, is_over
from track_service.core.judgement import PromiseState
from track_service.core.outlook import BY_DATE
from track_service.core.parcel import Shipment
from track_service.core.promise import promise_state, starts_beyond
from track_service.core.status import WILL_NOT_COME, Meaning, Status
from track_service.core.timeline import opened_by
from track_service.core.tracking import Event
from track_service.services.estimate import Estimate, estimate
from track_service.services.moved import moved
from track_service.services.progress_back import received_at
from track_service.services.scans import place_text, shown_events
from track_service.services.windows import moment, window_text
from track_service.store.history import Promised
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class Arrival:
    """`value` is as exact as what was stated; `is_late` is true beside a sorry note.

    `promised` is the shop's date where `value` is not that already; `where` tells the
    place where it was handed over or waits, and whether somebody signed; `basis` what an
    estimate of ours rests on.
    """

    label: str | None = None
    value: str | None = None
    note: str | None = None
    promised: str | None = None
    where: str | None = None
    is_late: bool = False
    basis: str | None = None


_NO_DATE = {
    Status.DELIVERED,
    Status.AVAILABLE_FOR_PICKUP,
    Status.RETURNING,
    Status.RETURNED,
    Status.CANCELLED,
    Status.EXPIRED,
}


def arrival(
    shipment: Shipment,
    voice: Voice,
    *,
    now: datetime,
    zone: tzinfo,
    carrier_label: str,
    shown: Sequence[Promised] = (),
) -> Arrival:
    """Return the arrival's texts; "today" is the brand's, in `zone`.

    `shown` is the ledger of dates that the shopper was told, oldest first. Of a return
    it is told when the shop got it, and nothing before that.
    """
    meaning, today = shipment.meaning, now.astimezone(zone).date()
    if shipment.inward:
        return _with_the_shop(shipment, voice, zone, today)
    promised = shipment.promised_on
    stated = voice.full_date(promised, today) if promised else None
    if meaning.status is Status.DELIVERED:
        return _delivered(shipment, voice, zone, today, stated)
    if meaning.status is Status.AVAILABLE_FOR_PICKUP:
        return _waits(shipment, voice, zone, today, stated)
    if not is_awaited(meaning):
        return Arrival()  # it will not come: no promise holds any more
    over = promise_state(shipment, now=now, zone=zone) is PromiseState.LATE
    note, is_late = _promise_note(shipment, voice, today, late=over)
    ours = estimate(
        shipment, voice, shown, carrier_label=carrier_label, now=now, zone=zone
    )
    if ours is not None:
        return _estimated(ours, voice, note, stated, zone, today, is_late=is_late)
    label, value = _expected(shipment, voice, now, zone, is_late=is_late)
    note = _what_changed(
        shipment, voice, shown, note, carrier_label, zone, today, is_late=is_late
    )
    repeats = shipment.window is None and not is_late and value is not None
    return Arrival(label, value, note, None if repeats else stated, is_late=is_late)


def _with_the_shop(
    shipment: Shipment, voice: Voice, zone: tzinfo, today: date
) -> Arrival:
    stamp = received_at(shipment)
    if shipment.meaning.status is not Status.RETURNED or stamp is None:
        return Arrival()
    return Arrival(voice.say("With the shop since"), moment(stamp, voice, zone, today))


def _what_changed(
    shipment: Shipment,
    voice: Voice,
    shown: Sequence[Promised],
    note: str | None,
    carrier_label: str,
    zone: tzinfo,
    today: date,
    *,
    is_late: bool,
) -> str | None:
    """Return how the stated date moved, else what there is to say of the promise."""
    told = moved(
        shipment,
        voice,
        [row for row in shown if row.source != Source.PREDICTED],
        carrier_label=carrier_label,
        zone=zone,
        today=today,
    )
    if told is not None:
        return " ".join([told, *([voice.say("We are sorry.")] if is_late else [])])
    promised = shipment.promised_on
    if note is None and shipment.window is not None:
        return _doubt(shipment, voice, zone, today)
    if note or promised is None:
        return note
    if promised < today:
        return voice.say(
            "That day is over, and we have no news from {carrier} since.",
            carrier=carrier_label,
        )
    return _risk(shipment, voice, zone, today)


def _estimated(
    ours: Estimate,
    voice: Voice,
    note: str | None,
    stated: str | None,
    zone: tzinfo,
    today: date,
    *,
    is_late: bool,
) -> Arrival:
    """Our own estimate, as what it is; what we say of its moves goes beside a delay."""
    notes = [text for text in (note, ours.moved) if text]
    return Arrival(
        voice.say("Our estimate"),
        window_text(ours.window, voice, zone=zone, today=today),
        " ".join(notes) or None,
        stated,
        is_late=is_late,
        basis=ours.basis,
    )


def _risk(shipment: Shipment, voice: Voice, zone: tzinfo, today: date) -> str | None:
    """Beside a promise that will hardly be kept, when we expect the parcel instead."""
    outlook = shipment.outlook
    if outlook is None or not outlook.risky or outlook.window is None:
        return None
    when = window_text(outlook.window, voice, zone=zone, today=today, near=False)
    return voice.say("It may come later: we expect it {window}.", window=when)


def _doubt(shipment: Shipment, voice: Voice, zone: tzinfo, today: date) -> str | None:
    """Beside a date that its carrier hardly ever keeps, when we expect the parcel."""
    outlook, window = shipment.outlook, shipment.window
    if outlook is None or outlook.window is None or window is None:
        return None
    beyond = outlook.window.start.local.date() > window.until.local.date()
    if outlook.known_by != BY_DATE or not beyond:
        return None
    when = window_text(outlook.window, voice, zone=zone, today=today, near=False)
    return voice.say("It may come later: we expect it {window}.", window=when)


def is_awaited(meaning: Meaning) -> bool:
    """Tell whether a courier is still to come with the parcel."""
    over = meaning.status in _NO_DATE or (meaning.status, meaning.sub) in WILL_NOT_COME
    return not over


def _expected(
    shipment: Shipment, voice: Voice, now: datetime, zone: tzinfo, *, is_late: bool
) -> tuple[str | None, str | None]:
    today, window = now.astimezone(zone).date(), shipment.window
    over = window is not None and is_over(window, now=now, zone=zone)
    if window is not None and not (over and is_late):
        label = voice.say("Was expected") if over else voice.say("Expected")
        return label, window_text(window, voice, zone=zone, today=today)
    if is_late:
        return voice.say("Expected"), voice.say("No new date yet")
    # Beside a trouble, a promise made before it would sound like a new one.
    calm = shipment.meaning.status not in {Status.EXCEPTION, Status.ATTEMPT_FAILED}
    if shipment.promised_on is not None and calm:
        return voice.say("Promised for"), voice.day(shipment.promised_on, today)
    return None, None


def _delivered(
    shipment: Shipment, voice: Voice, zone: tzinfo, today: date, stated: str | None
) -> Arrival:
    delivered = Status.DELIVERED
    scans = [e for e in shown_events(shipment) if e.meaning.status is delivered]
    stamp = shipment.delivered_at or (scans[0].stamp if scans else None)
    collected = shipment.meaning.sub == "collected_by_customer"
    label = voice.say("Collected") if collected else voice.say("Delivered")
    if stamp is None:
        return Arrival(promised=stated)
    note, after = None, 0
    if shipment.promised_on is not None:
        after = (stamp.local.date() - shipment.promised_on).days
    if after > 0:
        note = voice.many(
            "That was {n} day later than promised. We are sorry.",
            "That was {n} days later than promised. We are sorry.",
            after,
        )
    value = moment(stamp, voice, zone, today)
    return Arrival(
        label,
        value,
        note,
        promised=stated,
        where=_proof(shipment, voice, scans[-1] if scans else None),
        is_late=after > 0,
    )


def _proof(shipment: Shipment, voice: Voice, scan: Event | None) -> str | None:
    """Where it was handed over, and that somebody signed: never who."""
    signed = shipment.signed_by or shipment.meaning.sub == "signed"
    place = place_text(scan.place, voice, abroad=False) if scan else None
    if signed and place:
        return voice.say("Signed for in {place}; by whom is not shown.", place=place)
    if signed:
        return voice.say("Signed for; by whom is not shown.")
    return place


def _waits(
    shipment: Shipment, voice: Voice, zone: tzinfo, today: date, stated: str | None
) -> Arrival:
    opener = opened_by(shipment.events)
    if opener is None or opener.stamp is None:
        return Arrival(promised=stated)
    return Arrival(
        voice.say("Ready since"),
        moment(opener.stamp, voice, zone, today),
        promised=stated,
        where=place_text(opener.place, voice, abroad=False),
    )


def _promise_note(
    shipment: Shipment, voice: Voice, today: date, *, late: bool
) -> tuple[str | None, bool]:
    promised, window = shipment.promised_on, shipment.window
    if promised is None:
        return None, False
    day = voice.full_date(promised, today)
    if late or starts_beyond(shipment):
        text = voice.say("Later than promised ({date}). We are sorry.", date=day)
        return text, True
    if window and window.until.local.date() > promised:
        return voice.say("It may come after the promised day, {date}.", date=day), False
    return None, False
