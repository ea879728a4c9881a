"""Masses of messages that wait: a brand's admin lets them go, or drops them."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from track_service.core.staff import Role
from track_service.store import audit, notices, queue
from track_service.store.audit import Actor
from track_service.web.console.guard import bp, me
from track_service.web.wiring import wired


@bp.post("/queue/<int:entry_id>/held")
def decide(entry_id: int) -> ResponseReturnValue:
    """Let a mass of held messages go, or drop it for good."""
    parts, user, verdict = wired(), me(), request.form.get("verdict")
    if verdict not in {"released", "dropped"} or entry_id > 2**62:
        abort(400)
    now, wall = parts.desk.now(), parts.desk.wall()
    with parts.database.write() as session:
        found = queue.lock(session, [entry_id], user.brands(Role.ADMIN))
        if not found or found[0].kind != notices.HELD:
            abort(404)
        brand_id, kind = found[0].brand_id, found[0].source.partition(":")[2]
        done = (
            notices.reopen(
                session, state=notices.HELD, brand_id=brand_id, kind=kind, wall=wall
            )
            if verdict == "released"
            else notices.drop_held(session, brand_id=brand_id, kind=kind, now=now)
        )
        actor = Actor("console", user.id)
        detail = f"{done} messages"
        queue.note(session, entry_id, actor, verdict, now=now, detail=detail)
        audit.record(
            session,
            actor,
            f"held.{verdict}",
            f"entry:{entry_id}",
            wall=wall,
            brand_id=brand_id,
            before={"state": notices.HELD},
            after={"state": verdict, "messages": done, "kind": kind},
        )
        session.commit()
    return redirect(url_for("console.entry", entry_id=entry_id, told=detail), 303)
