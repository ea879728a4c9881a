"""Tokens that carriers give for a sign-in of their own: to read one, to see it ended."""

from collections.abc import Callable

from track_service.carriers.base import BadAnswer
from track_service.carriers.reading import error_body, part, text
from track_service.core.tracking import Tracking, Trouble
from track_service.http import Answer
from track_service.http.answer import read_seconds

HOUR = 3600.0  # seconds
DAY = 24 * HOUR


def token_at(*path: str, lasts: float) -> Callable[[Answer], tuple[str, float] | None]:
    """Return what reads the token at a path of a sign-in's JSON; None where none is.

    It lasts for the `expires_in` that the answer states, else for `lasts`, in seconds.
    """

    def read(answer: Answer) -> tuple[str, float] | None:
        body = error_body(answer)
        token = text(part(body, *path))
        if token is None:
            return None
        return token, read_seconds(body.get("expires_in")) or lasts

    return read


def token_ended(
    parse: Callable[[Answer], list[Tracking]],
) -> Callable[[Answer], bool]:
    """Return what sees, by a carrier's own words, that its token is taken no more."""

    def ended(answer: Answer) -> bool:
        try:
            told = parse(answer)
        except BadAnswer:
            return False
        return any(t.problem and t.problem.kind is Trouble.AUTH for t in told)

    return ended
