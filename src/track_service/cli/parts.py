"""What commands share: the app out of the environment, and failing in one line."""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from track_service.app import Service, create_app, service
from track_service.config import Settings, WrongSetting
from track_service.core.parcel import Brand
from track_service.store import brands
from track_service.store.db import db
from track_service.store.types import LostKey

P = ParamSpec("P")
R = TypeVar("R")

PORT = click.IntRange(0, 65_535)
COUNT = click.IntRange(1, 1_000_000)


def settings() -> Settings:
    """Return the settings of the environment, or end with the wrong one's name."""
    try:
        return Settings.from_env(os.environ)
    except WrongSetting as error:
        raise click.ClickException(str(error)) from error


def app() -> Flask:
    """Return the wired app; its connections close with the command."""
    made = create_app(settings())
    with made.app_context():
        click.get_current_context().call_on_close(db.engine.dispose)
    return made


def parts() -> Service:
    """Return the wired parts."""
    return service(app())


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Tell in one line what is wrong with the database or its keys."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (OperationalError, ProgrammingError) as error:
            first = str(error.orig).splitlines()[0]
            raise click.ClickException(
                f"database: {first} (has `track-service db upgrade` been run?)"
            ) from error
        except LostKey as error:
            raise click.ClickException(f"TRACK_SECRET_KEYS: {error}") from error

    return wrapped


def known_brand(session: Session, code: str) -> Brand:
    """Return the brand of a code, or end with what is wrong."""
    found = brands.by_code(session, code)
    if found is None:
        raise click.ClickException(f"no brand has the code {code!r}")
    return found


def in_order(start: datetime, until: datetime) -> None:
    """End with what is wrong where a span ends before it begins."""
    if until < start:
        raise click.UsageError("--to lies before --from")


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show on stderr how far something has come, if that is a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=1, label=label, file=sys.stderr, hidden=hidden
    ) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield tell


def print_json(document: Any) -> None:
    """Print exactly one JSON document on a line of its own, in UTF-8.

    A carrier's text may hold half a surrogate pair, which no encoding can say.
    """
    text = json.dumps(document, ensure_ascii=False, default=datetime.isoformat)
    click.echo(text.encode("utf-8", "replace"))


def pair(setting: str) -> tuple[str, str]:
    """Read NAME=VALUE; `-` is a line of standard input, `@FILE` what a file holds."""
    name, equals, value = setting.partition("=")
    if not equals:
        raise click.UsageError(f"NAME=VALUE is wanted, not {name!r}")
    if value == "-":
        value = sys.stdin.readline().rstrip("\n")
    elif value.startswith("@"):
        value = text_of(Path(value[1:]))
    return name, value


def text_of(file: Path) -> str:
    """Return what a UTF-8 file holds, or end with what is wrong."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: cannot be read as UTF-8 text") from error
