"""The ledger of a parcel in the JSON API: every date shown, and how it turned out."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.exceptions import NotFound

from track_service.core.calendar import local_day
from track_service.core.ledger import weigh
from track_service.core.parsed import window_document
from track_service.store import ledger, shipments
from track_service.web.auth import authenticate, brand
from track_service.web.openapi import problems
from track_service.web.wiring import wired

bp = Blueprint(
    "promises",
    __name__,
    url_prefix="/api/v1",
    description="Every date that a shopper was shown.",
)
bp.before_request(authenticate)
_MAYBE: dict[str, Any] = {"required": True, "allow_none": True}


class DateOut(Schema):
    """A date that was shown; `source` is merchant, carrier or predicted."""

    start = fields.String(data_key="from", required=True)
    until = fields.String(required=True)
    source = fields.String(required=True)
    reason = fields.String(**_MAYBE)
    shown_at = fields.DateTime(format="iso", required=True)


class PromisesOut(Schema):
    """The ledger, oldest first; what is null is not known before the delivery."""

    dates = fields.List(fields.Nested(DateOut), required=True)
    kept_first = fields.Boolean(**_MAYBE)
    kept_latest = fields.Boolean(**_MAYBE)
    notice_hours = fields.Float(
        **_MAYBE,
        metadata={
            "description": "Of a first date that was missed: how long before its end a"
            " date was shown that held."
        },
    )


@bp.route("/shipments/<public_id>/promises", methods=["GET"])
@bp.response(200, PromisesOut)
@problems(bp, 401, 404)
def promises(public_id: str) -> ResponseReturnValue:
    """Show every date that was shown of a parcel, and which of them held."""
    with wired().database.read() as session:
        shipment = shipments.by_public_id(session, brand().id, public_id)
        if shipment is None:
            raise NotFound("No shipment of this brand has this id.")
        zone = ZoneInfo(shipment.brand.zone)
        shown = ledger.shown(session, shipment.id, zone=zone)
    came = shipment.delivered_at
    weighed = weigh(shown, local_day(came, zone), zone=zone) if came else None
    return jsonify(
        dates=[
            {
                **(window_document(row.window) or {}),
                "source": row.source,
                "reason": row.reason,
                "shown_at": row.stated_at.isoformat(),
            }
            for row in shown
        ],
        kept_first=weighed and weighed.kept_first,
        kept_latest=weighed and weighed.kept_latest,
        notice_hours=weighed and weighed.notice_hours,
    )
