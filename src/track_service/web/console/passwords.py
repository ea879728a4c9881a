"""A user's own password: changed by who knows the old one."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from track_service.services import users
from track_service.templating.render import render
from track_service.web import proofs
from track_service.web.console import guard
from track_service.web.console.guard import bp, me
from track_service.web.console.shown import PasswordPage
from track_service.web.console.work import inside
from track_service.web.wiring import wired

_LONGEST = 1000  # letters of what is typed in
_NOT_IT = "That is not your password. After several wrong ones, wait a few minutes."


@bp.get("/password")
def password() -> ResponseReturnValue:
    """Show the form, or that the password was changed."""
    return _form()


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """Store the new password; whoever is signed in with the old one is signed out."""
    parts = wired()
    old, new = (request.form.get(name, "")[:_LONGEST] for name in ("old", "new"))
    try:
        entered = users.change_password(
            parts.database,
            me(),
            old,
            new,
            client=proofs.client(),
            mint=parts.mint,
            wall=parts.desk.wall(),
        )
    except users.WrongUser as error:
        return _form(f"Not changed: {error}."), 422
    if entered is None:
        return _form(_NOT_IT), 403
    guard.go_on(entered.secret)
    return redirect(url_for("console.password", changed=1), 303)


def _form(wrong: str | None = None) -> str:
    done = "Your password is changed. You are signed in here alone."
    page = PasswordPage(
        **inside("password"),
        email=me().email,
        shortest=users.SHORTEST,
        wrong=wrong,
        told=done if "changed" in request.args and not wrong else None,
    )
    return render("console/password.html", page)
