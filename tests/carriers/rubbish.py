"""Answers that no carrier should send, and that one day some carrier will."""

import copy
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

_DEEP: Any = "x"
for _ in range(60):
    _DEEP = [_DEEP]

SWAPS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**400,
    float("inf"),
    float("nan"),
    1e308,
    "1e400",
    "NaN",
    "-Infinity",
    "9" * 400,
    "",
    " ",
    "null",
    "string",
    "{}",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2024-13-45T25:61:61+99:99",
    "00010101",
    "\x00\ud83d",
    "٣٢١",
    [],
    {},
    [None],
    [[]],
    {"": None},
    _DEEP,
)

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(SWAPS)
)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner)
    ),
    max_leaves=12,
)

NESTED = (
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"<a>" * 20_000,
    b'{"a":' * 800 + b"1" + b"}" * 800,
    b"9" * 100_000,
)


def spoilt_throughout(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Return an answer spoilt in one way from end to end, each way with its name."""
    for tenth in range(10):
        yield f"cut at {tenth}0 %", good[: len(good) * tenth // 10]
    text = good.decode()
    for encoding in ("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "cp037"):
        yield encoding, text.encode(encoding, "replace")
    yield "latin-1 letters", text.replace("a", "\xe9").encode("latin-1", "replace")
    yield "two in one", good + good
    try:
        document = json.loads(good)
    except ValueError:
        yield from _markup_throughout(good)
        return
    for swap in SWAPS:
        yield f"all {swap!r:.20}", _dump(_all(document, lambda _, swap=swap: swap))
    yield "all as text", _dump(_all(document, str))
    yield "all in lists", _dump(_all(document, lambda leaf: [leaf]))
    yield "all 1e400", re.sub(rb"(?<=: )(-?[\d.]+|\"[^\"]*\")", b"1e400", good)


def _all(value: Any, change: Callable[[Any], Any]) -> Any:
    """Change each value that holds no others."""
    if isinstance(value, dict):
        return {key: _all(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_all(inner, change) for inner in value]
    return change(value)


def _markup_throughout(good: bytes) -> Iterator[tuple[str, bytes]]:
    for swap in (b"", b" ", b"null", b"NaN", b"1e400", b"9" * 400, b"\xe9\xff"):
        yield f"all {swap!r:.20}", re.sub(rb"(?<=>)[^<>]+(?=<)", swap, good)
        yield f"each {swap!r:.20}", re.sub(rb"(?<=\")[^\"<>]*(?=\")", swap, good)


def bodies(good: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return rubbish: random bytes, random JSON, and spoilt copies of good answers."""
    return st.one_of(
        st.binary(max_size=200),
        _JSON.map(_dump),
        _spoilt_values(good),
        _spoilt_values(good),
        _spoilt_bytes(good),
    )


def _dump(value: Any) -> bytes:
    return json.dumps(value).encode()


@st.composite
def _spoilt_values(draw: st.DrawFn, good: Sequence[bytes]) -> bytes:
    body = draw(st.sampled_from(list(good)))
    try:
        document = copy.deepcopy(json.loads(body))
    except ValueError:
        return _spoilt_markup(draw, body)
    for _ in range(draw(st.integers(1, 4))):
        _spoil(draw, document)
    return _dump(document)


def _spoil(draw: st.DrawFn, document: Any) -> None:
    """Swap, drop or repeat one value somewhere inside the document."""
    spots = list(_spots(document))
    if not spots:
        return
    holder, key = draw(st.sampled_from(spots))
    match draw(st.sampled_from(["swap", "swap", "drop", "wrap", "repeat"])):
        case "swap":
            holder[key] = copy.deepcopy(draw(st.sampled_from(SWAPS)))
        case "drop":
            del holder[key]
        case "wrap":
            holder[key] = [holder[key]]
        case _ if isinstance(holder, list):
            holder.extend(copy.deepcopy(holder[:3]))
        case _:
            holder[key] = {key: holder[key]}


def _spots(value: Any) -> Any:
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _spots(value[key])


def _spoilt_markup(draw: st.DrawFn, body: bytes) -> bytes:
    """Swap what stands between two tags (or two quotes) for something else."""
    spots = list(re.finditer(rb"(?<=[>\"'])[^<>\"']*(?=[<\"'])", body))
    if not spots:
        return body
    spot = draw(st.sampled_from(spots))
    swap = draw(st.sampled_from([s for s in SWAPS if isinstance(s, str | int)]))
    text = str(swap if swap != 10**400 else "9" * 400)
    return body[: spot.start()] + text.encode(errors="replace") + body[spot.end() :]


@st.composite
def _spoilt_bytes(draw: st.DrawFn, good: Sequence[bytes]) -> bytes:
    body = draw(st.sampled_from(list(good)))
    at = draw(st.integers(0, len(body)))
    match draw(st.sampled_from(["cut", "hole", "noise", "utf-16", "bom", "latin-1"])):
        case "cut":
            return body[:at]
        case "hole":
            return body[:at] + body[at + draw(st.integers(1, 30)) :]
        case "noise":
            return body[:at] + draw(st.binary(min_size=1, max_size=4)) + body[at:]
        case "utf-16":
            return body.decode(errors="replace").encode("utf-16")
        case "bom":
            return b"\xef\xbb\xbf" + body
        case _:
            return body[:at] + b"\xe9\xff\xa0" + body[at:]


_DAY = rb"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4}|/Date\()"
_NAMED = rb"\w*(?:[dD]ate|DATE|[tT]ime|TIME)\w*"
# A day and what follows it, a bare hour, and digits alone under the name of a time.
_TIMES = re.compile(
    rb"(?<=[>\"])(?:%(day)s[^<>\"\\]{0,25}|\d\d?:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?)(?=[<\"\\])"
    rb"|(?<=[>\"])\d{6,14}(?=</(?:\w+:)?%(named)s>)"
    rb"|(?P<bare>\"%(named)s\"\s*:\s*)(?:\d{9,13}(?:\.\d+)?(?=\s*[,}\]])|\"\d{6,14}\")"
    % {b"day": _DAY, b"named": _NAMED}
)
NO_TIMES = (b"0000-00-00 00:00:00", b"n/a")


def unreadable_times(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Return an answer with one time in it that is none, for at most three of them."""
    spots = list(_TIMES.finditer(good))
    for spot in spots[:: max(1, len(spots) // 3)][:3]:
        name = spot["bare"]
        for swap in NO_TIMES:
            told = swap if name is None else name + b'"' + swap + b'"'
            was = spot[0].decode(errors="replace")
            yield f"{was} {swap!r}", good[: spot.start()] + told + good[spot.end() :]
