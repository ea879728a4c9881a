"""What shoppers reported: its picture, and how it ended."""

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from track_service.core.cases import Outcome
from track_service.core.staff import Role
from track_service.store import audit, cases, queue
from track_service.store.audit import Actor
from track_service.web.console.guard import bp, me
from track_service.web.console.work import report_of, seen
from track_service.web.wiring import wired


@bp.get("/queue/<int:entry_id>/photo")
def photo(entry_id: int) -> ResponseReturnValue:
    """Show the picture that came with a report: a JPEG that we made."""
    with wired().database.read() as session:
        report = report_of(session, seen(session, entry_id, me()))
        picture = cases.photo(session, report.id) if report else None
    if picture is None:
        abort(404)
    return Response(picture, content_type="image/jpeg")


@bp.post("/queue/<int:entry_id>/settle")
def settle(entry_id: int) -> ResponseReturnValue:
    """Settle a report; its entry clears itself then."""
    parts, user = wired(), me()
    outcome = request.form.get("outcome", "")
    if outcome not in set(Outcome) or entry_id > 2**62:
        abort(400)
    now, wall = parts.desk.now(), parts.desk.wall()
    with parts.database.write() as session:
        found = queue.lock(session, [entry_id], user.brands(Role.AGENT))
        report = report_of(session, found[0]) if found else None
        if report is None:
            abort(404)
        if cases.settle(session, report.id, Outcome(outcome), now=now):
            actor = Actor("console", user.id)
            queue.note(session, entry_id, actor, "settled", now=now, detail=outcome)
            audit.record(
                session,
                actor,
                "case.settle",
                f"case:{report.id}",
                wall=wall,
                brand_id=report.brand_id,
                before={"outcome": None},
                after={"outcome": outcome},
            )
        session.commit()
    return redirect(url_for("console.entry", entry_id=entry_id), 303)
