"""The pages that ask after a delivery: how it was, and how the products are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from track_service.core.moderation import initials
from track_service.core.parcel import Shipment
from track_service.core.reviews import LIKELY, STARS
from track_service.services.page import Language, languages_of
from track_service.services.prompts import Prompt
from track_service.services.reviewing import Line
from track_service.templating.look import Look, look
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """The contract of the page that asks how a delivery was."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    languages: tuple[Language, ...] = field(
        metadata={"help": "Languages to switch to, as on a parcel's page."}
    )
    brand: Look = field(metadata={"help": "Shop: name, support, …"})
    asked: Prompt = field(
        metadata={
            "help": "path (where the form is sent), stars (given before), more (whether"
            " the rest is open), recovery, review (address)."
        }
    )
    likely: tuple[int, ...] = field(metadata={"help": "The points to choose from."})
    is_empty: bool = field(metadata={"help": "Whether an empty form was sent."})
    back: str = field(metadata={"help": "The parcel's page."})


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The contract of the page on which products are reviewed."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    languages: tuple[Language, ...] = field(
        metadata={"help": "Languages to switch to, as on a parcel's page."}
    )
    brand: Look = field(metadata={"help": "Shop: name, support, …"})
    action: str = field(metadata={"help": "Where the form is sent."})
    left: tuple[Line, ...] = field(
        metadata={"help": "What is not reviewed yet: product, title."}
    )
    preset: dict[str, int] = field(
        metadata={"help": "Stars that are chosen already, by product."}
    )
    stars: tuple[int, ...] = field(metadata={"help": "The stars to choose from."})
    initials: str | None = field(metadata={"help": "The buyer's, if they are known."})
    is_empty: bool = field(metadata={"help": "Whether a form without stars was sent."})
    is_done: bool = field(metadata={"help": "Whether a review is there already."})
    back: str = field(metadata={"help": "The parcel's page."})


def feedback_page(
    shipment: Shipment, asked: Prompt, *, language: str, is_empty: bool
) -> FeedbackPage:
    """Return the page that asks what is still open of a delivery."""
    brand = shipment.brand
    return FeedbackPage(
        language=language,
        languages=languages_of(brand, language),
        brand=look(brand, Voice(language)),
        asked=asked,
        likely=tuple(LIKELY),
        is_empty=is_empty,
        back=f"/t/{shipment.token}?lang={language}",
    )


def review_page(
    shipment: Shipment,
    bought: Sequence[Line],
    done: Collection[str],
    *,
    language: str,
    action: str,
    preset: dict[str, int],
    is_empty: bool,
) -> ReviewPage:
    """Return the page on which products are reviewed, the thank-you where all are."""
    brand = shipment.brand
    return ReviewPage(
        language=language,
        languages=languages_of(brand, language),
        brand=look(brand, Voice(language)),
        action=action,
        left=tuple(line for line in bought if line.product not in done),
        preset=preset,
        stars=tuple(reversed(STARS)),
        initials=initials(shipment.order.customer.name),
        is_empty=is_empty,
        is_done=bool(done),
        back=f"/t/{shipment.token}?lang={language}",
    )
