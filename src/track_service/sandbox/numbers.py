"""Parcel numbers as each carrier prints them, with a valid check digit."""

from random import Random

_ALPHANUMERIC = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_FEDEX_WEIGHTS = (3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)


def new_number(carrier: str, rng: Random, *, abroad: bool = False) -> str:
    """Return a fresh number; `abroad` tells DHL Express from DHL Paket."""
    if carrier == "dhl_unified" and abroad:
        return _dhl_express(rng)
    return _MAKERS[carrier](rng)


def ups_check(body: str) -> str:
    """Return the last digit for the 15 characters after "1Z"."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in body]
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    return str(-total % 10)


def fedex_check(body: str) -> str:
    """Return the twelfth digit for the first eleven."""
    return str(_weighted(body, _FEDEX_WEIGHTS) % 11 % 10)


def mod10_check(body: str) -> str:
    """Return the GS1 check digit: weights 3 and 1 from the right."""
    weights = [3 if place % 2 == 0 else 1 for place in range(len(body))]
    return str(-_weighted(body[::-1], weights) % 10)


def s10_check(body: str) -> str:
    """Return the ninth digit of a UPU S10 number for its first eight."""
    rest = 11 - _weighted(body, _S10_WEIGHTS) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def _weighted(digits: str, weights: "tuple[int, ...] | list[int]") -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True))


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _ups(rng: Random) -> str:
    shipper = rng.choice("ABCEFRVWXY") + _digits(rng, 5)
    body = shipper + rng.choice(("03", "02", "12", "YW")) + _digits(rng, 7)
    return f"1Z{body}{ups_check(body)}"


def _fedex(rng: Random) -> str:
    body = rng.choice("23478") + _digits(rng, 10)
    return body + fedex_check(body)


def _usps(rng: Random) -> str:
    body = "94" + rng.choice(("001", "055", "361")) + "9" + _digits(rng, 15)
    return body + mod10_check(body)


def _royal_mail(rng: Random) -> str:
    letters = rng.choice("FJKOT") + rng.choice("ABDQVW")
    body = _digits(rng, 8)
    return f"{letters}{body}{s10_check(body)}GB"


def _dhl_paket(rng: Random) -> str:
    body = "00340434" + _digits(rng, 11)
    return body + mod10_check(body)


def _dhl_express(rng: Random) -> str:
    body = rng.choice("123456789") + _digits(rng, 8)
    return body + str(int(body) % 7)


def _ghn(rng: Random) -> str:
    return rng.choice("LGF") + "".join(rng.choice(_ALPHANUMERIC) for _ in range(7))


def _ghtk(rng: Random) -> str:
    return (
        f"S{rng.randint(1, 22)}.A{rng.randint(1, 9)}.{rng.randint(10**9, 10**10 - 1)}"
    )


def _viettelpost(rng: Random) -> str:
    return "VTP" + rng.choice("123456789") + _digits(rng, 9)


_MAKERS = {
    "ups": _ups,
    "fedex": _fedex,
    "usps": _usps,
    "royal_mail": _royal_mail,
    "dhl_unified": _dhl_paket,
    "ghn": _ghn,
    "ghtk": _ghtk,
    "viettelpost": _viettelpost,
}
