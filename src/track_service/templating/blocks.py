"""Blocks that a brand writes itself: few names, no calls, allow-listed HTML.

A block is data, so whoever wrote it need not be trusted. Its syntax is a subset of
Jinja's without calls, arithmetic and assignments, and loops walk only over what a page
holds: its time and size are bounded by the page's. What it puts out is taken apart and
put together anew, out of elements that only lay out text.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any

import structlog
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from track_service.templating.links import local_path, web_link

log = structlog.get_logger("track_service.blocks")

BLOCKS = ("links", "support", "more", "footer")
LONGEST = 4_000  # letters of a block as written
_MOST_SHOWN = 20_000  # letters of what it puts out
_DEEPEST = 2  # loops inside each other
_NAMES = frozenset(
    "language brand state arrival steps items parcel order checks loop".split()  # noqa: SIM905
)
# None of them makes much out of little, as `join` would with a long separator.
_FILTERS = frozenset({"default", "e", "first", "last", "length", "lower", "upper"})
_TESTS = frozenset({"defined", "none", "undefined"})
_SYNTAX = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr,
    nodes.Const, nodes.If, nodes.For, nodes.Filter, nodes.Test, nodes.And, nodes.Or,
    nodes.Not, nodes.Compare, nodes.Operand, nodes.CondExpr,
)  # fmt: skip
_VOID = frozenset({"br", "hr", "img"})
_ELEMENTS = _VOID | frozenset(
    "a b div em h2 h3 i li nav ol p section small span strong ul".split()  # noqa: SIM905
)
_SILENT = frozenset({"script", "style", "template", "textarea", "title"})
_CLASS = re.compile(r"(?:card|fine|note|help|ways|button|links)")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which besides nothing can be called."""

    def is_safe_callable(self, obj: Any) -> bool:
        return False


def _listed(value: Any) -> Any:
    """Return what a loop walks over: lists, never the letters of a text."""
    if isinstance(value, str):
        raise TypeError("a loop walks over lists alone")
    return value


_ENV = _Sandbox(autoescape=True, undefined=StrictUndefined)
_ENV.filters["listed"] = _listed


def check(name: str, source: object) -> str:
    """Return a block's source. Raises `ValueError` for what a block may not hold."""
    if name not in BLOCKS:
        raise ValueError(f"{name!r} is none of {', '.join(BLOCKS)}")
    if not isinstance(source, str) or len(source) > LONGEST:
        raise ValueError(f"{name}: is no text of at most {LONGEST} letters")
    _compiled(source)
    clean(source)
    return source


def rendered(
    blocks: Mapping[str, str], values: Mapping[str, Any], *, brand: str
) -> dict[str, Markup | None]:
    """Return what a brand's blocks show, None for ours; one that fails is told of."""
    known = {name: value for name, value in values.items() if name in _NAMES}
    shown: dict[str, Markup | None] = dict.fromkeys(BLOCKS)
    for name, source in blocks.items():
        try:
            shown[name] = clean(_shown(_compiled(source), known))
        # A block is a stranger's: whatever goes wrong in it, the page stands.
        except Exception as error:  # noqa: BLE001
            problem = repr(error)[:200]
            log.warning("block failed", brand=brand, block=name, problem=problem)
    return shown


def clean(html: str) -> Markup:
    """Return HTML with the elements and attributes that lay out text, and no others.

    Raises `ValueError` for what the parser gives up at.
    """
    reader = _Cleaner()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError as error:  # so it tells of a section it does not know
        raise ValueError(f"is no HTML that can be read: {error}") from error
    return Markup(reader.whole())  # noqa: S704 - put together by us, all text escaped


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    try:
        tree = _ENV.parse(source)
        _check_tree(tree, 0)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "listed", [], [], None, None)
        return _ENV.from_string(tree)
    except (TemplateError, SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"is no template that can be read: {error}") from error


def _check_tree(node: nodes.Node, depth: int) -> None:
    if not isinstance(node, _SYNTAX):
        raise ValueError(f"{type(node).__name__} has no place in a block")  # noqa: TRY004
    _check_word(node)
    depth += isinstance(node, nodes.For)
    if depth > _DEEPEST:
        raise ValueError(f"more than {_DEEPEST} loops stand in each other")
    for child in node.iter_child_nodes():
        _check_tree(child, depth)


def _check_word(node: nodes.Node) -> None:
    if isinstance(node, nodes.Getattr) and (
        node.attr.startswith("_") or node.attr == "blocks"
    ):
        raise ValueError(f"{node.attr!r} is no name of a page")
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        raise ValueError(f"no filter {node.name!r} here: {', '.join(sorted(_FILTERS))}")
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        raise ValueError(f"no test {node.name!r} here: {', '.join(sorted(_TESTS))}")
    if isinstance(node, nodes.For):
        _check_loop(node)


def _check_loop(node: nodes.For) -> None:
    if node.recursive:
        raise ValueError("a loop may not call itself")
    if not isinstance(node.iter, nodes.Name | nodes.Getattr):
        raise ValueError("a loop walks over what a page holds alone")  # noqa: TRY004


def _shown(template: Template, values: Mapping[str, Any]) -> str:
    parts, length = [], 0
    for part in template.generate(values):
        length += len(part)
        if length > _MOST_SHOWN:
            raise ValueError(f"puts out more than {_MOST_SHOWN} letters")
        parts.append(part)
    return "".join(parts)


class _Cleaner(HTMLParser):
    """Writes anew what it reads; whatever it opens it closes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def whole(self) -> str:
        return "".join(self._out) + "".join(f"</{tag}>" for tag in self._open[::-1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _ELEMENTS and not self._silent:
            self._out.append(f"<{tag}{_attributes(tag, dict(attrs))}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self._open:
            while (last := self._open.pop()) != tag:
                self._out.append(f"</{last}>")
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._out.append(escape(data))


def _attributes(tag: str, given: Mapping[str, str | None]) -> str:
    kept: dict[str, str] = {}
    href = given.get("href")
    if tag == "a" and (link := web_link(href) or local_path(href)):
        kept = {"href": link, "rel": "noopener noreferrer"}
    if tag == "img" and (picture := local_path(given.get("src"))):
        kept = {"src": picture, "alt": given.get("alt") or "", "loading": "lazy"}
    classes = [c for c in (given.get("class") or "").split() if _CLASS.fullmatch(c)]
    if classes:
        kept["class"] = " ".join(classes)
    return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
