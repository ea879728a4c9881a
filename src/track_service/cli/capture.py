"""`track-service carriers capture`: a fixture pair out of a live answer."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from track_service.carriers import carriers as known
from track_service.carriers.base import COMMON, Wanted, read
from track_service.cli.parts import settings
from track_service.clock import Clock
from track_service.core.parsed import document
from track_service.core.tracking import Tracking
from track_service.http import Answer, Http, HttpError, session
from track_service.http.memory import MemoryBreaker, MemoryLimits, MemoryTokens
from track_service.services.scrub import Scrubbed, scrub

# Settings that tell nothing of whose the account is, and words too short to be looked for.
_NO_SECRETS = {*COMMON, "language", "market"}
_SHORTEST_SECRET = 6


@click.command()
@click.argument("code")
@click.argument("number")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where the pair is written; here, if not told.",
)
@click.option("--name", help="The pair's name; what the answer says, if not told.")
@click.option("--postal", help="The postcode, for carriers that tell more then.")
def capture(
    code: str, number: str, folder: Path, name: str | None, postal: str | None
) -> None:
    """Ask the live carrier CODE for NUMBER and write a fixture pair of its answer.

    Names, telephone numbers, addresses, ids and the number itself are replaced by what
    is invented, the same in both files; what was replaced is printed: look whether
    anything is left. Nothing is overwritten. No database is needed.
    """
    if code not in known():
        raise click.UsageError(f"no carrier has the code {code!r}")
    account = settings().accounts.get(code)
    if account is None:
        raise click.ClickException(f"{code}: no account is configured")
    carrier = known()[code]
    if not carrier.pull:
        raise click.ClickException(f"{code} only pushes: it cannot be asked")
    try:
        answer = carrier(_http(code), account).fetch([Wanted(number, postal)])
    except HttpError as error:
        raise click.ClickException(f"{code} gave no answer: {error}") from error
    seen = read(carrier, answer)
    clean = _clean(answer, seen, number, account)
    stands = read(carrier, Answer(clean.body, answer.status, answer.headers))
    if _gist(seen) != _gist(stands):
        raise click.ClickException(
            f"{code}: without what is personal the answer reads otherwise; not written"
        )
    expected = document(code, stands)
    if answer.status != 200:
        expected["http_status"] = answer.status
    for file in _write(folder, name or _called(expected), clean.body, expected):
        click.echo(file)
    for was, now in clean.replaced.items():
        click.echo(f"  {was}  ->  {now}")
    click.echo("Look at both files: what names nobody by its form is still there.")


def _http(code: str) -> Http:
    clock = Clock()
    return Http(
        session(1),
        account=code,
        tokens=MemoryTokens(),
        limits=MemoryLimits(),
        breaker=MemoryBreaker(),
        wall=clock.wall,
        sleep=clock.sleep,
        jitter=clock.jitter,
        retries=0,  # somebody waits, and can ask again
    )


def _clean(
    answer: Answer, seen: list[Tracking], number: str, account: Mapping[str, str]
) -> Scrubbed:
    ours = [value for key, value in account.items() if key not in _NO_SECRETS]
    return scrub(
        answer.body,
        numbers=[number, *(told.number for told in seen if told.number)],
        names=[told.signed_by for told in seen if told.signed_by],
        secrets=[value for value in ours if len(value) >= _SHORTEST_SECRET],
    )


def _gist(seen: list[Tracking]) -> list[object]:
    """Return what must not change: what happened when, and what went wrong."""
    return [
        (
            told.stated,
            told.problem and told.problem.kind,
            told.delivered_at,
            told.window,
            [(e.stamp, e.meaning, e.code) for e in told.events],
        )
        for told in seen
    ]


def _called(expected: Mapping[str, Any]) -> str:
    first = next(iter(expected["results"]), None)
    if first is None:
        return "empty"
    return str(first["error"]["kind"] if first["error"] else first["status"])


def _write(
    folder: Path, name: str, body: bytes, expected: Mapping[str, Any]
) -> tuple[Path, Path]:
    """Write both files or neither."""
    kinds = {b"{": "json", b"[": "json", b"<": "xml"}
    kind = kinds.get(body.lstrip()[:1], "txt")
    if kind == "xml" and b"<html" in body[:2000].lower():
        kind = "html"
    pair = folder / f"{name}.{kind}", folder / f"{name}.expected.json"
    there = [file for file in (*pair, *folder.glob(f"{name}.*")) if file.exists()]
    if there:
        raise click.ClickException(f"{there[0]} is there already; --name another")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        pair[0].write_bytes(body)
        text = json.dumps(expected, indent=2, ensure_ascii=False)
        pair[1].write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{folder}: {error.strerror}") from error
    return pair
