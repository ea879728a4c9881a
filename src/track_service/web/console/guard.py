"""Who is let in: the session's cookie, the token of every form, and what a page may."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from track_service.core.staff import User
from track_service.services.users import IDLE, LONGEST
from track_service.store import users
from track_service.store.types import KEYS, LostKey
from track_service.templating.render import render
from track_service.web.wiring import wired

bp = Blueprint("console", __name__, url_prefix="/console")

SESSION, TRYING, LEAVING = "console", "console_try", "console_oidc"
_OPEN = frozenset(
    {"console.door", "console.enter", "console.leave_for", "console.back"}
)


@bp.before_request
def let_in() -> ResponseReturnValue | None:
    """Let in who is signed in; others go to the door. Every form shows its token."""
    if request.endpoint in _OPEN:
        return None
    secret = session_secret()
    user = _user(secret)
    if user is None or secret is None:
        if request.method != "GET":
            return redirect(url_for("console.door"), 303)
        to = request.full_path.rstrip("?")
        return redirect(url_for("console.door", to=to), 303)
    if request.method != "GET":
        check_token(secret)
    g.console_user, g.console_secret = user, secret
    return None


@bp.after_request
def keep_private(response: Response) -> Response:
    """Let nobody keep a page; note in the cookie that its user is still there."""
    response.headers["Cache-Control"] = "no-store"
    secret = g.get("console_secret")
    if secret is not None and not g.get("console_left"):
        set_session(response, secret)
    return response


def me() -> User:
    """Return whose request this is."""
    return cast("User", g.console_user)


def token() -> str:
    """Return what a form of this session must show."""
    return token_of(cast("str", g.console_secret))


def token_of(secret: str) -> str:
    """Return what a form must show of who holds a cookie's secret."""
    return hmac.new(secret.encode(), b"form", sha256).hexdigest()


def check_token(secret: str) -> None:
    """Refuse a form that another site made."""
    shown = request.form.get("token", "")
    if not hmac.compare_digest(shown.encode(), token_of(secret).encode()):
        abort(403)


def go_on(secret: str) -> None:
    """Let the browser go on under another sign-in: `keep_private` gives it."""
    g.console_secret = secret


def set_session(response: Response, secret: str) -> None:
    """Give the browser the session's secret, sealed with the time of this answer."""
    put(response, SESSION, f"{secret} {wired().desk.wall().isoformat()}", age=LONGEST)


def put(response: Response, name: str, value: str, *, age: timedelta) -> None:
    """Set a sealed cookie of the console's, that no script sees.

    Its name is sealed with it, so that none does for another.
    """
    response.set_cookie(
        name,
        KEYS.seal(f"{name}={value}".encode()).decode(),
        max_age=age,
        path="/console",
        httponly=True,
        samesite="Lax",
        secure=wired().base_url.startswith("https:") or request.is_secure,
    )


def drop(response: Response, name: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(name, path="/console")


def opened(name: str) -> str | None:
    """Return what a cookie of ours holds, None where there is none or it is not ours."""
    try:
        told = KEYS.open(request.cookies.get(name, "").encode()).decode()
    except (LostKey, UnicodeError):
        return None
    sealed_as, _, value = told.partition("=")
    return value if sealed_as == name else None


def session_secret() -> str | None:
    """Return the secret of a session that was not idle for too long."""
    secret, _, seen = (opened(SESSION) or "").partition(" ")
    if not seen:
        return None
    is_idle = datetime.fromisoformat(seen) <= wired().desk.wall() - IDLE
    return None if is_idle else secret


def _user(secret: str | None) -> User | None:
    if secret is None:
        return None
    parts = wired()
    with parts.database.read() as session:
        return users.signed_in(session, secret, since=parts.desk.wall() - LONGEST)


@bp.errorhandler(404)
@bp.errorhandler(403)
@bp.errorhandler(400)
def refused(error: HTTPException) -> ResponseReturnValue:
    """Answer what is not there, or not this user's, without a word of which."""
    words = {
        400: "This form holds what cannot be.",
        403: "This form is out of date. Go back, load the page anew, and try again.",
        404: "There is nothing here for you.",
    }
    code = error.code or 500
    page = RefusedPage(words=words[code])
    return render("console/refused.html", page), code


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """A page without anything."""

    words: str
    language: str = "en"
    brand: None = None
