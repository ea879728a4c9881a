"""Markup of a mail: the parcel as schema.org's ParcelDelivery, which mail readers show.

https://developers.google.com/workspace/gmail/markup/reference/parcel-delivery
"""

from collections.abc import Mapping
from typing import Any

from track_service.core.parcel import Shipment
from track_service.core.tracking import Window


def parcel_delivery(
    shipment: Shipment,
    window: Window | None,
    *,
    carrier_label: str | None,
    page_url: str,
) -> Mapping[str, Any]:
    """Return the JSON-LD: order, carrier, number, and the window as exact as stated.

    `carrier_label` is None where the brand hides the carrier: the number goes as well.

    What is in a gift is not told. Mail readers show it beside the mail, which goes to
    one person; the address is left out all the same.
    """
    order = shipment.order
    told: dict[str, Any] = {
        "@context": "http://schema.org",
        "@type": "ParcelDelivery",
        "partOfOrder": {
            "@type": "Order",
            "orderNumber": order.number,
            "merchant": {"@type": "Organization", "name": shipment.brand.name},
        },
        "trackingUrl": page_url,
        "potentialAction": {"@type": "TrackAction", "target": page_url},
    }
    if carrier_label is not None:
        told["carrier"] = {"@type": "Organization", "name": carrier_label}
        told["trackingNumber"] = shipment.number
    if order.shown:
        told["itemShipped"] = [
            {"@type": "Product", "name": item.title} for item in order.shown
        ]
    if window is not None:
        told["expectedArrivalFrom"] = window.start.text
        told["expectedArrivalUntil"] = window.until.text
    return told
