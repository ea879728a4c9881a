"""What is counted by brand and day: how often, and never by whom."""

from enum import StrEnum


class Tally(StrEnum):
    """Something that shoppers do with a brand's pages."""

    PAGE_VIEW = "page_view"
    LOOK_UP = "look_up"
    FOLLOW = "follow"
    FEEDBACK_SHOWN = "feedback_shown"
    FEEDBACK_ANSWERED = "feedback_answered"
    REVIEW_SHOWN = "review_shown"
    REVIEW_ANSWERED = "review_answered"
    OFFERS_SHOWN = "offers_shown"
    OFFER_CLICKED = "offer_clicked"
