"""Make an answer nobody's: what is personal in it is replaced by what is invented.

A value is personal by the name of its field (and of the fields around it), by its form
(a mail address, a telephone number), or because it was named beforehand: the number
that was asked for, the account's own words. One value is replaced by one other
wherever it stands, in texts too; codes, dates and the shape stay. A page of HTML names
no fields: there only forms and what was named are found, and a human must look.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from track_service.services.invented import Invented, kind_of

Path = tuple[str, ...]
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_PHONE = re.compile(r"(?<![\w/:.-])(?:\+\d|\(?0\d)(?:[ .()-]{0,2}\d){7,12}(?![\w/:])")
_DAY = re.compile(r"\d{1,4}[ .-]\d{1,2}[ .-]\d{1,4}\b")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_NUMERIC = {"phone", "number", "id", "geo"}
_SHORTEST = 3  # characters of a value that is looked for inside of other texts


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """The answer made nobody's; `replaced` maps what stood there to what stands now."""

    body: bytes
    replaced: dict[str, str]


def scrub(
    body: bytes,
    *,
    numbers: Iterable[str] = (),
    names: Iterable[str] = (),
    secrets: Iterable[str] = (),
) -> Scrubbed:
    """Return a body without what is personal in it.

    `numbers` are the parcel's, `names` people's, `secrets` the account's own words.
    """
    invented = Invented()
    for kind, values in (("number", numbers), ("name", names), ("id", secrets)):
        for value in values:
            invented.take(kind, value)
    text = body.decode("utf-8-sig", "replace")
    for rewrite in (_as_json, _as_xml):
        try:
            return Scrubbed(rewrite(text, invented).encode(), invented.replaced)
        except ValueError:
            continue
    return Scrubbed(
        _inside(_seek(text, invented), invented).encode(), invented.replaced
    )


def _as_json(text: str, invented: Invented) -> str:
    tree = json.loads(text, parse_float=Decimal)
    if not isinstance(tree, dict | list):
        raise ValueError("no document")  # noqa: TRY004  as of what is no JSON
    for path, value in _leaves(tree):
        _learn(path, value, invented)
    # A decimal keeps its digits: as a float it could come out as another one.
    return json.dumps(
        _rewritten(tree, invented), indent=2, ensure_ascii=False, default=float
    )


def _leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(tree, list):
        for value in tree:
            yield from _leaves(value, path)
    elif (inner := _nested(tree)) is not None:
        yield from _leaves(inner, path)
    else:
        yield path, tree


def _nested(value: object) -> Any:
    """Return the JSON inside of a text, None where there is none."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        return json.loads(value, parse_float=Decimal)
    except ValueError:
        return None


def _learn(path: Path, value: object, invented: Invented) -> None:
    if value is None or isinstance(value, bool):
        return
    stated = str(value).strip()
    kind = kind_of(path, stated)
    if kind in _NUMERIC or (kind is not None and isinstance(value, str)):
        invented.take(kind, stated)
    elif isinstance(value, str):
        _seek(stated, invented)


def _seek(text: str, invented: Invented) -> str:
    """Learn what is personal by its form alone; return the text as it is."""
    for mail in _MAIL.findall(text):
        invented.take("mail", mail)
    if _LETTERS.search(text):
        for phone in _PHONE.findall(text):
            if not _DAY.match(phone):
                invented.take("phone", phone)
    return text


def _rewritten(tree: Any, invented: Invented) -> Any:
    if isinstance(tree, dict):
        return {
            _inside(key, invented): _rewritten(value, invented)
            for key, value in tree.items()
        }
    if isinstance(tree, list):
        return [_rewritten(value, invented) for value in tree]
    if (inner := _nested(tree)) is not None:
        return json.dumps(
            _rewritten(inner, invented), ensure_ascii=False, default=float
        )
    if isinstance(tree, bool) or tree is None:
        return tree
    if isinstance(tree, str):
        return _inside(tree, invented)
    other = invented.replaced.get(str(tree))
    return tree if other is None else type(tree)(other)


def _as_xml(text: str, invented: Invented) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("no XML") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise ValueError("a page")
    _each_text(root, lambda path, value: _learn(path, value, invented))
    _each_text(root, lambda _, value: _inside(value, invented))
    return etree.tostring(root, encoding="unicode") + "\n"


def _each_text(
    element: etree._Element,
    rewrite: Callable[[Path, str], str | None],
    path: Path = (),
) -> None:
    """Put what `rewrite` returns in the place of each text, if it returns one."""
    if not isinstance(element.tag, str):
        return
    path = (*path, etree.QName(element).localname)
    for name, value in element.attrib.items():
        element.set(name, rewrite((*path, str(name)), str(value)) or str(value))
    if element.text and element.text.strip():
        element.text = rewrite(path, element.text) or element.text
    for child in element:
        _each_text(child, rewrite, path)
        if child.tail and child.tail.strip():
            child.tail = rewrite(path, child.tail) or child.tail


def _inside(text: str, invented: Invented) -> str:
    """Return a text with every personal value in it replaced, the longest first."""
    whole = invented.replaced.get(text.strip())
    if whole is not None:
        return text.replace(text.strip(), whole)
    long_enough = (v for v in invented.replaced if len(v) >= _SHORTEST)
    for value in sorted(long_enough, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(value)}(?!\w)"
        other = invented.replaced[value]
        text = re.sub(pattern, other.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    return text
