"""Templates of Zalo's notification service: their limits, and how one is filled.

The limits are Zalo's: https://zalo.cloud/zns/guidelines (content, parameters) and
https://developers.zalo.me/docs/zalo-notification-service. A brand's templates are a
document by kind of notice:

    {"late": {"template_id": "312345",
              "params": {"order_code": {"type": "code", "value": "order"}},
              "title": "…", "paragraphs": ["… <order_code> …"],
              "table": [["Mã đơn hàng", "<order_code>"]], "buttons": ["Xem đơn hàng"]}}
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# The technical type of a parameter, and the most characters that it takes.
TYPES: Mapping[str, int] = {
    "customer_name": 30,
    "phone": 15,
    "address": 200,
    "code": 30,
    "label": 30,
    "status": 30,
    "contact": 50,
    "gender": 5,
    "product": 200,
    "quantity": 20,
    "time": 20,
    "otp": 10,
    "url": 200,
    "currency": 12,
    "transfer_note": 90,
}
_CUT = frozenset({"customer_name", "label", "status", "product", "address"})

# What a notice has to fill a parameter with.
FACTS = (
    "arrival", "brand", "carrier", "customer", "headline", "number", "order",
    "page_path", "promised",
)  # fmt: skip

_MOST_PARAMS = 10
_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*", re.IGNORECASE)
_USED = re.compile(r"<([^<>\s]*)>")
_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|vn|net)\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)\d(?:[ .]?\d){7,9}(?!\d)")
_FORBIDDEN = re.compile(r"\bsms\b|\banh/chị\b", re.IGNORECASE)
_ADVERTISING = re.compile(
    r"khuyến mãi|giảm giá|ưu đãi|voucher|sale\b|flash|freeship|quảng cáo", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The limits of a kind of template."""

    title_params: int
    text_params: int
    paragraphs: int


_LAYOUTS = {"custom": Layout(4, _MOST_PARAMS, 4), "rating": Layout(2, 3, 1)}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a template: `where` is a dotted path into the document."""

    where: str
    what: str


class Unfillable(Exception):
    """A template cannot be filled with what is known; the text holds no value."""


def lint(document: object) -> list[Finding]:
    """Return all that Zalo would refuse in a brand's templates, in their order."""
    if not isinstance(document, dict) or not document:
        return [Finding("", "an object of templates by kind of notice is wanted")]
    return [found for kind in document for found in _template(kind, document[kind])]


def fill(
    template: Mapping[str, Any], facts: Mapping[str, str | None]
) -> dict[str, str]:
    """Return `template_data` out of what is known. Raises `Unfillable`.

    What is too long for its type is cut where it is prose; a code or a time is not, as
    half of one is wrong.
    """
    return {
        name: _value(name, param, facts) for name, param in template["params"].items()
    }


def _value(name: str, param: Mapping[str, Any], facts: Mapping[str, str | None]) -> str:
    value = facts.get(param["value"]) or param.get("else")
    if not value:
        raise Unfillable(f"{name}: {param['value']} is not known")
    most = TYPES[param["type"]]
    if len(value) <= most:
        return value
    if param["type"] not in _CUT:
        raise Unfillable(f"{name}: has more than {most} characters")
    return value[: most - 1].rstrip() + "…"


def _template(kind: str, template: object) -> Iterator[Finding]:
    if not isinstance(template, dict):
        yield Finding(kind, "an object is wanted")
        return
    layout = _LAYOUTS.get(template.get("layout", "custom"))
    if layout is None:
        yield Finding(f"{kind}.layout", f"one of {', '.join(_LAYOUTS)} is wanted")
        return
    if not str(template.get("template_id", "")).isdecimal():
        yield Finding(f"{kind}.template_id", "Zalo's number of the template is wanted")
    params = template.get("params")
    if not isinstance(params, dict):
        yield Finding(f"{kind}.params", "an object of parameters is wanted")
        return
    yield from _params(kind, params)
    if "paragraphs" in template or "title" in template:
        yield from _content(kind, template, params, layout)


