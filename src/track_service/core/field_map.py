"""Where a payload holds our fields of an order, as a shop mapped them itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from track_service.core.handover import Buyer, Line, Stage
from track_service.core.json_path import Step, read_path, value

ORDER = (
    "number",
    "external_id",
    "placed_at",
    "updated_at",
    "currency",
    "total",
    "cod_amount",
    "promised",
    "service",
    "fulfilment_status",
)
CUSTOMER = tuple(one.name for one in fields(Buyer))
_ITEM = tuple(one.name for one in fields(Line))
_PARCEL = ("number", "carrier", "url", "external_id", "shipped_at")
# Read as yes or no; the last of the three stages that is true counts.
STAGES = {stage.value: stage for stage in Stage if stage is not Stage.PLACED}
LISTS = {"items": _ITEM, "parcels": _PARCEL}
FIELDS = (
    *ORDER,
    *STAGES,
    "cancelled",
    *(f"customer.{name}" for name in CUSTOMER),
    *LISTS,
    *(f"{prefix}.{name}" for prefix, names in LISTS.items() for name in names),
)
_QUESTIONS = frozenset({*STAGES, "cancelled"})
_NO = frozenset({"", "false", "0", "no", "none", "null"})


class WrongMap(Exception):
    """What was given is no map; the message names the field."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field is: a path, and what is asked of the value there; or a constant."""

    path: tuple[Step, ...] = ()
    words: frozenset[str] | None = None
    constant: str | None = None

    def read(self, document: Any) -> Any:
        """Return what is there, None for nothing."""
        return value(document, self.path) if self.constant is None else self.constant

    def is_true(self, document: Any) -> bool:
        """Tell whether one of the words is there, or, without words, anything but no."""
        stated = self.read(document)
        word = "" if stated is None else str(stated).strip().casefold()
        return word not in _NO if self.words is None else word in self.words


@lru_cache(maxsize=100)
def read_map(written: str) -> Mapping[str, Source]:
    """Return where each field is. Raises `WrongMap`."""
    try:
        told = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise WrongMap(f"is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise WrongMap("is no JSON object of field and path")
    if "number" not in told:
        raise WrongMap("number is wanted, the order's as a shopper sees it")
    for field in told:
        if field not in FIELDS:
            raise WrongMap(f"there is no field {str(field)[:60]!r}")
    sources = {field: _read(field, path) for field, path in told.items()}
    for field in sources:
        _check_list(field, told)
    return {field: _relative(field, one, sources) for field, one in sources.items()}


def _read(field: str, written: object) -> Source:
    if not isinstance(written, str) or not written:
        raise WrongMap(f"{field}: a path is wanted, as text")
    if written.startswith("=") and field not in LISTS:
        return Source(constant=written[1:])
    path, equals, words = written.partition("=")
    if equals and field not in _QUESTIONS:
        raise WrongMap(f"{field}: = asks yes or no, which it is not")
    try:
        steps = read_path(path)
    except ValueError as error:
        raise WrongMap(f"{field}: {error}") from error
    if None in steps and field.partition(".")[0] not in LISTS:
        raise WrongMap(f"{field}: [] is for items and parcels")
    known = frozenset(word.strip().casefold() for word in words.split("|"))
    return Source(steps, known if equals else None)


def _check_list(field: str, told: Mapping[str, str]) -> None:
    """Refuse a list's field that is looked for elsewhere than in the list."""
    prefix, dot, _ = field.partition(".")
    above = told.get(prefix) if dot else None
    path = told[field]
    if above is None or path.startswith("=") or above == ".":
        if dot and prefix in LISTS and above is None and "[]" in path:
            raise WrongMap(f"{field}: {prefix} is wanted, the list's path")
        return
    if not path.startswith((f"{above}.", f"{above}[")):
        raise WrongMap(f"{field}: {path!r} does not begin with {above!r}")


def _relative(field: str, one: Source, sources: Mapping[str, Source]) -> Source:
    """Return where a list's field is from the list's entry on."""
    prefix, dot, _ = field.partition(".")
    if not dot or prefix not in sources or one.constant is not None:
        return one
    return Source(one.path[len(sources[prefix].path) :], one.words)
