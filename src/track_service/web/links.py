"""A parcel's links in the JSON API: ended, and given anew."""

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.exceptions import NotFound

from track_service.services.compose import order_url, page_url
from track_service.services.links import renew
from track_service.store import ordered
from track_service.web.auth import authenticate, brand
from track_service.web.openapi import problems
from track_service.web.wiring import wired

bp = Blueprint(
    "links",
    __name__,
    url_prefix="/api/v1",
    description="Links of the shopper's pages.",
)
bp.before_request(authenticate)


class LinkOut(Schema):
    """The new links; `order_page_url` is null if no storefront told of the order."""

    page_url = fields.String(required=True)
    order_page_url = fields.String(required=True, allow_none=True)


@bp.route("/shipments/<public_id>/link", methods=["POST"])
@bp.response(200, LinkOut)
@problems(bp, 401, 404)
def new_link(public_id: str) -> ResponseReturnValue:
    """End the links of a parcel, its order and the order's other parcels; make new ones.

    What hangs on the old ones ends as well: shared links, frames, links in mails.
    Browsers that follow a parcel hear no more until they follow it by the new link.
    """
    parts = wired()
    with parts.database.write() as session:
        shipment = renew(
            session, brand(), public_id, wall=parts.desk.wall(), mint=parts.mint
        )
        if shipment is None:
            raise NotFound("No shipment of this brand has this id.")
        token = ordered.tokens(session, [shipment.id]).get(shipment.id)
        session.commit()
    home = shipment.brand.home(parts.base_url)
    return jsonify(
        page_url=page_url(parts.base_url, shipment),
        order_page_url=order_url(home, token),
    )
