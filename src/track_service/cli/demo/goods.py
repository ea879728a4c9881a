"""What the demo's shops sell and have sold: invented, as their people are."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from track_service.app import Service
from track_service.cli.demo.drawings import hang
from track_service.core.goods import Product, Purchase
from track_service.core.parcel import Brand, Item
from track_service.core.selling import Wishes
from track_service.sandbox.dice import dice
from track_service.services.goods.shoppers import digest
from track_service.services.recommending.nightly import fit_brand
from track_service.store import catalogue, purchases, selling, shoppers

# By market: currency, where the shop is, and by category what it sells at what price.
_GOODS: dict[str, tuple[str, str, dict[str, dict[str, str]]]] = {
    "us": (
        "USD",
        "https://maple.example/p",
        {
            "Kitchen": {
                "Walnut cutting board": "64.00",
                "Board oil": "14.00",
                "Bread knife": "48.00",
                "Beechwood spoons": "22.00",
            },
            "Linen": {
                "Linen apron": "52.00",
                "Waffle tea towels": "24.00",
                "Oven mitt": "19.00",
                "Table runner": "38.00",
            },
            "Table": {
                "Stoneware mug": "26.00",
                "Pour-over dripper": "34.00",
                "Paper filters": "9.00",
                "Serving bowl": "58.00",
                "Beeswax candles": "18.00",
            },
        },
    ),
    "eu": (
        "EUR",
        "https://nordwind.example/p",
        {
            "Clothing": {
                "Rain jacket": "189.00",
                "Fleece pullover": "79.00",
                "Trekking trousers": "99.00",
                "Knitted cap": "25.00",
            },
            "Feet": {
                "Merino socks": "19.00",
                "Leather wax": "12.00",
                "Gaiters": "39.00",
                "Insoles": "24.00",
            },
            "On the way": {
                "Trail map set": "29.00",
                "Compass": "34.00",
                "Head torch": "49.00",
                "Steel bottle": "27.00",
                "Dry bag": "18.00",
            },
        },
    ),
    "vn": (
        "VND",
        "https://nhaxinh.example/p",
        {
            "Ánh sáng": {
                "Đèn bàn gốm": "690000",
                "Bóng đèn ánh vàng": "85000",
                "Nến thơm sả chanh": "145000",
                "Đèn lồng Hội An": "320000",
            },
            "Vải": {
                "Khăn lụa tơ tằm": "450000",
                "Vỏ gối thêu tay": "260000",
                "Khăn trải bàn đũi": "380000",
                "Chăn bông mỏng": "890000",
            },
            "Bàn trà": {
                "Bộ ấm trà Bát Tràng": "720000",
                "Trà sen Tây Hồ": "240000",
                "Khay tre đan": "180000",
                "Mứt gừng Huế": "95000",
                "Lót ly cói": "60000",
            },
        },
    ),
}
_ORDERS, _DAYS = 150, 240
_BUYERS = 40


def item(market: str, place: int, quantity: int) -> Item:
    """Return a line of an order: the first product of one of the shop's categories."""
    first = [shelf[0] for shelf in _shelves(market)]
    name, title = first[place % len(first)]
    return Item(title, quantity, sku=name, image_url=_picture(market, name))


def open_shelves(of: Service, brand: Brand, market: str) -> None:
    """Tell the shop's catalogue and its past orders, and let its pages offer them."""
    now = of.clock.now()
    sold = list(_products(market, now))
    hang(of, brand, [one.image_url for one in sold if one.image_url], now=now)
    with of.database.write() as session:
        catalogue.tell(session, brand.id, sold)
        key = shoppers.key(session, brand.id, fresh=of.mint.secret())
        purchases.tell(session, brand.id, list(_past(market, key, now)), now=now)
        selling.wish(session, brand.id, Wishes(is_on=True, holdout=Decimal(0)))
        session.commit()
    fit_brand(of.database, brand.id, now=now, before=now)


def _products(market: str, now: datetime) -> Iterator[Product]:
    currency, url, kinds = _GOODS[market]
    for (kind, goods), shelf in zip(kinds.items(), _shelves(market), strict=True):
        for name, title in shelf:
            price = Decimal(goods[title])
            yield Product(
                name,
                title,
                kind,
                price,
                currency,
                image_url=_picture(market, name),
                url=f"{url}/{name}",
                told_at=now,
            )


def _picture(market: str, name: str) -> str:
    return f"{_GOODS[market][1]}/{name}.png"


def _past(market: str, key: str, now: datetime) -> Iterator[Purchase]:
    """Yield orders of some of the demo's shoppers: most stay on one shelf, few do not."""
    chance = dice("past orders", market)
    shelves = [[name for name, _ in shelf] for shelf in _shelves(market)]
    for number in range(_ORDERS):
        shelf = chance.choice(shelves)
        basket = chance.sample(shelf, 2)
        if chance.random() < 0.4:
            basket.append(chance.choice(chance.choice(shelves)))
        email = f"shopper{chance.randrange(_BUYERS)}@example.com"
        at = now - timedelta(days=chance.uniform(1, _DAYS))
        pieces = dict.fromkeys(basket, 1)
        yield Purchase(f"P{number}", at, pieces, digest(key, email=email))


def _shelves(market: str) -> list[list[tuple[str, str]]]:
    """Return the products of each category by their ids and titles."""
    return [
        [(f"{market}-{row}{place}", title) for place, title in enumerate(goods, 1)]
        for row, goods in enumerate(_GOODS[market][2].values(), 1)
    ]
