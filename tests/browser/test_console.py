"""The console in a real browser: everybody can use it, with keys alone, in any width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.test_access import OPTIONS

from track_service.services import users
from track_service.services.queue_upkeep import keep_up

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def staffed(served):
    """The site with an admin of all, and its queue up to date."""
    of, wall, actor = served.of, served.of.clock.wall(), users.COMMAND
    with of.database.write() as session:
        made = users.add(session, "mai@shop.example", "Mai", wall=wall, actor=actor)
        users.set_admin(session, made, is_admin=True, wall=wall, actor=actor)
        users.set_password(session, made.id, PASSWORD, wall=wall, actor=actor)
        session.commit()
    while keep_up(of.post):
        pass
    return served


@pytest.fixture
def entered(staffed, site, tab):
    """Sign in, in a tab of a width and scheme."""

    def run(**more):
        watched = tab(reduced_motion="reduce", **more)
        watched.page.goto(f"{site.url}/console/")
        watched.page.fill("#email", "mai@shop.example")
        watched.page.fill("#password", PASSWORD)
        watched.page.keyboard.press("Enter")
        watched.page.get_by_role("heading", name="Work queue").wait_for()
        watched.page.wait_for_load_state()  # by then its script listens to keys
        return watched

    return run


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_wrong_at_the_console(entered, site, width, scheme):
    watched = entered(width=width, color_scheme=scheme)
    page = watched.page
    entry = page.locator(".what a").first.get_attribute("href")

    wrong = {}
    paths = (
        "/console/",
        "/console/?kind=late",
        entry,
        "/console/numbers",
        "/console/log",
    )
    for path in paths:
        page.goto(site.url + path)
        wrong[path] = [
            v["id"] for v in Axe().run(page, options=OPTIONS).response["violations"]
        ]
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    assert {path: found for path, found in wrong.items() if found} == {}
    assert watched.said == []
    assert watched.violations() == []


def test_axe_finds_nothing_wrong_at_the_door(site, tab):
    page = tab().page
    page.goto(f"{site.url}/console/enter")

    assert Axe().run(page, options=OPTIONS).response["violations"] == []


def test_keys_walk_the_list_tick_and_search(entered):
    page = entered(width=1280).page

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("k")

    first, second = page.locator("[name=entry]").all()[:2]
    assert (first.is_checked(), second.is_checked()) == (False, True)
    page.keyboard.press("/")
    page.keyboard.type("jx/")
    assert page.locator("[name=q]").input_value() == "jx/"


def test_an_entry_is_taken_without_any_script(entered):
    page = entered(width=390, java_script_enabled=False).page

    page.locator("[name=entry]").first.check()
    page.select_option(".bar [name=owner]", "me")
    page.click(".bar button")

    assert page.locator("[role=status]").inner_text() == "1 entry was changed."
    assert page.locator("td.owner").first.inner_text() == "Mai"
