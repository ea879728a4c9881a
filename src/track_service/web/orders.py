"""Orders in the JSON API: how far one is, its parcels, and having it forgotten."""

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from werkzeug.exceptions import NotFound

from track_service.services.erase import erase_order
from track_service.store import money, ordered
from track_service.web.auth import authenticate, brand
from track_service.web.documents import order_document
from track_service.web.openapi import problems
from track_service.web.schemas import OrderStateOut
from track_service.web.wiring import wired

bp = Blueprint(
    "orders",
    __name__,
    url_prefix="/api/v1",
    description="Orders and how far they are. A number is percent-encoded: `%231001`.",
)
bp.before_request(authenticate)


@bp.route("/orders/<path:number>", methods=["GET"])
@bp.response(200, OrderStateOut)
@problems(bp, 401, 404)
def one(number: str) -> ResponseReturnValue:
    """Show an order: its stage, what was ordered, and its parcels."""
    parts = wired()
    with parts.database.read() as session:
        order = ordered.by_number(session, brand().id, number)
        if order is None:
            raise _no_such_order()
        parcels = ordered.parcels(session, order.id)
        facts = money.told(session, [parcel.id for parcel in parcels])
    now, base_url = parts.desk.now(), parts.base_url
    return jsonify(
        order_document(order, parcels, base_url=base_url, now=now, money=facts)
    )


@bp.route("/orders/<path:number>", methods=["DELETE"])
@bp.response(204)
@problems(bp, 401, 404)
def forget(number: str) -> ResponseReturnValue:
    """Erase what is personal of an order and all its parcels, for good.

    Its number goes as well, so that again is 404. Its storefront may tell of it again:
    it stays erased.
    """
    parts = wired()
    with parts.database.write() as session:
        is_there = erase_order(session, brand().id, number, now=parts.desk.now())
        session.commit()
    if not is_there:
        raise _no_such_order()
    return Response(status=204)


def _no_such_order() -> NotFound:
    return NotFound("No order of this brand has this number.")
