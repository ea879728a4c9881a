"""The docs say what the code does: tables are made from the code and compared."""

from dataclasses import fields
from pathlib import Path

import pytest

from track_service.cli import carrier_docs
from track_service.services.ask_page import AskPage, CasePage
from track_service.services.asked_page import FeedbackPage, ReviewPage
from track_service.services.link_mail import LinkMail
from track_service.services.mail import MailContext
from track_service.services.order_page import OrderPage
from track_service.services.page import TrackingPage
from track_service.services.published import ReviewsPage
from track_service.services.review_mail import ReviewMail
from track_service.services.sheet import COLUMNS

DOCS = Path(__file__).parents[1] / "docs"


def table(context: type) -> str:
    rows = [f"| `{f.name}` | {f.metadata['help']} |" for f in fields(context)]
    return "\n".join(["| name | holds |", "|---|---|", *rows])


def test_the_page_s_names_are_documented():
    assert table(TrackingPage) in (DOCS / "templates.md").read_text()


def test_the_order_page_s_names_are_documented():
    assert table(OrderPage) in (DOCS / "templates.md").read_text()


def test_the_mail_s_names_are_documented():
    assert table(MailContext) in (DOCS / "templates.md").read_text()


@pytest.mark.parametrize(
    "context",
    [AskPage, CasePage, FeedbackPage, LinkMail, ReviewMail, ReviewPage, ReviewsPage],
)
def test_the_names_of_pages_and_mails_that_ask_are_documented(context):
    assert table(context) in (DOCS / "templates.md").read_text()


def test_the_columns_of_an_import_are_documented():
    page = (DOCS / "operating.md").read_text()

    assert [name for name in COLUMNS if f"`{name}`" not in page] == []


def test_the_carriers_page_is_made_of_the_adapters():
    assert (DOCS / "carriers.md").read_text() == carrier_docs.page()
