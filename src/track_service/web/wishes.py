"""What a shopper wants to be told: a page, and one click that ends it (RFC 8058).

The sealed link is the proof, and no cookie is used: a mail provider's click comes from
elsewhere, as does nobody else's.
"""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from track_service.services import wishes
from track_service.services.ask_page import language_of
from track_service.services.wishes_page import wishes_page
from track_service.web import proofs
from track_service.web.reader import wished
from track_service.web.wiring import wired

bp = Blueprint("wishes", __name__)


@bp.get("/unsubscribe/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Offer the button: whatever opens links for safety's sake unsubscribes nobody."""
    with wired().database.read() as session:
        return _page(session, "pages/unsubscribe.html", token)


@bp.post("/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    """Unsubscribe, at once and for good; twice is once."""
    with wired().database.write() as session:
        wishes.unsubscribe(session, _link(session, token), now=wired().desk.now())
        session.commit()
        return _page(session, "pages/unsubscribe.html", token, done=True)


@bp.get("/preferences/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show what they chose."""
    done = request.args.get("saved") == "1"
    with wired().database.read() as session:
        return _page(session, "pages/preferences.html", token, done=done)


@bp.post("/preferences/<token>")
def save(token: str) -> ResponseReturnValue:
    """Keep what they choose."""
    proofs.refuse_foreign()
    with wired().database.write() as session:
        link = _link(session, token)
        wishes.choose(
            session,
            link,
            purposes=request.form.getlist("purpose"),
            channels=request.form.getlist("channel"),
            language=request.form.get("language"),
            now=wired().desk.now(),
        )
        session.commit()
    tongue = language_of(link.brand, request.form.get("language"), wished(link.brand))
    return proofs.see(f"/preferences/{token}?saved=1&lang={tongue}")


def _link(session: Session, token: str) -> wishes.Link:
    link = wishes.opened(session, token)
    if link is None:
        abort(404)
    return link


def _page(
    session: Session, template: str, token: str, *, done: bool = False
) -> ResponseReturnValue:
    link = _link(session, token)
    theirs, brand = wishes.wishes_of(session, link), link.brand
    asked = request.args.get("lang")
    page = wishes_page(
        brand,
        theirs,
        language=language_of(brand, asked, theirs.language, wished(brand)),
        channels=wishes.channels_of(session, link),
        action=request.path,
        page=f"/preferences/{token}",
        done=done,
    )
    return proofs.answer(template, page)
