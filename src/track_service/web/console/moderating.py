"""Reviews that wait for a human: published or rejected, one or many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from track_service.core.moderation import Reason, State
from track_service.core.staff import Role
from track_service.services import moderating
from track_service.services.moderating import Waiting
from track_service.store.audit import Actor
from track_service.templating.render import render
from track_service.web.console.guard import bp, me
from track_service.web.console.shown import InsidePage, span
from track_service.web.console.work import back, codes_of, inside, told
from track_service.web.wiring import wired

_PAGE, _MOST, _LAST_ID = 50, 200, 2**62
_STATES = {
    State.PENDING: "Waiting",
    State.REJECTED: "Rejected",
    State.PUBLISHED: "Published",
}
_REASONS = {
    Reason.OFF_TOPIC: "off topic",
    Reason.PERSONAL: "personal details",
    Reason.PROFANITY: "insulting words",
    Reason.LINK: "link",
    Reason.CONTACT: "contact details",
    Reason.SHOUTING: "shouting",
    Reason.SPAM: "spam",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A review in the words of a list."""

    of: Waiting
    brand: str
    flag: str | None
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsPage(InsidePage):
    """A page of reviews in one state."""

    lines: Sequence[Line]
    states: Mapping[State, str]
    state: State
    reasons: Mapping[Reason, str]
    several: bool
    may_work: bool
    told: str | None
    more: str | None
    here: str


@bp.get("/reviews")
def reviews() -> ResponseReturnValue:
    """List reviews, the newest first; at first those that wait."""
    parts, user = wired(), me()
    state, before = request.args.get("state"), request.args.get("before", type=int)
    if (state and state not in set(State)) or not 0 <= (before or 0) < _LAST_ID:
        abort(404)
    wanted = State(state or State.PENDING)
    with parts.database.read() as session:
        codes = {brand_id: code for code, brand_id in codes_of(session, user).items()}
        found = moderating.look(
            session, codes, state=wanted, before=before, limit=_PAGE
        )
    now, is_full = parts.desk.now(), len(found) == _PAGE
    page = ReviewsPage(
        **inside("reviews"),
        lines=[
            Line(
                one,
                codes[one.brand_id],
                one.flag and _REASONS[Reason(one.flag)],
                span(now - one.review.written_at),
            )
            for one in found
        ],
        states=_STATES,
        state=wanted,
        reasons=_REASONS,
        several=len(codes) > 1,
        may_work=bool(user.brands(Role.AGENT)),
        told=told(),
        more=_address(wanted, before=str(found[-1].review.id)) if is_full else None,
        here=_address(wanted),
    )
    return render("console/reviews.html", page)


@bp.post("/reviews")
def moderate() -> ResponseReturnValue:
    """Publish or reject what was ticked."""
    parts, user, ids = wired(), me(), request.form.getlist("review")
    verdict, reason = request.form.get("verdict"), request.form.get("reason", "")
    fits = len(ids) <= _MOST and all(w.isascii() and w.isdigit() for w in ids)
    if not fits or verdict not in {State.PUBLISHED, State.REJECTED}:
        abort(400)
    if reason and reason not in {str(one) for one in _REASONS}:
        abort(400)
    with parts.database.write() as session:
        done = moderating.decide(
            session,
            [int(word[:18]) for word in ids],
            State(verdict),
            reason=Reason(reason) if reason else None,
            brand_ids=user.brands(Role.AGENT),
            actor=Actor("console", user.id),
            now=parts.desk.now(),
            wall=parts.desk.wall(),
        )
        if ids and not done:
            abort(404)
        session.commit()
    many = "review is" if len(done) == 1 else "reviews are"
    return back(f"{len(done)} {many} {verdict}.")


def _address(state: State, **more: str) -> str:
    return f"{url_for('console.reviews')}?{urlencode({'state': state, **more})}"
