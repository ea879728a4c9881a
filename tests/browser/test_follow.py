"""“Tell me when it moves”, as far as a browser without a screen goes.

It has no push service to subscribe with: the last step is answered in its place.
"""

import pytest
from tests.webpush import Reader

pytestmark = pytest.mark.browser

BUTTON = "Tell me when it moves"
# What a browser on a desk says; ours, in a private window, denies all by itself.
ASKED = """
window.answer = "%s";
Object.defineProperty(Notification, "permission", { get: () => "default" });
Notification.requestPermission = async () => window.answer;
"""
# The push service's part. All else is the browser's own.
SUBSCRIBED = """
const keys = %s;
PushManager.prototype.getSubscription = async () => window.made;
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  window.key = applicationServerKey.length;
  window.made = {
    endpoint: "https://push.example/browser",
    toJSON: () => ({ endpoint: "https://push.example/browser", keys }),
  };
  return window.made;
};
"""


def test_a_browser_follows_a_parcel_and_leaves_it_again(site, tab):
    watched = tab()
    page = watched.page
    page.add_init_script(ASKED % "granted" + SUBSCRIBED % Reader().keys())
    page.goto(site.link("in_transit"))

    with page.expect_response("**/push") as followed:
        page.get_by_role("button", name=BUTTON).click()

    assert followed.value.status == 204
    assert page.evaluate("window.key") == 65
    page.get_by_role("button", name="Do not tell me any more").wait_for()
    worker = page.evaluate(
        "navigator.serviceWorker.getRegistration('/t/')"
        ".then((one) => [one.scope, one.active.scriptURL])"
    )
    assert worker == [f"{site.url}/t/", f"{site.url}/push.js"]

    with page.expect_response("**/push") as left:
        page.get_by_role("button", name="Do not tell me any more").click()

    assert (left.value.request.method, left.value.status) == ("DELETE", 204)
    page.get_by_role("button", name=BUTTON).wait_for()
    assert (watched.said, watched.violations()) == ([], [])


def test_who_says_no_is_not_followed(site, tab):
    watched = tab()
    page = watched.page
    page.add_init_script(ASKED % "denied")
    page.goto(site.link("in_transit"))

    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_function("!document.querySelector('#push button').disabled")

    assert watched.calls("POST", "/push") == 0


def test_where_no_push_is_to_be_had_nothing_is_offered(site, tab):
    page = tab().page
    page.add_init_script("delete window.PushManager")

    page.goto(site.link("in_transit"))

    page.wait_for_load_state("networkidle")
    assert page.locator("#push").is_hidden()


def test_what_has_arrived_offers_no_news(site, tab):
    page = tab().page
    page.add_init_script(ASKED % "granted")

    page.goto(site.link("delivered"))

    assert page.locator("#push").count() == 0
