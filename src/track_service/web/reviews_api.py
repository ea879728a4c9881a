"""Reviews and feedback in the JSON API: published ones, the queue, the figures."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from marshmallow.validate import OneOf, Range
from werkzeug.exceptions import NotFound

from track_service.core.calendar import today
from track_service.core.moderation import Reason, State
from track_service.services import moderating, published
from track_service.services.feedback_report import report
from track_service.services.fields import Text
from track_service.store import catalogue, feedback, reviews
from track_service.store.audit import Actor
from track_service.web.auth import authenticate, brand
from track_service.web.openapi import problems
from track_service.web.wiring import wired

_MAYBE: dict[str, Any] = {"required": True, "allow_none": True}
_MOST_DAYS = 400
_LAST_ID = 2**62

bp = Blueprint(
    "reviews_api",
    __name__,
    url_prefix="/api/v1",
    description="What shoppers say of products and deliveries.",
)
bp.before_request(authenticate)


class ReviewsQuery(Schema):
    """Which reviews to list; published ones, unless another state is asked for."""

    class Meta:
        """A mistyped argument is refused: it would list too much."""

        unknown = RAISE

    product = Text(longest=120)
    state = fields.String(
        load_default=State.PUBLISHED, validate=OneOf([str(one) for one in State])
    )
    before = fields.Integer(
        validate=Range(1, _LAST_ID),
        metadata={"description": "`next` of the page before."},
    )
    limit = fields.Integer(load_default=100, validate=Range(1, 1000))


class ReviewOut(Schema):
    """A review; text and name are null where there are none, or they were erased."""

    id = fields.Integer(required=True)
    product = fields.String(required=True)
    stars = fields.Integer(required=True)
    text = fields.String(**_MAYBE)
    name = fields.String(**_MAYBE)
    language = fields.String(required=True)
    written_at = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(**_MAYBE)


class ReviewsOut(Schema):
    """Reviews, the newest first; of one product with its rating and JSON-LD."""

    reviews = fields.List(fields.Nested(ReviewOut), required=True)
    rating = fields.Dict(**_MAYBE)
    json_ld = fields.Dict(**_MAYBE)
    next = fields.Integer(**_MAYBE)


class DecisionIn(Schema):
    """What becomes of a review; one that is rejected says why."""

    class Meta:
        """A mistyped field is refused."""

        unknown = RAISE

    state = fields.String(
        required=True, validate=OneOf([State.PUBLISHED, State.REJECTED])
    )
    reason = fields.String(
        load_default=None,
        allow_none=True,
        validate=OneOf([str(r) for r in Reason if r is not Reason.NO_CONSENT]),
    )


class FeedbackQuery(Schema):
    """Deliveries of which days, at first the last ninety; the texts page by page."""

    class Meta:
        """A mistyped argument is refused."""

        unknown = RAISE

    days = fields.Integer(load_default=90, validate=Range(1, _MOST_DAYS))
    before = fields.Integer(
        validate=Range(1, _LAST_ID),
        metadata={"description": "`next` of the page before."},
    )
    limit = fields.Integer(load_default=100, validate=Range(1, 1000))


@bp.route("/reviews", methods=["GET"])
@bp.arguments(ReviewsQuery, location="query", unknown=RAISE)
@bp.response(200, ReviewsOut)
@problems(bp, 401, 422)
def listing(query: dict[str, Any]) -> ResponseReturnValue:
    """List reviews: what is published, or with `state=pending` what waits for a human."""
    product, of = query.get("product"), brand()
    with wired().database.read() as session:
        found = reviews.listed(
            session,
            of.id,
            state=State(query["state"]),
            product=product,
            before=query.get("before"),
            limit=query["limit"],
        )
        rating = published.rating(session, of.id, product) if product else None
        known = catalogue.by_names(session, of.id, [product] if product else [])
    linked = None
    if rating is not None and query["state"] == State.PUBLISHED:
        title = known[product].title if product in known else None
        linked = published.json_ld(title or of.name, rating, found, by="A buyer")
    is_full = len(found) == query["limit"]
    return jsonify(
        reviews=[published.document(one) for one in found],
        rating=rating and rating.document(),
        json_ld=linked,
        next=found[-1].id if is_full else None,
    )


@bp.route(f"/reviews/<int(max={_LAST_ID}):review_id>", methods=["POST"])
@bp.arguments(DecisionIn, unknown=RAISE)
@bp.response(204)
@problems(bp, 400, 401, 404, 422)
def decide(decision: dict[str, Any], review_id: int) -> ResponseReturnValue:
    """Publish or reject a review; its words are never changed.

    One that its writer does not want published is not found here.
    """
    parts, reason = wired(), decision["reason"]
    with parts.database.write() as session:
        done = moderating.decide(
            session,
            [review_id],
            State(decision["state"]),
            reason=Reason(reason) if reason else None,
            brand_ids=[brand().id],
            actor=Actor("api"),
            now=parts.desk.now(),
            wall=parts.desk.wall(),
        )
        session.commit()
    if not done:
        raise NotFound("No review of this brand has this id and may be published.")
    return Response(status=204)


@bp.route("/feedback", methods=["GET"])
@bp.arguments(FeedbackQuery, location="query", unknown=RAISE)
@bp.response(200)
@problems(bp, 401, 422)
def said(query: dict[str, Any]) -> ResponseReturnValue:
    """Tell what shoppers say of deliveries: CSAT and NPS beside lateness.

    The figures are of all these days; `texts` are a page, the newest first.
    """
    of = brand()
    until = today(wired().desk.now(), ZoneInfo(of.zone)) + timedelta(days=1)
    since = until - timedelta(days=query["days"])
    with wired().database.read() as session:
        found = feedback.rated(session, of.id, since=since, until=until)
        texts = feedback.written(
            session,
            of.id,
            since=since,
            until=until,
            before=query.get("before"),
            limit=query["limit"],
        )
    told = report(of.code, found, texts, since=since, until=until)
    is_full = len(texts) == query["limit"]
    return jsonify(told | {"next": texts[-1].id if is_full else None})
