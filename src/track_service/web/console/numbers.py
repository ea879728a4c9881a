"""A brand's days in figures."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import abort, request
from flask.typing import ResponseReturnValue

from track_service.core.calendar import today
from track_service.services.numbers import by_day, total
from track_service.store import brands
from track_service.templating.render import render
from track_service.web.console.guard import bp, me
from track_service.web.console.shown import NumbersPage
from track_service.web.console.work import codes_of, inside
from track_service.web.wiring import wired

SPANS = (7, 30, 90)  # days, today's included


@bp.get("/numbers")
def numbers() -> ResponseReturnValue:
    """Show the last days of a brand, the newest first."""
    span = request.args.get("days", 30, type=int)
    with wired().database.read() as session:
        codes = sorted(codes_of(session, me()))
        code = request.args.get("brand") or next(iter(codes), "")
        brand = brands.by_code(session, code) if code in codes else None
        if brand is None or span not in SPANS:
            abort(404)
        until = today(wired().desk.now(), ZoneInfo(brand.zone)) + timedelta(days=1)
        days = by_day(session, brand, since=until - timedelta(days=span), until=until)
    page = NumbersPage(
        **inside("numbers"),
        code=code,
        codes=codes,
        span=span,
        spans=SPANS,
        total=total(days),
        days=days[::-1],
    )
    return render("console/numbers.html", page)
