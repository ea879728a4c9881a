"""What platforms tell of a product, read as `core.goods.Product`.

A product without a title was deleted. Sources:
https://shopify.dev/docs/api/admin-rest/latest/resources/product (Haravan's is alike) and
https://woocommerce.github.io/woocommerce-rest-api-docs/#product-properties.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from track_service.core.goods import Product
from track_service.storefronts.base import BadPayload
from track_service.storefronts.reading import (
    amount,
    ident,
    json_body,
    link,
    mapping,
    records,
    stamp,
    text,
)

_SOLD = frozenset({"active", "publish"})
_LONGEST_ID, _LONGEST_TITLE, _LONGEST_CATEGORY = 120, 300, 200


def variants_product(body: bytes, shop: str | None) -> list[Product]:
    """Read a product whose price and stock are its variants', as Shopify's are.

    `shop` is the host on which it is bought; without it, it has no link. The price is
    the lowest. Payloads name no currency.
    """
    told = _told(body)
    variants = records(told.get("variants"), "variants")
    prices = [price for one in variants if (price := amount(one.get("price")))]
    handle, title = text(told.get("handle")), _title(told.get("title"))
    host = shop if shop is None or "." in shop else f"{shop}.myshopify.com"
    is_sold = text(told.get("status")) in {None, *_SOLD} and told.get("published_at")
    return [
        Product(
            external_id=_id(told),
            title=title,
            category=_category(text(told.get("product_type"))),
            price=min(prices, default=None),
            image_url=_picture(told.get("images")),
            url=f"https://{host}/products/{handle}" if host and handle else None,
            in_stock=bool(is_sold) and any(map(_is_there, variants)),
            told_at=_at(told.get("updated_at")),
        )
    ]


def woocommerce_product(body: bytes) -> list[Product]:
    """Read a product of WooCommerce, which names no currency either."""
    told = _told(body)
    categories = records(told.get("categories"), "categories")
    is_sold = text(told.get("status")) in {None, *_SOLD}
    return [
        Product(
            external_id=_id(told),
            title=_title(told.get("name")),
            category=_category(text(categories[0].get("name")) if categories else None),
            price=amount(told.get("price")),
            image_url=_picture(told.get("images")),
            url=link(told.get("permalink")),
            in_stock=is_sold and told.get("stock_status") != "outofstock",
            told_at=_at(told.get("date_modified_gmt"), utc=True),
        )
    ]


def _told(body: bytes) -> Mapping[str, Any]:
    told = mapping(json_body(body), "body")
    return mapping(told["product"], "product") if "product" in told else told


def _id(told: Mapping[str, Any]) -> str:
    name = ident(told.get("id"))
    if name is None or len(name) > _LONGEST_ID:
        raise BadPayload("body: no product, it lacks an id")
    return name


def _is_there(variant: Mapping[str, Any]) -> bool:
    """Tell whether a variant can be ordered; what nobody counts always can."""
    if variant.get("inventory_management") is None:
        return True
    if variant.get("inventory_policy") == "continue":
        return True
    left = amount(variant.get("inventory_quantity"))
    return left is None or left > 0


def _picture(told: object) -> str | None:
    pictures: Sequence[Mapping[str, Any]] = records(told, "images")
    return next((url for one in pictures if (url := link(one.get("src")))), None)


def _at(value: object, *, utc: bool = False) -> Any:
    told = stamp(value, utc=utc)
    return told.at if told else None


def _title(value: object) -> str | None:
    stated = text(value)
    return stated and stated[:_LONGEST_TITLE]


def _category(stated: str | None) -> str | None:
    return stated and stated[:_LONGEST_CATEGORY]
