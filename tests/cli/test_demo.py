"""The demo, as a newcomer runs it."""

import json
import re

import pytest
from tests.cli.process import Process, ask, free_port, until


@pytest.fixture
def demo(tmp_path):
    started = []

    def run(*words):
        started.append(Process("demo", *words, cwd=tmp_path))
        return started[-1]

    yield run
    for process in started:
        process.close()


def test_the_demo_reports_in_one_document(demo, tmp_path):
    process = demo("--port", free_port(), "--seconds", 20, "--json")

    assert process.wait() == 0

    (line,) = process.lines
    report = json.loads(line)
    assert report["polls"] > 50
    assert report["events"] > 150
    assert report["shipments"] == len(report["pages"]) == 60
    assert report["notices_sent"] > 0
    assert report["alerts_open"] > 0
    assert 0 < report["delivered"] < 60
    assert process.err == []
    assert list(tmp_path.iterdir()) == []


def test_the_demo_can_be_looked_at_while_it_runs(demo):
    process = demo("--port", free_port())
    page = process.hear("/t/").strip()
    base = page.split("/t/")[0]
    process.hear("Stop with Ctrl-C.")

    status, html = ask(page)
    assert (status, html.count("data-pick=")) == (200, 6)  # on the way, and in time
    assert 'lang="vi"' in ask(f"{page}?lang=vi")[1]
    outbox = wait_for_mail(base)
    assert ask(base + outbox)[0] == ask(base + outbox + ".txt")[0] == 200
    assert (
        ask(f"{base}/demo/outbox/999")[0]
        == ask(f"{base}/demo/outbox/999.txt")[0]
        == 404
    )
    assert process.end() == 0


def wait_for_mail(base):
    found = []

    def look():
        status, outbox = ask(f"{base}/demo/outbox")
        assert status == 200
        found.extend(re.findall(r'href="(/demo/outbox/\d+)"', outbox))
        return found and "<h1>Alerts (0)" not in outbox

    until(look)
    return found[0]


def test_a_port_that_is_taken_is_told(demo):
    first = demo("--port", port := free_port())
    first.hear("Stop with Ctrl-C.")

    second = demo("--port", port, "--seconds", 5)

    assert second.wait() == 1
    assert str(port) in "".join(second.err)
    assert second.lines == []
