"""Render: dataclass in, page, mail or alert out."""

from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, fields
from typing import Any, ClassVar, Protocol

import css_inline

from track_service.core.parcel import Brand
from track_service.templating.blocks import rendered
from track_service.templating.engine import environment
from track_service.templating.look import Look, look
from track_service.templating.voice import Voice


class Context(Protocol):
    """A dataclass whose fields are the names that its template may use."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def language(self) -> str:
        """Return the language to render in."""

    @property
    def brand(self) -> Look | None:
        """Return the brand whose templates go first."""


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """One mail, ready for a channel; `html` has its styles inlined."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class SimplePage:
    """What a page without a parcel may use."""

    language: str
    brand: Look | None


def render_framed(template: str, page: Context, hosts: Sequence[str]) -> str:
    """Return `pages/<template>` as it stands inside a page of one of the `hosts`."""
    return render(
        "embed/framed.html", page, framed=f"pages/{template}", hosts=" ".join(hosts)
    )


def render_simple(
    template: str, *, language: str = "en", brand: Brand | None = None
) -> str:
    """Return a page that shows no parcel, such as `pages/not_found.html`."""
    seen = look(brand, Voice(language)) if brand else None
    return render(template, SimplePage(language, seen))


def render_mail(mail: Context, template: str = "mail/notice") -> RenderedMail:
    """Return a mail out of `<template>.subject.txt`, `.txt` and `.html`."""
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
    return RenderedMail(
        subject=_one_line(render(f"{template}.subject.txt", mail)),
        text=render(f"{template}.txt", mail).strip() + "\n",
        html=inliner.inline(render(f"{template}.html", mail)),
    )


def render_alert(
    alert: Context, template: str = "alerts/notice.txt"
) -> tuple[str, str]:
    """Return title and body for a brand's staff; the first line is the title."""
    title, _, body = render(template, alert).strip().partition("\n")
    return _one_line(title), body.strip() + "\n"


def render(template: str, context: Context, **more: object) -> str:
    """Return a template filled with exactly the context's fields, and what is given."""
    values: Mapping[str, Any] = {
        f.name: getattr(context, f.name) for f in fields(context)
    } | more
    env = environment(context.language, context.brand.code if context.brand else None)
    brand = context.brand
    blocks = brand.blocks if brand and template.endswith(".html") else {}
    own = rendered(blocks, values, brand=brand.code if brand else "")
    return env.get_template(template).render(values, own=own)


def _one_line(text: str) -> str:
    return " ".join(text.split())  # a name with a line break must not add a header
