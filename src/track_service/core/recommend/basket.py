"""What was bought in one go, and the two kinds of advice."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    """Whether what the customer has bought before may be offered again."""

    ANY = "any"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Basket:
    """The products of one order, by their ids, each once."""

    at: datetime
    products: tuple[str, ...]
