"""Check digits: each asks of a body and its check character, last, whether they agree.

The forms' patterns see to it that only digits and capitals come here.
"""

from collections.abc import Iterable
from itertools import cycle

_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def gs1(number: str) -> bool:
    """GS1 General Specifications 7.9: weights 3, 1 from the right, modulo 10."""
    body, check = _parted(number)
    return -_weighted(reversed(body), (3, 1)) % 10 == check


def luhn(number: str) -> bool:
    """ISO/IEC 7812: each second digit doubled, its cross sum taken."""
    body, check = _parted(number)
    doubled = (2 * d - 9 * (d > 4) for d in body[-1::-2])
    return -(sum(doubled) + sum(body[-2::-2])) % 10 == check


def ups(number: str) -> bool:
    """UPS and OnTrac: weights 1, 2 from the left; A is 2, B is 3, … J is 1 again."""
    body = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in number[:-1]]
    return -_weighted(body, (1, 2)) % 10 == int(number[-1])


def fedex(number: str) -> bool:
    """FedEx Express: weights 1, 3, 7 from the right, modulo 11, a ten is a zero."""
    body, check = _parted(number)
    return _weighted(reversed(body), (1, 3, 7)) % 11 % 10 == check


def mod7(number: str) -> bool:
    """IATA air waybills, Yamato and Sagawa: the rest of a division by seven."""
    return int(number[:-1]) % 7 == int(number[-1])


def identcode(number: str) -> bool:
    """Deutsche Post's Identcode and Leitcode: weights 4, 9 from the left, modulo 10."""
    body, check = _parted(number)
    return -_weighted(body, (4, 9)) % 10 == check


def s10(number: str) -> bool:
    """UPU S10: eight weighted digits and the ninth, modulo 11."""
    body, check = _parted(number)
    rest = 11 - _weighted(body, _S10_WEIGHTS) % 11
    return {10: 0, 11: 5}.get(rest, rest) == check


def mod37_36(number: str) -> bool:
    """ISO 7064 modulo 37, 36 over digits and capitals: DPD's check character."""
    product = 36
    for character in number[:-1]:
        total = (product + _BASE_36.index(character)) % 36 or 36
        product = 2 * total % 37
    return (product + _BASE_36.index(number[-1])) % 36 == 1


def _parted(number: str) -> tuple[list[int], int]:
    digits = [int(digit) for digit in number]
    return digits[:-1], digits[-1]


def _weighted(digits: Iterable[int], weights: tuple[int, ...]) -> int:
    return sum(d * w for d, w in zip(digits, cycle(weights), strict=False))
