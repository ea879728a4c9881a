"""Vouchers in the JSON API: a stock of codes is added to and counted, never shown."""

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import Length

from track_service.core.voucher_rule import LONGEST_CODE, is_code
from track_service.services import voucher_stock
from track_service.store import vouchers
from track_service.web.auth import authenticate, brand
from track_service.web.openapi import problems
from track_service.web.wiring import wired

_MOST = 10_000

bp = Blueprint(
    "vouchers",
    __name__,
    url_prefix="/api/v1",
    description="Codes that orders are given with an apology, each once.",
)
bp.before_request(authenticate)


def _is_code(told: str) -> None:
    if not is_code(told):
        raise ValidationError(f"Up to {LONGEST_CODE} printable letters.")


class VouchersIn(Schema):
    """Codes to add, up to 10,000; those that were added before are left out."""

    class Meta:
        """A mistyped name is refused: nothing would be added."""

        unknown = RAISE

    codes = fields.List(
        fields.String(validate=_is_code), required=True, validate=Length(1, _MOST)
    )


class AddedOut(Schema):
    """How many codes were added, and how many are left in all."""

    added = fields.Integer(required=True)
    left = fields.Integer(required=True)


class StockOut(Schema):
    """How many codes are left, and how many orders were given a voucher."""

    left = fields.Integer(required=True)
    given = fields.Integer(required=True)


@bp.route("/vouchers", methods=["POST"])
@bp.arguments(VouchersIn, unknown=RAISE)
@bp.response(200, AddedOut)
@problems(bp, 400, 401, 413, 415, 422)
def add_vouchers(told: dict[str, Any]) -> ResponseReturnValue:
    """Add codes to the stock: all of them, or none where one is refused."""
    parts, mine = wired(), brand()
    added = voucher_stock.add(parts.database, mine, told["codes"], now=parts.desk.now())
    with parts.database.read() as session:
        left = vouchers.stock(session, mine.id).left
    return jsonify(added=added, left=left)


@bp.route("/vouchers", methods=["GET"])
@bp.response(200, StockOut)
@problems(bp, 401)
def count_vouchers() -> ResponseReturnValue:
    """Tell how many codes are left; codes themselves are never shown."""
    with wired().database.read() as session:
        stock = vouchers.stock(session, brand().id)
    return jsonify(left=stock.left, given=stock.given)
