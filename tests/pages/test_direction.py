"""A language that is written from right to left needs a catalogue and nothing else."""

import re

import pytest

from track_service.templating.catalog import direction, languages
from track_service.templating.engine import static_folder, templates_folder
from track_service.templating.render import SimplePage, render

_PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin)-(?:left|right)[\w-]*"
    r"|left|right|float|clear)\s*:|(?:text-align|caption-side)\s*:\s*(?:left|right)"
)


@pytest.mark.parametrize(
    ("language", "expected"), [("ar", "rtl"), ("he", "rtl"), ("vi", "ltr")]
)
def test_a_page_says_which_way_it_is_read(language, expected):
    html = render("pages/not_found.html", SimplePage(language, None))

    assert f'<html lang="{language}" dir="{expected}">' in html


def test_all_that_we_speak_has_a_direction():
    assert {direction(language) for language in languages()} <= {"ltr", "rtl"}


def test_no_style_of_a_page_knows_left_from_right():
    sheets = [
        static_folder() / "page.css",
        *(templates_folder() / "pages").glob("*.css"),
    ]

    assert len(sheets) >= 2
    for sheet in sheets:
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        assert _PHYSICAL.findall(rules) == [], sheet.name


@pytest.mark.parametrize(
    "rule",
    ["left: 0", "margin-right:1px", "a{text-align: left}", "border-left-width: 0"],
)
def test_such_a_rule_would_be_found(rule):
    assert _PHYSICAL.search(rule)
