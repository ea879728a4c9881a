"""Ops' work queue in the JSON API: listed as the console lists it, changed in batches."""

from typing import Any
from urllib.parse import urlencode

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from track_service.core.severity import Severity
from track_service.core.staff import User
from track_service.services import queue_query
from track_service.services.fields import Text
from track_service.services.intake import by_path
from track_service.services.queue_query import STATES, WrongFilter
from track_service.services.queue_work import (
    LONGEST_NOTE,
    MOST,
    Change,
    Status,
    WrongChange,
    change,
)
from track_service.store import users
from track_service.store.audit import Actor
from track_service.store.queue import Entry
from track_service.web.auth import authenticate, brand
from track_service.web.body import json_body
from track_service.web.errors import Unfit
from track_service.web.openapi import problems
from track_service.web.wiring import wired

_PATH = "/api/v1/queue"
_MAYBE: dict[str, Any] = {"required": True, "allow_none": True}
_SEVERITIES = [severity.name.lower() for severity in Severity]

bp = Blueprint(
    "queue",
    __name__,
    url_prefix="/api/v1",
    description="What needs a human: the console's work queue.",
)
bp.before_request(authenticate)


class QueueQuery(Schema):
    """Which entries to list."""

    class Meta:
        """A mistyped argument is refused: it would list too much."""

        unknown = RAISE

    limit = fields.Integer(load_default=50, validate=Range(1, 500))
    cursor = Text(
        longest=100, metadata={"description": "From `next` of the page before."}
    )
    state = fields.String(validate=OneOf(STATES))
    carrier = Text(longest=40)
    kind = Text(longest=24)
    severity = fields.String(validate=OneOf(_SEVERITIES))
    owner = fields.String(validate=OneOf(["nobody"]))
    over = fields.String(
        validate=OneOf(["1"]), metadata={"description": "Past their time alone."}
    )
    older = fields.Integer(
        validate=Range(0, 100_000), metadata={"description": "Open for hours."}
    )
    q = Text(longest=120, metadata={"description": "An order's or tracking number."})
    group = fields.Integer(validate=Range(1, 2**31 - 1))


class EntryOut(Schema):
    """An entry; of a group `parcels` is how many it had, `open_parcels` it has."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    severity = fields.String(required=True, validate=OneOf(_SEVERITIES))
    status = fields.String(required=True, validate=OneOf([*Status]))
    owner = fields.String(**_MAYBE)
    carrier = fields.String(**_MAYBE)
    hub = fields.String(**_MAYBE)
    order_number = fields.String(**_MAYBE)
    tracking_number = fields.String(**_MAYBE)
    shipment = fields.String(**_MAYBE)
    is_group = fields.Boolean(required=True)
    group = fields.Integer(**_MAYBE)
    parcels = fields.Integer(required=True)
    open_parcels = fields.Integer(**_MAYBE)
    since = fields.DateTime(format="iso", required=True)
    opened_at = fields.DateTime(format="iso", required=True)
    due_at = fields.DateTime(format="iso", required=True)
    muted_until = fields.DateTime(format="iso", **_MAYBE)
    closed_at = fields.DateTime(format="iso", **_MAYBE)
    cleared_at = fields.DateTime(
        format="iso", metadata={"description": "When its cause ended."}, **_MAYBE
    )


class QueueOut(Schema):
    """A page of entries; `next` is the next page's address, null after the last."""

    entries = fields.List(fields.Nested(EntryOut), required=True)
    next = fields.String(**_MAYBE)


class ChangeIn(Schema):
    """What is to change of entries; what is left out stays as it is."""

    class Meta:
        """A mistyped name is refused: it would change nothing."""

        unknown = RAISE

    ids = fields.List(
        fields.Integer(strict=True, validate=Range(1, 2**62)),
        required=True,
        validate=Length(1, MOST),
    )
    status = fields.String(validate=OneOf([*Status]))
    owner = fields.Email(
        allow_none=True, metadata={"description": "A user's address; null: nobody."}
    )
    note = Text(longest=LONGEST_NOTE)
    muted_until = fields.AwareDateTime(
        format="iso",
        allow_none=True,
        metadata={"description": "With an offset; null: heard again."},
    )


