"""Ops hear of an order that its shop does not hand over."""

import json
import re
from pathlib import Path

from tests.storefronts.shop import an_order
from tests.storefronts.shopify_desk import hand_over

from track_service.services.notify import send_owed
from track_service.services.preparing import look_due

DOC = Path(__file__).parents[3] / "docs" / "webhooks.md"


def test_the_webhook_tells_what_is_documented(
    of, hooked, hands, receiver, rows, states
):
    hand_over(of, hooked, an_order())
    for _ in range(4):
        hands.forward(days=1)
        look_due(of.desk)

    send_owed(of.post)

    ((_, body),) = receiver.at("/hook")
    ((token,),) = rows("SELECT token FROM handed_order")
    told = json.loads(body)
    assert told == {
        "type": "order.not_shipped",
        "timestamp": "2026-03-05T09:00:00+00:00",
        "data": {
            "brand": "acme",
            "order_number": "#2041",
            "stage": "confirmed",
            "confirmed_at": "2026-03-02T02:15:00+00:00",
            "late_since": "2026-03-05T02:15+00:00",
            "page_url": f"https://track.example/t/{token}",
        },
    }
    assert states("webhook") == [("sent", None)]
    section = DOC.read_text().partition("## About an order")[2].partition("\n## ")[0]
    documented = re.findall(r"^\| `(?:data\.)?(\w+)` \|", section, re.MULTILINE)
    assert documented == ["type", "timestamp", *told["data"]]
