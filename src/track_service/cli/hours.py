"""`track-service brand hours`: on which days a shop packs, and until when for the day."""

from dataclasses import replace
from datetime import time

import click

from track_service.cli.parts import known_brand, parts, with_database
from track_service.core.dispatch import DAYS
from track_service.store import ahead


@click.command()
@click.argument("code")
@click.option("--cutoff", help="Local time: later orders count for the next day.")
@click.option("--days", help="Days on which it packs; at first mon,tue,wed,thu,fri.")
@with_database
def hours(code: str, cutoff: str | None, days: str | None) -> None:
    """Set a brand's hours, or show them; an empty cutoff takes it away."""
    with parts().database.write() as session:
        found = known_brand(session, code)
        kept = ahead.hours(session, found.id)
        if cutoff is not None:
            kept = replace(kept, cutoff=_time(cutoff) if cutoff else None)
        if days is not None:
            kept = replace(kept, days=_days(days))
        if cutoff is not None or days is not None:
            ahead.set_hours(session, found.id, kept)
            session.commit()
    told = ",".join(DAYS[day] for day in sorted(kept.days))
    until = kept.cutoff.isoformat("minutes") if kept.cutoff else "midnight"
    click.echo(f"{code}: packs {told}; an order counts for the day until {until}")


def _time(word: str) -> time:
    try:
        told = time.fromisoformat(word)
    except ValueError as error:
        raise click.ClickException(f"cutoff: {word!r} is no time, as 16:00") from error
    if told.tzinfo is not None or told.second or told.microsecond:
        raise click.ClickException("cutoff: a local time is wanted, as 16:00")
    return told


def _days(words: str) -> frozenset[int]:
    named = {word.strip().lower() for word in words.split(",") if word.strip()}
    if not named or not named <= set(DAYS):
        raise click.ClickException(f"days: some of {','.join(DAYS)} are wanted")
    return frozenset(map(DAYS.index, named))
