import re
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import track_service
from track_service.templating.catalog import FOLDER, choose_language, languages
from track_service.templating.engine import templates_folder
from track_service.templating.voice import Voice

SOURCE = Path(track_service.__file__).parent
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
TRIM = {"trim_blocks": "true", "lstrip_blocks": "true"}
KEYWORDS = {
    "N_": None,
    "say": None,
    "many": (1, 2),
    "gettext": None,
    "ngettext": (1, 2),
}


def messages():
    return {
        message
        for root in (SOURCE / "services", SOURCE / "templating", templates_folder())
        for _, _, message, _, _ in extract_from_dir(
            root,
            METHODS,
            options_map={"**.html": TRIM, "**.txt": TRIM},
            keywords=KEYWORDS,
        )
    }


def placeholders(text):
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return braces | set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", languages()[1:])
def test_a_catalogue_translates_each_message_and_no_other(language):
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = {m.id: m for m in read_po(file, locale=language) if m.id}

    assert set(catalogue) == messages()
    for ids, message in catalogue.items():
        source = ids if isinstance(ids, str) else ids[-1]
        said = [message.string] if isinstance(ids, str) else list(message.string)
        assert all(said), source
        assert not message.fuzzy, source
        assert {frozenset(placeholders(s)) for s in said} == {
            frozenset(placeholders(source))
        }


def test_values_are_not_read_as_messages():
    assert Voice("en").say("by {time}", time="{brand}") == "by {brand}"


def test_numbers_have_their_plurals():
    assert Voice("en").many("{n} day ago", "{n} days ago", 1) == "1 day ago"
    assert Voice("en").many("{n} day ago", "{n} days ago", 3) == "3 days ago"
    assert Voice("vi").many("{n} day ago", "{n} days ago", 3) == "3 ngày trước"


def test_a_language_that_nobody_speaks_falls_back():
    assert choose_language("fr", None, offered=("fr", "de")) == "en"
    assert choose_language("fr", "VI_vn", offered=("en", "vi")) == "vi"
