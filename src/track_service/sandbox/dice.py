"""Repeatable chance: the same words always give the same dice."""

import hashlib
import random


def dice(*words: object) -> random.Random:
    """Return a generator seeded by the words; the same on every machine."""
    return random.Random("|".join(map(str, words)))  # noqa: S311 - to repeat, not to hide


def marker(*words: object, length: int = 32) -> str:
    """Return a hexadecimal name for the words, for made-up keys and ids."""
    text = "|".join(map(str, words))
    return hashlib.sha256(text.encode()).hexdigest()[:length]
