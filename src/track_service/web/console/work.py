"""The work queue: its list, an entry, what is done to them, and the CSV."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from track_service.core.cases import Outcome
from track_service.core.staff import Role, User
from track_service.services import queue_csv, queue_query
from track_service.services.queue_query import WrongFilter
from track_service.services.queue_work import Change, Status, WrongChange, change
from track_service.store import (
    brands,
    cases,
    queue,
    queue_filter,
    shipments,
    users,
)
from track_service.store.audit import Actor
from track_service.store.notices import HELD
from track_service.store.queue import Entry
from track_service.store.queue_truth import CASE
from track_service.templating.render import render
from track_service.web.console.guard import bp, me, token
from track_service.web.console.shown import (
    STATUSES,
    EntryPage,
    QueuePage,
    choices,
    happening,
    line,
)
from track_service.web.wiring import wired

_PAGE = 50
_FILTERS = (
    "state", "brand", "carrier", "kind", "severity", "owner", "over", "older", "q",
    "group",
)  # fmt: skip
_MOST = 200


def inside(tab: str) -> dict[str, Any]:
    """Return what every page of the console shows."""
    user = me()
    return {
        "token": token(),
        "user": user.name,
        "tab": tab,
        "sees_log": bool(user.brands(Role.ADMIN)),
    }


@bp.get("/")
def work() -> ResponseReturnValue:
    """List entries, the gravest and soonest due first."""
    parts, user = wired(), me()
    now, given = parts.desk.now(), _given()
    with parts.database.read() as session:
        codes = codes_of(session, user)
        wanted = _wanted(given, codes, user, now)
        shown = _page(session, wanted, now)
        colleagues = _colleagues(session, user.brands(Role.AGENT))
        page = QueuePage(
            **inside("work"),
            lines=[line(entry, now=now) for entry in shown.entries],
            group=_group(session, given, user, now),
            totals=queue.totals(
                session, list(codes.values()), user_id=user.id, now=now
            ),
            given=given,
            choices=choices(sorted(codes), colleagues),
            several=len(codes) > 1,
            statuses=STATUSES,
            colleagues=colleagues,
            may_work=bool(user.brands(Role.AGENT)),
            told=told(),
            more=_address(given, cursor=shown.cursor) if shown.cursor else None,
            csv=f"{url_for('console.csv')}?{urlencode(given)}",
            here=_address(given),
        )
    return render("console/work.html", page)


@bp.get("/queue.csv")
def csv() -> ResponseReturnValue:
    """Give the entries that are asked for as a file, all pages of them."""
    parts, user = wired(), me()
    now = parts.desk.now()
    with parts.database.read() as session:
        wanted = _wanted(_given(), codes_of(session, user), user, now)
    response = Response(
        queue_csv.lines(parts.database, wanted, now=now),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = "attachment; filename=work-queue.csv"
    return response


@bp.get("/queue/<int:entry_id>")
def entry(entry_id: int) -> ResponseReturnValue:
    """Show an entry and what happened to it."""
    parts, user = wired(), me()
    now = parts.desk.now()
    with parts.database.read() as session:
        found = seen(session, entry_id, user)
        brand_id = found.brand_id
        events = queue.history(session, entry_id)
        ids = {int(e.detail) for e in events if e.what == "assign" and e.detail}
        names = users.names(session, ids)
        page = EntryPage(
            **inside("work"),
            line=line(found, now=now),
            facts=_facts(session, found),
            page_url=_page_url(session, found),
            report=report_of(session, found),
            outcomes=[outcome.value for outcome in Outcome],
            events=[happening(event, names) for event in events],
            statuses=STATUSES,
            colleagues=_colleagues(session, [brand_id]),
            may_work=user.may(Role.AGENT, brand_id),
            may_decide=found.kind == HELD
            and found.cleared_at is None
            and user.may(Role.ADMIN, brand_id),
            told=told(),
        )
    return render("console/entry.html", page)


@bp.post("/queue")
def do() -> ResponseReturnValue:
    """Change the entries that were ticked, or the one of its page."""
    parts, user = wired(), me()
    ids = _ids()
    now, wall = parts.desk.now(), parts.desk.wall()
    with parts.database.write() as session:
        try:
            changed = change(
                session,
                ids,
                _change(session, user, now),
                brand_ids=user.brands(Role.AGENT),
                actor=Actor("console", user.id),
                now=now,
                wall=wall,
            )
        except WrongChange as error:
            return back(str(error))
        if ids and not changed:
            abort(404)
        session.commit()
    many = "entry was" if len(changed) == 1 else "entries were"
    return back(f"{len(changed)} {many} changed.")


def codes_of(session: Session, user: User, role: Role = Role.VIEWER) -> dict[str, int]:
    """Return the brands, by code, for which a user may do what a role may."""
    allowed = set(user.brands(role))
    return {b.code: b.id for b in brands.all_brands(session) if b.id in allowed}


def _given() -> dict[str, str]:
    return {n: v for n in _FILTERS if (v := request.args.get(n, "").strip())}


def _wanted(
    given: Mapping[str, str], codes: Mapping[str, int], user: User, now: datetime
) -> queue_filter.Wanted:
    try:
        return queue_query.read(given, brands=codes, user_id=user.id, now=now)
    except WrongFilter:
        abort(404)


def _page(
    session: Session, wanted: queue_filter.Wanted, now: datetime
) -> queue_query.Page:
    cursor = request.args.get("cursor")
    try:
        return queue_query.page(session, wanted, now=now, cursor=cursor, limit=_PAGE)
    except WrongFilter:
        abort(404)


def _address(given: Mapping[str, str], **more: str | None) -> str:
    words = {**given, **{n: v for n, v in more.items() if v}}
    return f"{url_for('console.work')}?{urlencode(words)}" if words else "/console/"


def _group(
    session: Session, given: Mapping[str, str], user: User, now: datetime
) -> Any:
    if "group" not in given:
        return None
    return line(seen(session, int(given["group"]), user), now=now)


def seen(session: Session, entry_id: int, user: User) -> Entry:
    """Return an entry; another brand's is as unknown as one that is not there."""
    if entry_id > 2**62:
        abort(404)
    found = queue.load(session, [entry_id])
    if not found or not user.may(Role.VIEWER, found[0].brand_id):
        abort(404)
    return found[0]


