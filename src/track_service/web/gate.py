"""The gate: a brand's host shows that brand alone, and what shoppers need of us.

The installation's own host answers for all brands: links and frames from before a brand
had a host go on to work. No host leads to another, so no link is told to a third. A host
that nobody has proven shows nothing; health alone is asked by any address.
"""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from track_service.services.sharing import opened
from track_service.store import hosts
from track_service.web.hosts import Whose
from track_service.web.wiring import wired

bp = Blueprint("gate", __name__)

SHOPPERS = frozenset(
    {
        "care", "confirm", "embed", "feedback", "gate", "lookup", "offers", "pages",
        "pictures", "push", "reviews", "sharing",
    }
)  # fmt: skip


@bp.before_app_request
def keep_apart() -> None:
    """Refuse hosts that are nobody's, and on a brand's host all that is not its own."""
    known = wired().hosts
    whose = known.whose(request.host)
    if whose is None:
        if request.blueprint != "health" and not known.is_ours(request.host):
            abort(404)
    elif request.blueprint not in SHOPPERS or not _is_own(whose):
        abort(404)


@bp.get("/")
def root() -> ResponseReturnValue:
    """Lead from a brand's bare host to its look-up."""
    whose = wired().hosts.whose(request.host)
    return abort(404) if whose is None else redirect(f"/b/{whose[1]}/")


def _is_own(whose: Whose) -> bool:
    """Tell whether what the address names is the brand's; the unknown is nobody's."""
    brand_id, code = whose
    named = request.view_args or {}
    if named.get("code", code) != code:
        return False
    with wired().database.read() as session:
        if "token" in named:
            return hosts.brand_of_token(session, named["token"]) == brand_id
        if "key" in named:
            shared = opened(session, named["key"])
            return shared is not None and shared.brand.id == brand_id
    return True
