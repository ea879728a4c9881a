"""Order events: what a shopper may be told of an order that is in no parcel yet."""

from enum import StrEnum


class OrderEvent(StrEnum):
    """What becomes of an order before its first parcel."""

    CONFIRMED = "confirmed"
    NOT_SHIPPED = "not_shipped"  # it waits for longer than the shop's orders do
    CANCELLED = "cancelled"
