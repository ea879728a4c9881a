"""Where a value is in a JSON document: `order.code`, `lines[].name`, `fees[0].sum`."""

import re
from collections.abc import Iterator
from typing import Any

# A name, an index, or "each" (None).
Step = str | int | None

_STEP = re.compile(r"(?P<name>[^.\[\]=]+)|\[(?P<index>\d{0,4})\]")
_LONGEST = 200


def read_path(written: str) -> tuple[Step, ...]:
    """Return a path's steps; `.` alone is the document itself. Raises ValueError."""
    if written == ".":
        return ()
    steps: list[Step] = []
    rest = written
    while rest:
        found = _STEP.match(rest)
        if found is None or len(written) > _LONGEST:
            raise ValueError(f"{written[:_LONGEST]!r} is no path such as lines[].name")
        name, index = found["name"], found["index"]
        steps.append(name if name else int(index) if index else None)
        rest = rest[found.end() :]
        if rest.startswith(".") and len(rest) > 1:
            rest = rest[1:]
    if not steps:
        raise ValueError("a path is empty")
    return tuple(steps)


def values(document: Any, steps: tuple[Step, ...]) -> Iterator[Any]:
    """Yield what is there, from none to many where the path says "each"."""
    if not steps:
        yield document
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        if isinstance(document, dict) and step in document:
            yield from values(document[step], rest)
    elif isinstance(document, list):
        chosen = document if step is None else document[step : step + 1]
        for entry in chosen:
            yield from values(entry, rest)


def value(document: Any, steps: tuple[Step, ...]) -> Any:
    """Return the first thing that is there, None for nothing."""
    return next(values(document, steps), None)


def put(document: Any, steps: tuple[Step, ...], what: Any) -> Any:
    """Return the document with something where a path leads, in the first of "each"."""
    if not steps:
        return what
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        above = document if isinstance(document, dict) else {}
        return above | {step: put(above.get(step), rest, what)}
    listed = list(document) if isinstance(document, list) else []
    place = step or 0
    listed += [None] * (place + 1 - len(listed))
    listed[place] = put(listed[place], rest, what)
    return listed
