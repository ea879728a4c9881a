"""Who did what: the audit log of the brands that a user administers."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from track_service.core.staff import Role
from track_service.store import audit
from track_service.templating.render import render
from track_service.web.console.guard import bp, me
from track_service.web.console.shown import LogPage
from track_service.web.console.work import inside
from track_service.web.wiring import wired

_PAGE = 100


@bp.get("/log")
def log() -> ResponseReturnValue:
    """List what was done, the newest first; the installation's admin sees it all."""
    user, below = me(), request.args.get("below", type=int)
    if not user.brands(Role.ADMIN) or not 0 <= (below or 0) < 2**62:
        abort(404)
    with wired().database.read() as session:
        deeds = audit.deeds(
            session,
            brand_ids=None if user.is_admin else user.brands(Role.ADMIN),
            below=below,
            limit=_PAGE,
        )
    is_full = len(deeds) == _PAGE
    page = LogPage(
        **inside("log"),
        deeds=deeds,
        more=url_for("console.log", below=deeds[-1].id) if is_full else None,
    )
    return render("console/log.html", page)
