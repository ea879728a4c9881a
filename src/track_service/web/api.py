"""The JSON API: shops register parcels, read them, and have them forgotten."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from track_service.core.parcel import Shipment
from track_service.services import intake
from track_service.services.erase import erase
from track_service.services.submit import submit
from track_service.store import money, ordered, polling, shipments
from track_service.web import (
    errors,
    goods,
    links,
    openapi,
    orders,
    promises,
    queue_api,
    reviews_api,
    tallies_api,
    vouchers_api,
)
from track_service.web.auth import authenticate, brand
from track_service.web.body import idempotency_key, json_body
from track_service.web.documents import shipment_document
from track_service.web.openapi import problems
from track_service.web.schemas import (
    CreateHeaders,
    ListQuery,
    ShipmentOut,
    ShipmentsOut,
)
from track_service.web.wiring import wired

_PATH = "/api/v1/shipments"
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,26}", re.ASCII)

bp = Blueprint(
    "shipments",
    __name__,
    url_prefix="/api/v1",
    description="Parcels and where they are.",
)
bp.before_request(authenticate)


def register(app: Flask) -> None:
    """Give an app the API, its document at /openapi.json and the error handlers."""
    errors.register(app)
    openapi.describe(
        app,
        bp,
        orders.bp,
        links.bp,
        promises.bp,
        goods.bp,
        queue_api.bp,
        reviews_api.bp,
        tallies_api.bp,
        vouchers_api.bp,
    )


@bp.route("/shipments", methods=["POST"])
@bp.doc(
    parameters=[{"in": "header", "schema": CreateHeaders}],
    requestBody={
        "required": True,
        "content": {"application/json": {"schema": intake.ShipmentIn}},
    },
)
@bp.response(201, ShipmentOut)
@bp.alt_response(200, schema=ShipmentOut, description="Replayed", success=True)
@problems(bp, 400, 401, 409, 413, 415, 422)
def add() -> ResponseReturnValue:
    """Register a parcel.

    A repeat with the same Idempotency-Key and body is answered 200 with the shipment
    as it is by then, and with `Idempotent-Replayed: true`.
    """
    parts, body = wired(), json_body()
    shipment, is_new = submit(
        parts.database,
        brand(),
        intake.read(body, brand=brand(), reachable=parts.desk.carriers),
        key=idempotency_key(),
        body=body,
        now=parts.desk.now(),
        mint=parts.mint,
    )
    with parts.database.read() as session:
        (shown,) = _documents(session, [shipment])
    response = jsonify(shown)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"{parts.base_url}{_PATH}/{shipment.public_id}"
    if not is_new:
        response.headers["Idempotent-Replayed"] = "true"
    return response


@bp.route("/shipments", methods=["GET"])
@bp.arguments(ListQuery, location="query", unknown=RAISE)
@bp.response(200, ShipmentsOut)
@problems(bp, 401, 422)
def listing(query: dict[str, Any]) -> ResponseReturnValue:
    """List parcels, newest first.

    The cursor is a place in that order, so parcels that are registered meanwhile
    neither repeat nor hide any. Follow `next` (also in `Link`) until it is null.
    """
    with wired().database.read() as session:
        after = _after(session, query.get("cursor"))
        found = shipments.page(
            session,
            brand().id,
            after=after,
            limit=query["limit"] + 1,
            status=query.get("status"),
            order_number=query.get("order"),
        )
        shown = found[: query["limit"]]
        documents = _documents(session, shown)
    following = _next(query, shown[-1]) if len(found) > len(shown) else None
    response = jsonify(shipments=documents, next=following)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


@bp.route("/shipments/<public_id>", methods=["GET"])
@bp.response(200, ShipmentOut, headers={"ETag": {"schema": {"type": "string"}}})
@bp.alt_response(304, description="Not modified", success=True)
@problems(bp, 401, 404)
def one(public_id: str) -> ResponseReturnValue:
    """Show a parcel; one that was erased is shown without what was personal."""
    with wired().database.read() as session:
        shipment = shipments.by_public_id(session, brand().id, _known_form(public_id))
        if shipment is None:
            raise _no_such_shipment()
        (shown,) = _documents(session, [shipment])
    response: Response = jsonify(shown)
    # Of the whole document: `checked_at` moves on where the version does not.
    response.add_etag()
    return response.make_conditional(request)


@bp.route("/shipments/<public_id>", methods=["DELETE"])
@bp.response(204)
@problems(bp, 401, 404)
def forget(public_id: str) -> ResponseReturnValue:
    """Erase what is personal of a parcel, for good; again is 204 again.

    Counts, dates and places stay, and so does the id.
    """
    parts = wired()
    with parts.database.write() as session:
        is_there = erase(
            session, brand().id, _known_form(public_id), now=parts.desk.now()
        )
        session.commit()
    if not is_there:
        raise _no_such_shipment()
    return Response(status=204)


def _documents(session: Session, found: Sequence[Shipment]) -> list[dict[str, Any]]:
    ids = [shipment.id for shipment in found]
    facts, tokens = money.told(session, ids), ordered.tokens(session, ids)
    return [
        shipment_document(
            one,
            base_url=wired().base_url,
            now=wired().desk.now(),
            money=facts.get(one.id, ()),
            order_token=tokens.get(one.id),
        )
        for one in found
    ]


def _after(session: Any, cursor: str | None) -> int | None:
    """Return the place that a cursor names: the last shipment of the page before."""
    if cursor is None:
        return None
    after = polling.id_of(session, brand().id, cursor)
    if after is None:
        raise errors.Unfit({"cursor": ["Not a cursor of this list."]})
    return after


def _next(query: dict[str, Any], last: Shipment) -> str:
    arguments = urlencode({**query, "cursor": last.public_id})
    return f"{wired().base_url}{_PATH}?{arguments}"


def _known_form(public_id: str) -> str:
    """Refuse what no id looks like: PostgreSQL takes no NUL."""
    if not _PUBLIC_ID.fullmatch(public_id):
        raise _no_such_shipment()
    return public_id


def _no_such_shipment() -> NotFound:
    return NotFound("No shipment of this brand has this id.")
