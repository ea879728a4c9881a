"""Masks: enough of a contact or an address to know one's own, too little to learn one."""

import re

from track_service.core.parcel import Address

_DOTS = "•••"
_WORD = re.compile(r"\w+")


def email(address: str) -> str:
    """Return `m•••@shop.example`."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}{_DOTS}{at}{host}"


def phone(number: str) -> str:
    """Return the last two digits of a number: with four one could prove who one is."""
    return f"{_DOTS} {_DOTS} {_DOTS[:2]}{number[-2:]}"


def address(of: Address) -> str:
    """Return a street by its first letters, and the town; of a postcode its beginning."""
    street = _WORD.sub(lambda word: word[0][:1] + _DOTS, of.street or "")
    postal = f"{of.postal[:2]}{_DOTS}" if of.postal else None
    return ", ".join(filter(None, (street, of.city, of.region, postal)))
