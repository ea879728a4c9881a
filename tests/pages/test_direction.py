"""A language that is written from right to left needs a catalogue and nothing else."""

import re
from dataclasses import replace

import pytest
from tests.pages.parcels import NOW, STATES

from track_service.core.delay import ConcernKind
from track_service.services.mail import notice_mail
from track_service.templating.catalog import direction, languages
from track_service.templating.engine import static_folder, templates_folder
from track_service.templating.render import SimplePage, render, render_mail

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


def test_a_mail_to_who_reads_from_the_right_is_laid_out_from_there():
    context = notice_mail(
        STATES["exception"],
        ConcernKind.EXCEPTION,
        None,
        page_url="https://track.example/t/abc",
        now=NOW,
        carrier_label="GHN",
    )

    for language, start, end in (("ar", "right", "left"), ("vi", "left", "right")):
        html = render_mail(replace(context, language=language)).html

        assert f"border-{start}: 5px" in html
        assert f"border-{end}: 5px" not in html
        name = html[html.index('<td class="name"') :]
        assert f"text-align: {start};" in name[: name.index(">")]


def test_no_style_of_a_mail_has_a_side_that_its_language_does_not_choose():
    sheet, *letters = sorted((templates_folder() / "mail").glob("*.html"))

    assert (sheet.name, len(letters)) == ("base.html", 3)
    for letter in (sheet, *letters):
        (style,) = re.findall(
            "(?:<style>|block styles %})(.*?){% endblock",
            letter.read_text(),
            flags=re.DOTALL,
        )
        assert _PHYSICAL.findall(style) == [], letter.name
    for letter in letters:
        assert letter.read_text().startswith('{% extends "mail/base.html" %}')
    # Some mail programs keep nothing of what is around the table.
    for tag in ('html lang="{{ language }}"', 'table role="presentation"'):
        assert f'<{tag} dir="{{{{ direction }}}}">' in sheet.read_text()


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
