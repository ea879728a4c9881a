import re
import string
from datetime import date

import pytest
from babel.messages.pofile import read_po
from scripts.catalogues import messages, updated

from track_service.templating.catalog import FOLDER, choose_language, languages
from track_service.templating.engine import bound
from track_service.templating.voice import Voice


def placeholders(text):
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return braces | set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", languages()[1:])
def test_a_catalogue_translates_each_message_and_no_other(language):
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = {m.id: m for m in read_po(file, locale=language) if m.id}

    assert set(catalogue) == set(messages())
    for ids, message in catalogue.items():
        source = ids if isinstance(ids, str) else ids[-1]
        said = [message.string] if isinstance(ids, str) else list(message.string)
        assert all(said), source
        assert not message.fuzzy, source
        assert {frozenset(placeholders(s)) for s in said} == {
            frozenset(placeholders(source))
        }


@pytest.mark.parametrize("language", languages()[1:])
def test_the_command_leaves_a_whole_catalogue_as_it_is(language):
    path = FOLDER / f"{language}.po"

    assert updated(path).decode() == path.read_text()


def test_values_are_not_read_as_messages():
    assert Voice("en").say("by {time}", time="{brand}") == "by {brand}"


def test_numbers_have_their_plurals():
    assert Voice("en").many("{n} day ago", "{n} days ago", 1) == "1 day ago"
    assert Voice("en").many("{n} day ago", "{n} days ago", 3) == "3 days ago"
    assert Voice("vi").many("{n} day ago", "{n} days ago", 3) == "3 ngày trước"
    assert Voice("fr").many("{n} day ago", "{n} days ago", 0) == "il y a 0 jour"
    assert Voice("de").many("{n} day ago", "{n} days ago", 0) == "vor 0 Tagen"
    assert Voice("es").many("{n} day ago", "{n} days ago", 1) == "hace 1 día"


@pytest.mark.parametrize(
    ("language", "full", "short", "near"),
    [
        ("en", "Friday 1 January 2027", "Fri 1 Jan 2027", "Tomorrow, 1 January"),
        ("vi", "Thứ Sáu, 1 tháng 1 2027", "T6, 1/1/2027", "Ngày mai, 1 tháng 1"),
        ("de", "Freitag, 1. Januar 2027", "Fr., 1. Jan. 2027", "Morgen, 1. Januar"),
        (
            "es",
            "viernes, 1 de enero de 2027",
            "vie, 1 ene 2027",
            "Mañana, 1 de enero",
        ),
        (
            "fr",
            "vendredi 1er janvier 2027",
            "ven. 1er janv. 2027",
            "Demain, 1er janvier",
        ),
    ],
)
def test_each_language_writes_its_dates(language, full, short, near):
    voice, day, today = Voice(language), date(2027, 1, 1), date(2026, 12, 31)

    assert voice.full_date(day, today) == full
    assert voice.full_date(day, today, short=True) == short
    assert voice.day(day, today) == near


@pytest.mark.parametrize("language", ["de", "fr"])
def test_a_day_does_not_part_from_its_month(language):
    text = Voice(language).full_date(date(2026, 1, 1), date(2026, 1, 9))

    assert re.search(r"1(\.|er)\xa0[Jj]", bound(text))


def test_a_language_that_nobody_speaks_falls_back():
    assert choose_language("pt", None, offered=("pt", "nl")) == "en"
    assert choose_language("pt", "VI_vn", offered=("en", "vi")) == "vi"