class ChangedOut(Schema):
    """The entries that were changed; ids of no entry of this brand are left out."""

    entries = fields.List(fields.Nested(EntryOut), required=True)


@bp.route("/queue", methods=["GET"])
@bp.arguments(QueueQuery, location="query", unknown=RAISE)
@bp.response(200, QueueOut)
@problems(bp, 401, 422)
def listing(query: dict[str, Any]) -> ResponseReturnValue:
    """List entries: open ones the gravest and soonest due first, else the newest first.

    Follow `next` (also in `Link`) until it is null.
    """
    parts, me = wired(), brand()
    given = {n: str(v) for n, v in query.items() if n not in {"limit", "cursor"}}
    now = parts.desk.now()
    with parts.database.read() as session:
        try:
            wanted = queue_query.read(
                given, brands={me.code: me.id}, user_id=None, now=now
            )
            page = queue_query.page(
                session,
                wanted,
                now=now,
                cursor=query.get("cursor"),
                limit=query["limit"],
            )
        except WrongFilter as error:
            raise Unfit({error.field: [error.why]}) from error
    following = None
    if page.cursor:
        words = request.args.to_dict() | {"cursor": page.cursor}
        following = f"{parts.base_url}{_PATH}?{urlencode(words)}"
    response = jsonify(entries=[_document(e) for e in page.entries], next=following)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


@bp.route("/queue", methods=["PATCH"])
@bp.doc(
    requestBody={
        "required": True,
        "content": {"application/json": {"schema": ChangeIn}},
    }
)
@bp.response(200, ChangedOut)
@problems(bp, 400, 401, 404, 415, 422)
def patch() -> ResponseReturnValue:
    """Assign entries, note, mute, or say how far they are; of a group, all its parcels.

    All or nothing is changed. The audit log names the API for it.
    """
    parts, me = wired(), brand()
    try:
        told = ChangeIn().load(json_body())
    except ValidationError as error:
        raise Unfit(by_path(error.messages_dict)) from error
    with parts.database.write() as session:
        try:
            changed = change(
                session,
                told["ids"],
                _change(session, told),
                brand_ids=[me.id],
                actor=Actor("api"),
                now=parts.desk.now(),
                wall=parts.desk.wall(),
            )
        except WrongChange as error:
            field, _, why = str(error).partition(": ")
            raise Unfit({field: [why]}) from error
        session.commit()
    if not changed:
        raise NotFound("No entry of this brand has such an id.")
    return jsonify(entries=[_document(entry) for entry in changed])


def _change(session: Session, told: dict[str, Any]) -> Change:
    return Change(
        status=Status(told["status"]) if "status" in told else None,
        assign="owner" in told,
        owner=_owner(session, told.get("owner")),
        mute="muted_until" in told,
        muted_until=told.get("muted_until"),
        words=told.get("note"),
    )


def _owner(session: Session, email: str | None) -> User | None:
    if email is None:
        return None
    found = users.by_email(session, email)
    if found is None:  # as of a user of another brand: who is one is nobody's business
        raise WrongChange("owner: does not work for this brand")
    return found


def _document(entry: Entry) -> dict[str, Any]:
    instants = {
        name: at and at.isoformat()
        for name in (
            "since", "opened_at", "due_at", "muted_until", "closed_at", "cleared_at",
        )
        for at in [getattr(entry, name)]
    }  # fmt: skip
    return {
        "id": entry.id,
        "kind": entry.kind,
        "severity": entry.severity.name.lower(),
        "status": entry.status,
        "owner": entry.owner,
        "carrier": entry.carrier,
        "hub": entry.hub,
        "order_number": entry.order_number,
        "tracking_number": entry.number,
        "shipment": entry.shipment,
        "is_group": entry.is_group,
        "group": entry.parent_id,
        "parcels": entry.size,
        "open_parcels": entry.still if entry.is_group else None,
        **instants,
    }
