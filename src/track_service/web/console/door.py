"""Signing in by password or OpenID, and out again."""

import hmac
import re
from datetime import timedelta

from flask import Response, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from track_service.http.oidc import Flow, SignInFailed
from track_service.services import users
from track_service.services.users import Entered
from track_service.templating.render import render
from track_service.web import proofs
from track_service.web.console import guard
from track_service.web.console.guard import bp
from track_service.web.console.shown import DoorPage
from track_service.web.wiring import wired

_TRYING = timedelta(hours=8)
_LEAVING = timedelta(minutes=10)
_HERE = re.compile(r"/console/[\w/?=&.~%:+-]*", re.ASCII)
_LONGEST = 1000  # letters of what is typed in
# One answer, whatever was wrong: it tells nobody who is a user here.
_WRONG = (
    "This address and password do not let you in."
    " After several wrong ones, wait a few minutes."
)
_NOT_OURS = "Your sign-in did not work. Try again, or ask your administrator."


@bp.get("/enter")
def door() -> ResponseReturnValue:
    """Show the form."""
    return _form()


@bp.post("/enter")
def enter() -> ResponseReturnValue:
    """Sign in by password; the same answer for whatever is wrong."""
    trying = guard.opened(guard.TRYING)
    if trying is None:
        return _form("Your browser kept no cookie. Try again.", status=400)
    guard.check_token(trying)
    email, password = (
        request.form.get(n, "")[:_LONGEST] for n in ("email", "password")
    )
    parts = wired()
    entered = users.enter(
        parts.database,
        email,
        password,
        client=proofs.client(),
        mint=parts.mint,
        wall=parts.desk.wall(),
    )
    return _form(_WRONG, status=403) if entered is None else _in(entered)


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """Sign out, here and at once."""
    parts = wired()
    users.leave(parts.database, guard.me(), g.console_secret, wall=parts.desk.wall())
    g.console_left = True
    response = make_response(redirect(url_for("console.door"), 303))
    guard.drop(response, guard.SESSION)
    return response


@bp.get("/oidc")
def leave_for() -> ResponseReturnValue:
    """Send the browser to the OpenID provider; it keeps what only it can bring back."""
    provider = wired().provider
    if provider is None:
        return _form(_NOT_OURS, status=404)
    try:
        url, flow = provider.begin(_back_url())
    except SignInFailed:
        return _form(_NOT_OURS, status=502)
    response = make_response(redirect(url, 303))
    kept = f"{flow.state} {flow.nonce} {flow.verifier}"
    guard.put(response, guard.LEAVING, kept, age=_LEAVING)
    return response


@bp.get("/oidc/back")
def back() -> ResponseReturnValue:
    """Let in whom the provider vouches for, if that address is a user's here."""
    parts, kept = wired(), (guard.opened(guard.LEAVING) or "").split(" ")
    if parts.provider is None or len(kept) != 3:
        return _form(_NOT_OURS, status=403)
    flow = Flow(*kept)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if not code or not hmac.compare_digest(state.encode(), flow.state.encode()):
        return _form(_NOT_OURS, status=403)
    try:
        email = parts.provider.finish(_back_url(), flow, code=code)
    except SignInFailed:
        return _form(_NOT_OURS, status=403)
    entered = users.enter_known(
        parts.database, email, mint=parts.mint, wall=parts.desk.wall()
    )
    if entered is None:
        return _form(_NOT_OURS, status=403)
    response = _in(entered)
    guard.drop(response, guard.LEAVING)
    return response


def _back_url() -> str:
    return f"{wired().base_url}/console/oidc/back"


def _in(entered: Entered) -> Response:
    """Go where the user wanted to, under a session that is new with this sign-in."""
    to = request.form.get("to", "")
    if not _HERE.fullmatch(to):
        to = "/console/"
    response = make_response(redirect(to, 303))
    guard.set_session(response, entered.secret)
    guard.drop(response, guard.TRYING)
    return response


def _form(wrong: str | None = None, *, status: int = 200) -> Response:
    """Show the form with a token that only the browser which got it can show."""
    secret = guard.opened(guard.TRYING) or wired().mint.secret()
    page = DoorPage(
        token=guard.token_of(secret),
        wrong=wrong,
        to=request.values.get("to", "")[:_LONGEST],
        email=request.form.get("email", "")[:_LONGEST],
        has_oidc=wired().provider is not None,
    )
    response = make_response(render("console/enter.html", page), status)
    guard.put(response, guard.TRYING, secret, age=_TRYING)
    return response
