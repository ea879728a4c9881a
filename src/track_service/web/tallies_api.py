"""A brand's numbers by day in the JSON API."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Range

from track_service.core.calendar import today
from track_service.core.tally import Tally
from track_service.services.numbers import LONGEST, by_day, total
from track_service.web.auth import authenticate, brand
from track_service.web.errors import Unfit
from track_service.web.openapi import problems
from track_service.web.wiring import wired

_SOME_DAY = Range(date(2000, 1, 1), date(2999, 12, 31))

bp = Blueprint(
    "tallies_api",
    __name__,
    url_prefix="/api/v1",
    description="What became of parcels and pages, by day.",
)
bp.before_request(authenticate)


class TalliesQuery(Schema):
    """Which days, the last one too; the last 30 unless told."""

    class Meta:
        """A mistyped argument is refused: it would tell of other days."""

        unknown = RAISE

    since = fields.Date(data_key="from", validate=_SOME_DAY)
    until = fields.Date(data_key="to", validate=_SOME_DAY)


class AnswersOut(Schema):
    """Answers of shoppers to one question; null where there are none."""

    answers = fields.Integer(required=True)
    share = fields.Float(allow_none=True)
    stars = fields.Float(allow_none=True)
    score = fields.Float(allow_none=True)


class NumbersOut(Schema):
    """The numbers of a day where the shop is; shares are of 1."""

    day = fields.Date(required=True, allow_none=True)
    orders = fields.Integer(required=True)
    parcels = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    on_time = fields.Float(required=True, allow_none=True)
    views_per_order = fields.Float(required=True, allow_none=True)
    csat = fields.Nested(AnswersOut, required=True)
    nps = fields.Nested(AnswersOut, required=True)
    tallies = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": ", ".join(Tally)},
    )


class TalliesOut(Schema):
    """The days in order, and all of them together."""

    days = fields.List(fields.Nested(NumbersOut), required=True)
    total = fields.Nested(NumbersOut, required=True)


@bp.route("/tallies", methods=["GET"])
@bp.arguments(TalliesQuery, location="query", unknown=RAISE)
@bp.response(200, TalliesOut)
@problems(bp, 401, 422)
def tallies(query: dict[str, Any]) -> ResponseReturnValue:
    """Tell a brand's numbers by day: parcels, promises, views, answers, offers."""
    of = brand()
    until = query.get("until") or today(wired().desk.now(), ZoneInfo(of.zone))
    since = query.get("since") or until - timedelta(days=29)
    if not 0 <= (until - since).days < LONGEST:
        raise Unfit({"from": [f"At most {LONGEST} days, and not after `to`."]})
    with wired().database.read() as session:
        days = by_day(session, of, since=since, until=until + timedelta(days=1))
    return jsonify(days=[one.document() for one in days], total=total(days).document())