def _facts(session: Session, entry: Entry) -> list[tuple[str, str]]:
    """What is known: of the parcel only what is nobody's name."""
    found = [("Brand", entry.brand)]
    if entry.order_number:
        found.append(("Order", entry.order_number))
    if entry.number:
        found.append(("Tracking number", entry.number))
    parcel = _parcel(session, entry)
    if parcel is not None:
        found.append(("Parcel is", str(parcel.meaning.status).replace("_", " ")))
        if parcel.promised_on:
            found.append(("Promised for", parcel.promised_on.isoformat()))
    return found


def report_of(session: Session, entry: Entry) -> cases.Case | None:
    """Return what a shopper reported, None if an entry is about something else."""
    if entry.source != CASE:
        return None
    return cases.by_id(session, entry.source_id, brand_id=entry.brand_id)


def _parcel(session: Session, entry: Entry) -> Any:
    if entry.shipment is None:
        return None
    return shipments.by_public_id(session, entry.brand_id, entry.shipment)


def _page_url(session: Session, entry: Entry) -> str | None:
    parcel = _parcel(session, entry)
    if parcel is None:
        return None
    return f"{parcel.brand.home(wired().base_url)}/t/{parcel.token}"


def _colleagues(session: Session, brand_ids: list[int]) -> list[tuple[int, str]]:
    return [(user.id, user.name) for user in users.colleagues(session, brand_ids)]


def _ids() -> list[int]:
    given = request.form.getlist("entry")
    if len(given) > _MOST or not all(w.isascii() and w.isdigit() for w in given):
        abort(400)
    return [int(word[:18]) for word in given]


def _change(session: Session, user: User, now: datetime) -> Change:
    """Read what the form asks for; what it leaves empty stays as it is."""
    status, owner = request.form.get("status", ""), request.form.get("owner", "")
    mute, words = request.form.get("mute", ""), request.form.get("note", "").strip()
    if (status and status not in set(Status)) or (mute and not mute.isdecimal()):
        abort(400)
    hours = int(mute[:4]) if mute else 0
    return Change(
        status=Status(status) if status else None,
        assign=bool(owner),
        owner=_owner(session, user, owner),
        mute=bool(mute),
        muted_until=now + timedelta(hours=hours) if hours else None,
        words=words or None,
    )


def _owner(session: Session, user: User, owner: str) -> User | None:
    if owner in {"", "nobody"}:
        return None
    if owner == "me":
        return user
    known = {str(u.id): u for u in users.everybody(session)}
    if owner not in known:
        abort(400)
    return known[owner]


def back(told: str) -> ResponseReturnValue:
    """Go back to where the form was, and say what was done."""
    here = request.form.get("here", "")
    to = here if here.startswith("/console/") and here.isprintable() else "/console/"
    mark = "&" if "?" in to else "?"
    return redirect(f"{to}{mark}{urlencode({'told': told})}", 303)


def told() -> str | None:
    return request.args.get("told", "")[:200] or None
