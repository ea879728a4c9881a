"""The catalogue and purchases in the JSON API: told in batches, by which pages offer."""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Range
from werkzeug.exceptions import NotFound

from track_service.core.goods import Product
from track_service.services.fields import Text
from track_service.services.goods import handing_in, intake
from track_service.services.goods.intake import Batch
from track_service.store import catalogue, purchases
from track_service.web.auth import authenticate, brand
from track_service.web.body import json_body
from track_service.web.openapi import problems
from track_service.web.wiring import wired

_PATH = "/api/v1/products"
_MAYBE: dict[str, Any] = {"required": True, "allow_none": True}

bp = Blueprint(
    "goods",
    __name__,
    url_prefix="/api/v1",
    description="What is sold and who bought what: by it pages offer what fits.",
)
bp.before_request(authenticate)


class ProductsQuery(Schema):
    """Which products to list."""

    class Meta:
        """A mistyped argument is refused: it would list too much."""

        unknown = RAISE

    limit = fields.Integer(load_default=100, validate=Range(1, 1000))
    cursor = Text(
        longest=120, metadata={"description": "From `next` of the page before."}
    )


class ProductOut(Schema):
    """A product that is on sale."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    category = fields.String(**_MAYBE)
    price = fields.String(**_MAYBE)
    currency = fields.String(**_MAYBE)
    url = fields.String(**_MAYBE)
    image_url = fields.String(**_MAYBE)
    in_stock = fields.Boolean(required=True)


class ProductsOut(Schema):
    """A page of products; `next` is the next page's address, null after the last."""

    products = fields.List(fields.Nested(ProductOut), required=True)
    next = fields.String(**_MAYBE)


class WrongOut(Schema):
    """One that was not stored: its place from 0, its id, and what is wrong, by field."""

    index = fields.Integer(required=True)
    id = fields.String(**_MAYBE)
    errors = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), required=True
    )


class StoredOut(Schema):
    """How many were stored, and which were not."""

    stored = fields.Integer(required=True)
    errors = fields.List(fields.Nested(WrongOut), required=True)


def _body(schema: type[Schema]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"required": True, "content": content}


@bp.route("/products", methods=["PUT", "POST"])
@bp.doc(requestBody=_body(intake.ProductsIn))
@bp.response(200, StoredOut)
@problems(bp, 400, 401, 413, 415, 422)
def tell_products() -> ResponseReturnValue:
    """Tell up to 1,000 products, each as a whole, in the place of what it was before.

    The good ones are stored though others are not; the answer names those.
    """
    parts = wired()
    return _answer(
        handing_in.take_products(
            parts.database, brand(), json_body(), now=parts.desk.now()
        )
    )


@bp.route("/products", methods=["GET"])
@bp.arguments(ProductsQuery, location="query", unknown=RAISE)
@bp.response(200, ProductsOut)
@problems(bp, 401, 422)
def products(query: dict[str, Any]) -> ResponseReturnValue:
    """List what is sold, in the order of the ids; follow `next` until it is null."""
    with wired().database.read() as session:
        found = catalogue.page(
            session,
            brand().id,
            after=query.get("cursor"),
            limit=query["limit"] + 1,
        )
    shown = found[: query["limit"]]
    following = None
    if len(found) > len(shown):
        asked = urlencode({**query, "cursor": shown[-1].external_id}, quote_via=quote)
        following = f"{wired().base_url}{_PATH}?{asked}"
    return jsonify(products=[_document(one) for one in shown], next=following)


@bp.route("/products/<path:product_id>", methods=["DELETE"])
@bp.response(204)
@problems(bp, 401, 404)
def remove_product(product_id: str) -> ResponseReturnValue:
    """Take a product off sale; told again, it is on sale again."""
    parts = wired()
    with parts.database.write() as session:
        is_removed = catalogue.remove(
            session, brand().id, product_id, now=parts.desk.now()
        )
        session.commit()
    if not is_removed:
        raise NotFound("No product of this brand has this id.")
    return Response(status=204)


@bp.route("/purchases", methods=["POST", "PUT"])
@bp.doc(requestBody=_body(intake.PurchasesIn))
@bp.response(200, StoredOut)
@problems(bp, 400, 401, 413, 415, 422)
def tell_purchases() -> ResponseReturnValue:
    """Tell up to 1,000 orders, each as a whole: told again, none counts twice.

    One that is wholly sent back counts no more. Who placed it is kept as a keyed hash.
    """
    parts = wired()
    return _answer(
        handing_in.take_purchases(
            parts.database,
            brand(),
            json_body(),
            now=parts.desk.now(),
            mint=parts.mint,
        )
    )


@bp.route("/purchases/<path:number>", methods=["DELETE"])
@bp.response(204)
@problems(bp, 401, 404)
def forget_purchase(number: str) -> ResponseReturnValue:
    """Part an order from whoever placed it, for good; what was bought still counts."""
    parts = wired()
    with parts.database.write() as session:
        is_there = purchases.forget(session, brand().id, number)
        session.commit()
    if not is_there:
        raise NotFound("No purchase of this brand has this number.")
    return Response(status=204)


def _answer(batch: Batch) -> Response:
    wrong = [
        {"index": one.index, "id": one.id, "errors": dict(one.errors)}
        for one in batch.wrong
    ]
    return jsonify(stored=len(batch.good), errors=wrong)


def _document(of: Product) -> dict[str, Any]:
    return {
        "id": of.external_id,
        "title": of.title,
        "category": of.category,
        "price": None if of.price is None else f"{of.price:f}",
        "currency": of.currency,
        "url": of.url,
        "image_url": of.image_url,
        "in_stock": of.in_stock,
    }
