"""What a buyer does on a parcel's page: report what is wrong, choose a new day.

Each page is for who gave the second factor, is never stored, and a GET writes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from track_service.core.cases import CaseKind, may_redeliver
from track_service.core.parcel import Shipment
from track_service.services import cases as service
from track_service.services import photo
from track_service.services.ask_page import case_page
from track_service.services.care import Told, choices, told
from track_service.services.case_wording import REPEATED
from track_service.services.naming import carrier_label
from track_service.services.page import page_language
from track_service.services.veil import veiled
from track_service.store import cases, shipments
from track_service.store.cases import Case, Report
from track_service.templating.voice import Voice
from track_service.web import proofs
from track_service.web.reader import wished, written
from track_service.web.wiring import wired

bp = Blueprint("care", __name__)

_BODY = photo.LARGEST + 100_000


@bp.get("/t/<token>/problem")
def problem(token: str) -> ResponseReturnValue:
    """Ask what is wrong, or thank for what was told and say what happens next."""
    shipment = parcel(token)
    if not _is_buyer(shipment):
        return _first(shipment, "problem")
    return _problem(shipment, kind=request.args.get("told"))


@bp.post("/t/<token>/problem")
def tell(token: str) -> ResponseReturnValue:
    """Open a case; the same one, sent twice, is one."""
    proofs.refuse_foreign()
    request.max_content_length = _BODY
    shipment = parcel(token)
    if not _is_buyer(shipment):
        return _first(shipment, "problem")
    if (request.content_length or 0) > _BODY:
        return _problem(shipment, message="photo")
    try:
        report = _read(shipment)
    except photo.TooLarge:
        return _problem(shipment, message="pixels")
    except photo.BadPhoto:
        return _problem(shipment, message="photo")
    if report is None:
        return _problem(shipment, message="kind")
    is_new = service.report(wired().desk, shipment, report)
    return _thank(shipment, "problem", report.kind, is_new=is_new)


@bp.get("/t/<token>/delivery")
def delivery(token: str) -> ResponseReturnValue:
    """Ask how a new attempt may succeed, or say what happens with the wish."""
    shipment = parcel(token)
    if not _is_buyer(shipment):
        return _first(shipment, "delivery")
    return _delivery(shipment)


@bp.post("/t/<token>/delivery")
def redeliver(token: str) -> ResponseReturnValue:
    """Hand a wish to ops: a new address is for them to confirm, not for the carrier."""
    proofs.refuse_foreign()
    shipment = parcel(token)
    if not _is_buyer(shipment):
        return _first(shipment, "delivery")
    if not may_redeliver(shipment):
        return proofs.see(f"/t/{token}")
    wish = _wish(request.form, shipment)
    if isinstance(wish, str):
        return _delivery(shipment, message=wish)
    is_new = service.report(wired().desk, shipment, wish)
    return _thank(shipment, "delivery", CaseKind.REDELIVER, is_new=is_new)


def _read(shipment: Shipment) -> Report | None:
    """Return the report that was sent, None where its kind is not offered."""
    allowed = choices(shipment, now=wired().desk.now())
    kind = next((k for k in allowed if k == request.form.get("kind")), None)
    sent = request.files.get("photo")
    body = sent.read() if sent else b""
    picture = photo.clean(body) if body else None
    return Report(kind, written("text"), picture) if kind else None


def _wish(form: Mapping[str, str], shipment: Shipment) -> Report | str:
    """Return the wish that was sent, or what is wrong with it."""
    days = {day.isoformat(): day for day in service.next_days(shipment, wired().desk)}
    day, note = days.get(form.get("day", "")), written("text")
    address, is_right = written("address"), form.get("address_ok")
    if is_right == "no" and not address:
        return "address"
    ok = {"yes": True, "no": False}.get(is_right or "")
    if not (day or note or ok is not None):
        return "wish"
    new = None if ok is not False else address
    return Report(CaseKind.REDELIVER, note, None, day, ok, new)


def _problem(
    shipment: Shipment, *, message: str | None = None, kind: str | None = None
) -> Response:
    now, language = wired().desk.now(), _language(shipment)
    known = {case.kind: case for case in reversed(_cases(shipment))}
    case = known.get(CaseKind(kind)) if kind in set(CaseKind) else None
    waiting = {c.kind for c in known.values() if c.settled_at is None}
    page = case_page(
        shipment,
        language=language,
        action=f"/t/{shipment.token}/problem?lang={language}",
        choices=[c for c in choices(shipment, now=now) if c not in waiting],
        now=now,
        message=message,
        told=_told(case, shipment, language) if case else None,
    )
    return proofs.answer("pages/case.html", page, 422 if message else 200)


def _delivery(shipment: Shipment, *, message: str | None = None) -> Response:
    desk, language = wired().desk, _language(shipment)
    known = [c for c in _cases(shipment) if c.kind is CaseKind.REDELIVER]
    case = known[0] if known and known[0].settled_at is None else None
    if case is None and not may_redeliver(shipment):
        return proofs.see(f"/t/{shipment.token}?lang={language}")
    page = case_page(
        shipment,
        language=language,
        action=f"/t/{shipment.token}/delivery?lang={language}",
        choices=service.next_days(shipment, desk),
        now=desk.now(),
        message=message,
        told=_told(case, shipment, language) if case else None,
    )
    return proofs.answer("pages/redeliver.html", page, 422 if message else 200)


def _told(case: Case, shipment: Shipment, language: str) -> Told:
    voice, now = Voice(language), wired().desk.now()
    label = veiled(shipment, voice, carrier_label(shipment)).carrier
    said = told(case, shipment, voice, carrier_label=label, now=now)
    if "again" in request.args:
        return replace(said, text=f"{voice.say(REPEATED)} {said.text}")
    return said


def _cases(shipment: Shipment) -> list[Case]:
    with wired().database.read() as session:
        return cases.of_shipment(session, shipment.id)


def _first(shipment: Shipment, then: str) -> Response:
    language = _language(shipment)
    return proofs.see(f"/t/{shipment.token}/confirm?lang={language}&then={then}")


def _thank(shipment: Shipment, page: str, kind: CaseKind, *, is_new: bool) -> Response:
    asked = f"lang={_language(shipment)}&told={kind}{'' if is_new else '&again=1'}"
    return proofs.see(f"/t/{shipment.token}/{page}?{asked}")


def _language(shipment: Shipment) -> str:
    return page_language(shipment, wished(shipment.brand))


def _is_buyer(shipment: Shipment) -> bool:
    return proofs.has_proof(shipment.brand, shipment.order.number)


def parcel(token: str) -> Shipment:
    """Return the parcel of a link; an unknown link is not found."""
    with wired().database.read() as session:
        shipment = shipments.by_token(session, token)
    if shipment is None:
        abort(404)
    return shipment
