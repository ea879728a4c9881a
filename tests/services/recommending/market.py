"""An invented market: regulars with habits, strangers who buy what sells this month."""

from datetime import UTC, datetime, timedelta
from random import Random

from track_service.services.recommending.ledger import Line

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 300


def market(*, habit, customers=80, products=120, seed=3):
    """Yield lines; `habit` is the chance that a product is one bought before."""
    dice = Random(seed)  # noqa: S311 - to repeat, not to hide
    for customer in range(customers):
        mine: list[int] = []
        day = dice.uniform(0, 30)
        order = 0
        while day < DAYS:
            for _ in range(4):
                if mine and dice.random() < habit:
                    product = dice.choice(mine)
                else:
                    product = min(int(dice.expovariate(0.06)), products - 1)
                    mine.append(product)
                yield Line(
                    f"c{customer}",
                    f"o{customer}-{order}",
                    START + timedelta(days=day),
                    f"p{product}",
                )
            order += 1
            day += dice.uniform(10, 40)
