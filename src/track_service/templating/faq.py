"""Questions that a brand's shoppers ask often, with the brand's answers, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from track_service.templating.voice import Voice

_MOST = 12
_QUESTION, _ANSWER = 200, 2000  # characters


@dataclass(frozen=True, slots=True)
class Question:
    """Question and answer, each by language, `""` for every other one."""

    question: Mapping[str, str]
    answer: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question in one language; `answer` are the paragraphs of a plain text."""

    question: str
    answer: tuple[str, ...]


def read_faq(value: Any) -> tuple[Question, ...]:
    """Return a theme's questions. Raises `ValueError` for what cannot be shown."""
    if not isinstance(value, list) or len(value) > _MOST:
        raise ValueError(f"is no list of up to {_MOST} questions")
    return tuple(_question(entry) for entry in value)


def answered(questions: tuple[Question, ...], voice: Voice) -> tuple[Answered, ...]:
    """Return the questions in a voice's language, else in the one for all, else any."""
    return tuple(
        Answered(
            in_language(one.question, voice.language),
            tuple(
                line
                for line in in_language(one.answer, voice.language).splitlines()
                if line.strip()
            ),
        )
        for one in questions
    )


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, else the one for all, else any."""
    named = texts.get(language) or texts.get("")
    return named or next(iter(texts.values()))


def _question(value: Any) -> Question:
    if not isinstance(value, dict) or set(value) != {"question", "answer"}:
        raise ValueError("an entry has a question and an answer")
    return Question(
        _texts(value["question"], _QUESTION), _texts(value["answer"], _ANSWER)
    )


def _texts(value: Any, longest: int) -> Mapping[str, str]:
    texts = value if isinstance(value, dict) else {"": value}
    if not texts or not all(_is_text(text, longest) for text in texts.values()):
        raise ValueError(f"wants texts of 1 to {longest} printable letters")
    return texts


def _is_text(text: Any, longest: int) -> bool:
    return (
        isinstance(text, str)
        and bool(text.strip())
        and len(text) <= longest
        and all(line.isprintable() for line in text.splitlines())
    )
