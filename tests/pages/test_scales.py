"""Letters and distances come from two scales, so that all blocks look like one page."""

import re

import pytest

from track_service.templating.engine import static_folder

_SHEET = (static_folder() / "page.css").read_text()
_TINY = re.compile(
    r"-?\.(?:05|175)rem|-\.5rem|calc\([^)]*\)"
)  # centre a dot, pull a line


def off_the_scales(sheet):
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    found = [
        (name, value)
        for name, value in re.findall(r"([\w-]+)\s*:\s*([^;{}]+)", rules)
        if re.fullmatch(r"(?:margin|padding|gap|(?:row|column)-gap)[\w-]*", name)
        and re.search(r"\d(?:rem|em|px)", _TINY.sub("", value))
    ]
    sizes = re.findall(r"font-size:\s*([^;}]+)", rules)
    return found + [("font-size", size) for size in sizes if "var(--text-" not in size]


def test_every_size_and_distance_is_of_the_scales():
    assert off_the_scales(_SHEET) == []


@pytest.mark.parametrize(
    "rule", ["a { font-size: 15px; }", "a { padding: 0 .3rem }", "a { gap: 1.25rem; }"]
)
def test_another_one_would_be_found(rule):
    assert off_the_scales(rule)


def test_the_scales_grow():
    for scale in ("text", "space"):
        steps = re.findall(rf"--{scale}-\w+: (?:clamp\()?([\d.]+)rem", _SHEET)
        assert len(steps) >= 6
        assert sorted(map(float, steps)) == list(map(float, steps))


def test_what_moves_stands_still_for_whom_asks_for_it():
    calm = _SHEET.partition("@media (prefers-reduced-motion: no-preference)")
    end = calm[2].index("\n}\n")

    moving = re.compile(r"\b(?:animation|transition)\s*:")
    assert moving.search(calm[2][:end])
    assert not moving.search(calm[0] + calm[2][end:])
