"""docs/integrating.md: every command that it shows runs, in the order that it shows."""

import re
import shlex
from pathlib import Path

import pytest
from tests.cli.process import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "integrating.md").read_text()


def shown(language):
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", PAGE, re.M | re.S)


def commands():
    lines = "".join(shown("sh")).splitlines()
    return [shlex.split(line)[1:] for line in lines]


@pytest.fixture
def a_shop(of, tmp_path, monkeypatch):
    """A fresh installation that nobody serves, and the page's mapping beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACK_BASE_URL", f"http://127.0.0.1:{free_port()}")
    (mapping,) = shown("json")
    (tmp_path / "mapping.json").write_text(mapping)


def test_every_command_of_the_page_runs(operator, a_shop):
    told = {}
    for words in commands():
        ran = operator(*words, input="made-up\n")
        told[" ".join(words[:3])] = ran.output
        # A new installation has no mail server yet, which `check` is there to say.
        if words != ["check"]:
            assert (ran.exit_code, ran.stderr) == (0, ""), words

    assert "Page       http://127.0.0.1" in told["storefronts test shopify"]
    assert "Parcel     ups 1Z999AA101" in told["storefronts test generic"]
    assert "acme" in told["brand sending acme"]


def test_the_page_shows_each_platform_that_it_leads_through():
    connected = [w[3] for w in commands() if w[:2] == ["storefronts", "connect"]]

    assert connected == [
        "shopify",
        "woocommerce",
        "haravan",
        "sapo",
        "nhanh",
        "generic",
    ]
