"""Orders at every stage, for their pages."""

from datetime import UTC, date, datetime, timedelta

from tests.pages.parcels import NOW, brand, order

from track_service.core.handover import Stage
from track_service.core.ordered import Ordered, Untracked

PLACED = datetime(2025, 11, 20, 3, 0, tzinfo=UTC)
LINK = "https://courier.example/track?n=OWN-77"


def ordered(stage=Stage.CONFIRMED, **more):
    kept = {
        "id": 3,
        "brand": brand(),
        "order": order(placed_at=PLACED),
        "created_at": PLACED,
        "token": "0rd3r",
        "stage": stage,
        "staged_at": PLACED + timedelta(hours=2),
        "confirmed_at": None if stage is Stage.PLACED else PLACED + timedelta(hours=1),
    }
    return Ordered(**(kept | more))


ORDERS = {
    "placed": ordered(Stage.PLACED),
    "unstaged": ordered(None),
    "confirmed": ordered(),
    "promised": ordered(promised_on=date(2025, 11, 25)),
    "packed": ordered(Stage.PACKED),
    "late": ordered(Stage.PACKED, late_since=NOW - timedelta(days=1)),
    "overdue": ordered(promised_on=date(2025, 11, 21)),
    "handed_over": ordered(Stage.HANDED_OVER),
    "linked": ordered(
        Stage.HANDED_OVER, untracked=(Untracked("Own courier", "OWN-77", LINK),)
    ),
    "cancelled": ordered(cancelled_at=NOW),
}
