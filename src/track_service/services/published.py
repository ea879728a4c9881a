"""Published reviews: as a page's block, as JSON, and for search engines as JSON-LD."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.calendar import today
from track_service.core.moderation import State
from track_service.core.parcel import Brand
from track_service.core.reviews import STARS
from track_service.services.page import Language, languages_of
from track_service.store import catalogue, reviews
from track_service.store.reviews import Review
from track_service.templating.look import Look, look
from track_service.templating.voice import Voice

_SHOWN = 50  # on a page; the API has all


@dataclass(frozen=True, slots=True)
class Rating:
    """What published reviews come to; `average` is None while there are none."""

    count: int
    average: float | None
    histogram: Mapping[int, int]

    def document(self) -> dict[str, Any]:
        """Return the rating for machines, all five stars named."""
        return {
            "count": self.count,
            "average": self.average,
            "histogram": {str(n): self.histogram.get(n, 0) for n in STARS},
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """A review as readers see it."""

    stars: int
    text: str | None
    name: str | None
    day: str
    language: str


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """The contract of the reviews that a shop's own page holds in a frame."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    languages: tuple[Language, ...] = field(
        metadata={"help": "Languages to switch to, as on a parcel's page."}
    )
    brand: Look = field(metadata={"help": "Shop: name, css, …"})
    title: str = field(metadata={"help": "The product's name."})
    count: int = field(metadata={"help": "How many reviews are published."})
    average: float | None = field(metadata={"help": "Of five; None for no review."})
    bars: tuple[tuple[int, int], ...] = field(
        metadata={"help": "Stars and how many gave them, the most stars first."}
    )
    shown: tuple[Shown, ...] = field(
        metadata={"help": "stars, text, name, day, language; the newest first."}
    )
    linked: Mapping[str, Any] = field(
        metadata={"help": "The same as schema.org's JSON-LD."}
    )


def rating(session: Session, brand_id: int, product: str) -> Rating:
    """Return what a product's published reviews come to."""
    found = reviews.histogram(session, brand_id, product)
    count = sum(found.values())
    total = sum(stars * n for stars, n in found.items())
    return Rating(count, round(total / count, 2) if count else None, found)


def json_ld(
    title: str, of: Rating, shown: Sequence[Review], *, by: str
) -> dict[str, Any]:
    """Return schema.org's Product with its AggregateRating and Reviews.

    See https://schema.org/AggregateRating and https://schema.org/Review. `by` stands for
    a reviewer who chose no name.
    """
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": title,
    }
    if of.average is None:
        return told
    told["aggregateRating"] = {
        "@type": "AggregateRating",
        "ratingValue": of.average,
        "reviewCount": of.count,
        "bestRating": 5,
        "worstRating": 1,
    }
    told["review"] = [_linked(one, by) for one in shown if one.text]
    return told


def reviews_page(
    session: Session, brand: Brand, product: str, *, language: str, now: datetime
) -> ReviewsPage | None:
    """Return the reviews of a product for a frame, None for one that nobody knows."""
    known = catalogue.by_names(session, brand.id, [product]).get(product)
    of = rating(session, brand.id, product)
    if known is None and not of.count:
        return None
    voice, zone = Voice(language), ZoneInfo(brand.zone)
    found = reviews.listed(
        session, brand.id, state=State.PUBLISHED, product=product, limit=_SHOWN
    )
    title = known.title if known and known.title else brand.name
    day = today(now, zone)
    return ReviewsPage(
        language=language,
        languages=languages_of(brand, language),
        brand=look(brand, voice),
        title=title,
        count=of.count,
        average=of.average,
        bars=tuple((n, of.histogram.get(n, 0)) for n in reversed(STARS)),
        shown=tuple(
            Shown(
                one.stars,
                one.text,
                one.name,
                voice.full_date(today(one.written_at, zone), day),
                one.language,
            )
            for one in found
        ),
        linked=json_ld(title, of, found, by=voice.say("A buyer")),
    )


def document(one: Review) -> dict[str, Any]:
    """Return a review for machines."""
    return {
        "id": one.id,
        "product": one.product,
        "stars": one.stars,
        "text": one.text,
        "name": one.name,
        "language": one.language,
        "written_at": one.written_at.isoformat(),
        "state": one.state,
        "reason": one.reason,
    }


def _linked(one: Review, by: str) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": one.name or by},
        "datePublished": one.written_at.date().isoformat(),
        "inLanguage": one.language,
        "reviewBody": one.text,
        "reviewRating": {"@type": "Rating", "ratingValue": one.stars, "bestRating": 5},
    }
