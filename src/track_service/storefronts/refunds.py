"""What was taken back of an order, where the order itself tells all its refunds.

Source: https://shopify.dev/docs/api/admin-rest/latest/resources/refund; Haravan writes
them alike. The hook of one refund tells no more than the order that follows it, which
may come twice and counts once.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from track_service.core.handover import Line
from track_service.storefronts.reading import ident, quantity, records


def refunded(told: Mapping[str, Any], lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines that refunds name, with as many pieces as were taken back.

    `lines` are those of the order's own `line_items`, one for one. A refund of money
    alone, of the freight say, names none.
    """
    of = records(told.get("line_items"), "line_items")
    known = {ident(one.get("id")): line for one, line in zip(of, lines, strict=True)}
    return tuple(
        replace(line, quantity=quantity(back.get("quantity")))
        for refund in records(told.get("refunds"), "refunds")
        for back in records(refund.get("refund_line_items"), "refund_line_items")
        if (line := known.get(ident(back.get("line_item_id")))) is not None
    )
