import json
import re
from dataclasses import fields, replace
from datetime import timedelta
from html import unescape

import pytest
from jinja2 import Environment, meta
from tests.pages.parcels import (
    COD,
    NOW,
    STATES,
    brand,
    day_window,
    in_language,
    order,
    shipment,
)

from track_service.core.delay import ConcernKind
from track_service.core.detail import Detail
from track_service.core.parcel import Customer
from track_service.core.status import Meaning, Status
from track_service.core.steps import Step, step_of
from track_service.services.alert import AlertContext, alert
from track_service.services.mail import MailContext, notice_mail
from track_service.templating.engine import templates_folder
from track_service.templating.render import render_alert, render_mail

URL = "https://track.treviet.example/t/abc?x=1&y=2"
CASES = {
    ConcernKind.LATE: STATES["late"],
    ConcernKind.DELAYED: shipment(window=day_window(26)),
    ConcernKind.EXCEPTION: STATES["exception"],
    ConcernKind.ATTEMPT_FAILED: STATES["attempt_failed"],
}


def mail(kind, parcel=None, detail=None, **more):
    kept = {"page_url": URL, "now": NOW, "carrier_label": "GHN"}
    return notice_mail(parcel or CASES[kind], kind, detail, **(kept | more))


def words(html):
    body = re.sub(r"<(script|style|title)\b.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("kind", CASES)
def test_both_parts_of_a_mail_tell_the_same(kind, language):
    context = mail(kind, language=language)
    letter = render_mail(context)
    text, seen = " ".join(letter.text.split()), words(letter.html)

    facts = [
        context.customer,
        context.headline,
        context.apology,
        context.what_next,
        context.order,
        context.number,
        context.carrier,
        *context.actions,
        *(fact for fact in (context.arrival, context.promised) if fact),
    ]
    for fact in facts:
        assert " ".join(fact.split()) in text
        assert " ".join(fact.split()) in seen
    assert URL in letter.text
    assert f'href="{URL.replace("&", "&amp;")}"' in letter.html
    assert letter.subject == f"{context.subject} · Tre Việt"


@pytest.mark.parametrize("kind", CASES)
def test_styles_are_inlined_and_nothing_is_fetched(kind):
    html = render_mail(mail(kind)).html

    assert "<style" not in html
    assert re.search(r'<a [^>]*style="[^"]*background: ?#166534', html)
    assert not re.search(r"<(img|link|script(?! type=\"application/ld))|url\(", html)


def test_vietnamese_customers_are_written_to_in_vietnamese():
    speaks = replace(
        STATES["late"], order=order(customer=Customer("Ngọc", locale="vi"))
    )

    letter = render_mail(mail(ConcernKind.LATE, speaks))

    assert letter.subject == "Đơn hàng TV-20418 của bạn bị trễ · Tre Việt"
    assert letter.text.startswith("Xin chào Ngọc,\n")
    assert '<html lang="vi"' in letter.html


def test_a_customer_without_a_name_is_greeted_all_the_same():
    nameless = replace(STATES["late"], order=order(customer=Customer()))

    assert render_mail(mail(ConcernKind.LATE, nameless)).text.startswith("Hello,\n")


def test_a_mail_names_days_and_never_says_today():
    parcel = shipment(window=day_window(23))

    assert mail(ConcernKind.DELAYED, parcel).arrival == "Sunday 23 November"


def test_a_date_in_the_concern_stands_in_for_a_window():
    parcel = shipment()

    assert mail(ConcernKind.DELAYED, parcel, "2025-11-27").arrival == (
        "Thursday 27 November"
    )
    assert mail(ConcernKind.DELAYED, parcel, "2025-11-20").arrival is None
    assert mail(ConcernKind.DELAYED, parcel, "delayed_weather").headline == (
        "Bad weather is delaying your parcel."
    )


def test_a_window_that_has_passed_is_no_news():
    late = shipment(window=day_window(20))

    letter = render_mail(mail(ConcernKind.LATE, late))

    assert "No new date is known yet." in letter.text
    assert "Expected now" not in letter.text + letter.html


def test_a_lost_parcel_is_not_said_to_get_a_new_date():
    letter = render_mail(mail(ConcernKind.EXCEPTION, STATES["lost"], "lost"))

    assert "GHN has lost your parcel." in letter.text
    assert "date is known" not in letter.text + letter.html


def test_a_trouble_that_is_no_longer_the_state_is_told_from_the_concern():
    moving = shipment(Status.IN_TRANSIT)

    told = mail(ConcernKind.ATTEMPT_FAILED, moving, "notice_left")

    assert told.headline == "The courier missed you and left a note."


def test_cash_on_delivery_is_asked_for_again_after_a_failed_attempt():
    parcel = replace(STATES["attempt_failed"], order=COD)

    assert (
        "Have ₫350,000 ready to pay."
        in mail(ConcernKind.ATTEMPT_FAILED, parcel).actions
    )


def test_hostile_words_neither_add_markup_nor_headers():
    evil = "<b>x</b>\r\nBcc: all@example.com"
    parcel = replace(
        STATES["late"],
        brand=brand(name=evil),
        order=order(number=evil, customer=Customer(evil)),
    )

    letter = render_mail(mail(ConcernKind.LATE, parcel))

    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert "<b>x</b>" not in letter.html
    assert "&lt;b&gt;x&lt;/b&gt;" in letter.html


@pytest.mark.parametrize("kind", CASES)
def test_an_alert_holds_the_facts_and_nothing_personal(kind):
    context = alert(
        in_language(CASES[kind], "vi"),
        kind,
        "some_detail",
        now=NOW + timedelta(minutes=1),
        carrier_label="GHN",
        link="https://ops.example/7",
    )
    title, body = render_alert(context)

    assert "TV-20418" in title
    assert context.kind_label in title
    assert "GHN8R4KQ2" in body
    assert "some_detail" in body
    assert "https://ops.example/7" in body
    assert "Bích" not in title + body


def test_mail_templates_use_only_names_that_the_contract_offers():
    def used(template):
        env = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
        source = (templates_folder() / template).read_text(encoding="utf-8")
        return meta.find_undeclared_variables(env.parse(source)) - {
            "gettext",
            "direction",
        }

    offered = {f.name for f in fields(MailContext)}
    for part in ("subject.txt", "txt", "html"):
        assert used(f"mail/notice.{part}") <= offered
    assert used("alerts/notice.txt") <= {f.name for f in fields(AlertContext)}


def markup_of(html):
    (found,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL
    )
    return json.loads(found)


def test_mail_readers_are_told_the_parcel_and_its_window():
    told = markup_of(render_mail(mail(ConcernKind.DELAYED)).html)

    assert told["@type"] == "ParcelDelivery"
    assert told["trackingUrl"] == told["potentialAction"]["target"]
    assert told["expectedArrivalFrom"] <= told["expectedArrivalUntil"]
    assert told["partOfOrder"]["merchant"]["name"]


def test_no_name_ends_the_markup():
    parcel = CASES[ConcernKind.DELAYED]
    evil = replace(parcel, brand=replace(parcel.brand, name="</script><b>"))

    html = render_mail(mail(ConcernKind.DELAYED, parcel=evil)).html

    assert markup_of(html)["partOfOrder"]["merchant"]["name"] == "</script><b>"
    assert "</script><b>" not in html


@pytest.mark.parametrize("language", ["en", "vi", "es", "de", "fr"])
@pytest.mark.parametrize("step", Step)
def test_good_news_is_told_in_every_language(step, language):
    statuses = {step_of(s): s for s in Status if step_of(s)}
    status = statuses.get(step, Status.IN_TRANSIT)
    parcel = replace(CASES[ConcernKind.DELAYED], meaning=Meaning(status))
    offered = replace(parcel.brand, languages=("en", "vi", "es", "de", "fr"))
    parcel = replace(parcel, brand=offered)

    told = mail(step, parcel=parcel, language=language)
    letter = render_mail(told)

    assert told.headline in letter.text
    assert told.apology in letter.text
    is_over = step in {Step.DELIVERED, Step.RETURNED, Step.AVAILABLE_FOR_PICKUP}
    assert (told.arrival is None) == is_over
    english = mail(step, parcel=parcel, language="en")
    same = (told.subject, told.headline, told.apology)
    assert (same == (english.subject, english.headline, english.apology)) == (
        language == "en"
    )


@pytest.mark.parametrize(
    "kind", [Step.AVAILABLE_FOR_PICKUP, ConcernKind.PICKUP_WAITING]
)
def test_a_mail_of_a_waiting_parcel_names_the_last_day(kind):
    ready = STATES["available_for_pickup"]
    until = Detail(collect_by=NOW.date() + timedelta(days=5))

    told = mail(kind, replace(ready, detail=until))

    assert told.what_next == "It waits at the pick-up point until Thursday 27 November."
    assert told.actions[0].startswith("Collect it by Thursday 27 November, and bring")
    assert "27 November" not in mail(kind, ready).what_next
