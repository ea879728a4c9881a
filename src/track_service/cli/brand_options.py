"""Options of `brand add` and `brand set`: what an operator may say of a brand."""

import json
from collections.abc import Callable, Mapping
from typing import IO, Any

import click

from track_service.services.brands import COLOURS

_OPTIONS = (
    click.option(
        "--locale", help="Language where a shopper's is not known; first: en."
    ),
    click.option(
        "--language",
        "languages",
        multiple=True,
        help="A language of its pages; repeatable. First: en, vi and its own.",
    ),
    click.option("--zone", help="IANA time zone; at first UTC."),
    click.option("--primary", help="Main colour, #rrggbb."),
    click.option("--on-primary", help="Colour of words on the main one."),
    click.option("--accent", help="Second colour; the main one unless given."),
    click.option(
        "--theme", type=click.File(encoding="utf-8"), help="JSON: docs/templates.md."
    ),
    click.option("--logo", type=click.File("rb"), help="A PNG, JPEG, GIF or WebP."),
    click.option("--support-url"),
    click.option("--support-email"),
    click.option("--support-phone"),
    click.option("--mail-from", help="Address that mails come from."),
    click.option("--webhook-url", help="Where ops take signed webhooks."),
    click.option(
        "--ops-url", "ops_urls", multiple=True, help="An apprise URL; repeatable."
    ),
    click.option(
        "--embed-origin",
        "embed_origins",
        multiple=True,
        help="https://shop.example: may embed the pages; repeatable.",
    ),
)


_NEVER_NONE = ("name", "locale", "zone")


def brand_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; `fields_of` reads them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def fields_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the brand's fields that were given; an empty word takes one away."""
    given = {n: v for n, v in options.items() if v is not None and v != ()}
    fields = {n: v if n in _NEVER_NONE else v or None for n, v in given.items()}
    theme = theme_of(fields.pop("theme", None))
    theme |= {name: fields.pop(name) for name in COLOURS if name in fields}
    if theme:
        fields["theme"] = theme
    for name in {"languages", "ops_urls"} & fields.keys():
        fields[name] = tuple(word for word in given[name] if word)
    return fields


def theme_of(file: IO[str] | None) -> dict[str, Any]:
    """Return a theme's document; null takes a key away."""
    try:
        document = json.load(file) if file else {}
    except ValueError as error:
        raise click.ClickException(f"theme: is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise click.ClickException("theme: is no JSON object")
    return document
