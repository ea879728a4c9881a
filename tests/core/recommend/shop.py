"""A small invented shop: tea that is bought again, pots that go with it."""

from datetime import UTC, datetime, timedelta

from track_service.core.recommend.basket import Basket
from track_service.core.recommend.figures import NEWCOMER, Figures, Product

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def sold(share, **told):
    """A product that holds this logarithm of a share of orders."""
    return Product((share,) * 4 + NEWCOMER[4:], **told)


SHOP = Figures(
    products={
        "tea": sold(-3, rhythm=20.0, goes_with=(("pot", 0.5), ("cup", 0.2))),
        "pot": sold(-5, category="ware", follows=(("cup", 0.3),)),
        "cup": sold(-5, category="ware"),
        "bowl": sold(-6, category="ware"),
        "jug": sold(-7, category="ware"),
        "honey": sold(-2),
        "sugar": sold(-4),
    },
    popular=("honey", "tea", "sugar"),
    shelves={"ware": ("pot", "cup", "bowl", "jug")},
)


def bought(days_ago, *products):
    return Basket(NOW - days_ago * DAY, products)