def _params(kind: str, params: Mapping[str, Any]) -> Iterator[Finding]:
    if not 1 <= len(params) <= _MOST_PARAMS:
        what = f"has {len(params)} parameters, 1 to {_MOST_PARAMS} are allowed"
        yield Finding(f"{kind}.params", what)
    for name, param in params.items():
        where = f"{kind}.params.{name}"
        if not _NAME.fullmatch(name):
            yield Finding(where, "a name is words of letters and digits, joined by _")
        if not isinstance(param, dict) or param.get("type") not in TYPES:
            yield Finding(where, f"type is one of {', '.join(TYPES)}")
            continue
        if param.get("value") not in FACTS:
            yield Finding(where, f"value is one of {', '.join(FACTS)}")
        other, most = param.get("else", ""), TYPES[param["type"]]
        if not isinstance(other, str) or len(other) > most:
            yield Finding(where, f"else is a text of at most {most} characters")


def _content(
    kind: str, template: Mapping[str, Any], params: Mapping[str, Any], layout: Layout
) -> Iterator[Finding]:
    title, paragraphs = template.get("title"), template.get("paragraphs")
    yield from _text(f"{kind}.title", title, 9, 65, params=layout.title_params)
    if (
        not _are_texts(paragraphs)
        or not 1 <= len(paragraphs or ()) <= layout.paragraphs
    ):
        what = f"1 to {layout.paragraphs} paragraphs are allowed"
        yield Finding(f"{kind}.paragraphs", what)
        return
    for place, paragraph in enumerate(paragraphs or ()):
        yield from _text(f"{kind}.paragraphs.{place}", paragraph, 9, 400)
    inside = {name for text in paragraphs or () for name in _USED.findall(text)}
    if len(inside) > layout.text_params:
        what = f"holds {len(inside)} parameters, {layout.text_params} are allowed"
        yield Finding(f"{kind}.paragraphs", what)
    yield from _table(kind, template.get("table"))
    yield from _buttons(kind, template.get("buttons", []))
    yield from _use(kind, template, params)


def _table(kind: str, table: object) -> Iterator[Finding]:
    if table is None:
        return
    rows = table if isinstance(table, list) else []
    if not 2 <= len(rows) <= 8:
        yield Finding(f"{kind}.table", "a table has 2 to 8 rows")
    for place, row in enumerate(rows):
        where = f"{kind}.table.{place}"
        if not _are_texts(row) or len(row) != 2:
            yield Finding(where, "a row is a name and a content")
            continue
        yield from _text(where, row[0], 3, 35, params=0)
        yield from _text(where, row[1], 3, 90, params=1)


def _buttons(kind: str, buttons: object) -> Iterator[Finding]:
    if not _are_texts(buttons) or len(buttons) > 2:  # type: ignore[arg-type]
        yield Finding(f"{kind}.buttons", "at most 2 texts of buttons are allowed")
        return
    for place, text in enumerate(buttons):  # type: ignore[arg-type,var-annotated]
        yield from _text(f"{kind}.buttons.{place}", text, 5, 30, params=0)


def _use(
    kind: str, template: Mapping[str, Any], params: Mapping[str, Any]
) -> Iterator[Finding]:
    """A parameter that is used and not told, or told and not used, is refused."""
    cells = [row[1] for row in template.get("table") or [] if _are_texts(row)]
    texts = [str(template.get("title")), *template["paragraphs"], *cells]
    used = {name for text in texts for name in _USED.findall(text)}
    for name in sorted(used - params.keys()):
        yield Finding(f"{kind}.params", f"<{name}> is used and not among them")
    for name, param in params.items():
        in_button = isinstance(param, dict) and param.get("type") == "url"
        if name not in used and not in_button:
            yield Finding(f"{kind}.params.{name}", "is used nowhere")


def _text(
    where: str, text: object, least: int, most: int, *, params: int = _MOST_PARAMS
) -> Iterator[Finding]:
    if not isinstance(text, str) or not least <= len(text) <= most:
        yield Finding(where, f"{least} to {most} characters are wanted")
        return
    if len(_USED.findall(text)) > params:
        yield Finding(where, f"at most {params} parameters are allowed here")
    bare = _USED.sub("", text)
    if _LINK.search(bare) or _PHONE.search(bare):
        yield Finding(where, "a link or phone number belongs into a button")
    if found := _FORBIDDEN.search(bare):
        yield Finding(where, f"“{found[0]}” is not allowed")
    if found := _ADVERTISING.search(bare):
        yield Finding(
            where, f"“{found[0]}” is advertising, which a notice may not hold"
        )


def _are_texts(stated: object) -> bool:
    return isinstance(stated, Sequence) and all(isinstance(one, str) for one in stated)
