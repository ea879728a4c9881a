"""Which fields of an answer are personal, and what is invented in their place."""

import re
from collections.abc import Sequence
from itertools import cycle


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PEOPLE = _set(
    "addressee buyer client consignee consignor contact courier customer deliverer"
    " driver employee person postman receiver received receiving recipient sender"
    " shipper shipto signatory signed signer signature to from staff address"
    " contacts path receivers recipients senders stop stops"
)
_NAMES = _set(
    "name fullname firstname lastname givenname familyname surname given family"
    " company organization organisation attention by"
)
_NO_NAMES = _set(
    "city code country county date day event hub id kind language locality locale"
    " method office postal postcode province region service state status time type"
    " town unit warehouse zip zone"
)
_STREETS = _set("address street line line1 line2 line3 lines house")
_REACHES = {
    "phone": _set("phone tel telephone mobile fax hotline"),
    "mail": _set("email mail"),
    "geo": _set("latitude longitude lat lng lon"),
    "note": _set("note notes instruction instructions remark"),
    "picture": _set("image photo picture pod signature"),
}
_OWNERS = _set(
    "account client contract customer merchant partner payer reference references"
    " shop shipper user"
)
_PARCELS = _set(
    "awb barcode consignment label mailpiece order package parcel piece shipment"
    " tracking trip waybill"
)
_IDS = _set("barcode code id no number num ref reference references")
_REFERENCES = _set("identifier identifiers reference references")
_SHORTEST = {"number": 6, "id": 4}


def kind_of(path: Sequence[str], value: str) -> str | None:
    """Return what a field holds of somebody: `name`, `phone`, `street`…, else None.

    `path` are the names of the field and of those around it, outermost first.
    """
    if not value or not path:
        return None
    own = _words(path[-1])
    around = {word for name in path for word in _words(name)}
    return (
        _reach(own, value)
        or _identity(own, around, value)
        or _person(own, around, value)
    )


def _reach(own: frozenset[str], value: str) -> str | None:
    """Return how somebody is reached, or what shows it: by the field and the form."""
    if own & _NO_NAMES:
        return None
    fits = {
        "mail": "@" in value,
        "phone": _digits(value) >= 6,
        "geo": "." in value and _digits(value) >= 4,
        "note": " " in value,
        "picture": "://" in value or len(value) > 100,
    }
    return next((k for k, words in _REACHES.items() if own & words and fits[k]), None)


def _identity(own: frozenset[str], around: set[str], value: str) -> str | None:
    """An id of the account, or the number of a parcel: those with digits enough."""
    digits = _digits(value)
    if own & {"value", "values"} and around & _REFERENCES and digits >= 4:
        return "id"
    for kind, words in (("id", _OWNERS), ("number", _PARCELS)):
        if own & words and own & _IDS and digits >= _SHORTEST[kind]:
            return kind
    return None


def _person(own: frozenset[str], around: set[str], value: str) -> str | None:
    if own & _NO_NAMES or not any(c.isalpha() for c in value):
        return None
    if own & _STREETS:
        return "street"
    if around & _PEOPLE and own & _NAMES:
        return "name"
    signs = {"signatory", "signer", "addressee", "consignee", "recipient"}
    return "name" if own & signs else None


def _digits(value: str) -> int:
    return sum(c.isdigit() for c in value)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORDS.findall(name))


class Invented:
    """One invented value for each that was taken, the same wherever it stands."""

    def __init__(self) -> None:
        self.replaced: dict[str, str] = {}
        self._count = 0

    def take(self, kind: str, value: str) -> None:
        """Invent a value of a kind in the place of this one, unless there is one."""
        value = value.strip()
        if not value or value in self.replaced:
            return
        self._count += 1
        self.replaced[value] = self._made(kind, value)

    def _made(self, kind: str, value: str) -> str:
        if kind == "number":  # its beginning tells a service, as UPS's 1Z does
            return value[:2] + _in_its_form(value[2:], self._count)
        if kind in {"phone", "id"}:
            return _in_its_form(value, self._count)
        return {
            "name": f"Alex Example {self._count}",
            "street": f"{self._count} Example Street",
            "mail": f"alex{self._count}@example.com",
            "geo": "0",
            "note": f"Example note {self._count}",
            "picture": f"https://example.com/{self._count}",
        }[kind]


def _in_its_form(value: str, count: int) -> str:
    """Return other digits in the same places; what stands between them stays."""
    digits = cycle("123456789"[count % 9 :] + "123456789"[: count % 9])
    made = re.sub(r"\d", lambda _: next(digits), value)
    same = made == value and any(c.isdigit() for c in value)
    return _in_its_form(value, count + 1) if same else made
