"""`track-service reviews` and `feedback`: moderate what shoppers write, count what they say."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import click

from track_service.cli.parts import COUNT, known_brand, parts, print_json, with_database
from track_service.core.calendar import today
from track_service.core.moderation import Reason, State
from track_service.core.reviews import Asking
from track_service.services import moderating
from track_service.services.feedback_report import lines, report
from track_service.services.published import document
from track_service.services.users import COMMAND
from track_service.store import feedback as said
from track_service.store import reviews as store

_TEXTS = 1000  # the newest; the API has all, page by page
_REASONS = [str(one) for one in Reason if one is not Reason.NO_CONSENT]


@click.group(invoke_without_command=True)
@click.option("--brand", "code", help="Whose reviews they are.")
@click.option("--state", type=click.Choice([str(one) for one in State]))
@click.option("--product", help="Of this product alone, by the shop's id.")
@click.option("--limit", type=COUNT, default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
@with_database
def reviews(
    context: click.Context,
    code: str | None,
    state: str | None,
    product: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List reviews, at first those that wait for a human, the newest first."""
    if context.invoked_subcommand is not None:
        return
    if code is None:
        raise click.UsageError("Say whose: --brand CODE.")
    with parts().database.read() as session:
        brand = known_brand(session, code)
        found = store.listed(
            session,
            brand.id,
            state=State(state or State.PENDING),
            product=product,
            limit=limit,
        )
    if as_json:
        print_json({"reviews": [document(one) for one in found]})
        return
    for one in found:
        click.echo(
            f"{one.id:6}  {one.stars} of 5  {one.product:20} {one.state:10}"
            f" {one.reason or '-':12} {one.name or '-'}: {one.text or '-'}"
        )


@reviews.command()
@click.argument("code")
@click.argument("review_id", type=int)
@with_database
def publish(code: str, review_id: int) -> None:
    """Publish a review of a brand."""
    _decide(code, review_id, State.PUBLISHED, None)


@reviews.command()
@click.argument("code")
@click.argument("review_id", type=int)
@click.argument("reason", type=click.Choice(_REASONS))
@with_database
def reject(code: str, review_id: int, reason: str) -> None:
    """Reject a review of a brand, or take it back from where it is published."""
    _decide(code, review_id, State.REJECTED, Reason(reason))


@reviews.command()
@click.argument("code")
@click.option("--mail/--no-mail", "by_mail", default=False, help="Ask by mail too.")
@click.option(
    "--use-days",
    type=click.IntRange(0, 50),
    default=7,
    show_default=True,
    help="How long a product is used before it is judged.",
)
@click.option(
    "--category",
    "of_category",
    multiple=True,
    type=(str, click.IntRange(0, 50)),
    help="NAME DAYS for a category alone; repeatable.",
)
@with_database
def ask(
    code: str, by_mail: bool, use_days: int, of_category: tuple[tuple[str, int], ...]
) -> None:
    """Say when a brand's shoppers are asked for reviews, and whether mails ask too."""
    wanted = Asking(by_mail, use_days, {n.casefold(): d for n, d in of_category})
    with parts().database.write() as session:
        store.wish(session, known_brand(session, code).id, wanted)
        session.commit()
    how = "pages and mails ask" if by_mail else "pages ask"
    click.echo(f"{code}: {how}, {use_days} days after the delivery")


@click.command()
@click.option("--brand", "code", required=True, help="Whose deliveries they are.")
@click.option(
    "--days", type=click.IntRange(1, 400), default=90, show_default=True, help="Back."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def feedback(code: str, days: int, *, as_json: bool) -> None:
    """Tell CSAT and NPS per carrier, region and week, beside lateness."""
    of = parts()
    with of.database.read() as session:
        brand = known_brand(session, code)
        until = today(of.clock.now(), ZoneInfo(brand.zone)) + timedelta(days=1)
        since = until - timedelta(days=days)
        found = said.rated(session, brand.id, since=since, until=until)
        texts = said.written(session, brand.id, since=since, until=until, limit=_TEXTS)
    told = report(code, found, texts, since=since, until=until)
    if as_json:
        print_json(told)
        return
    for line in lines(told):
        click.echo(line)


def _decide(code: str, review_id: int, state: State, reason: Reason | None) -> None:
    of = parts()
    with of.database.write() as session:
        brand = known_brand(session, code)
        done = moderating.decide(
            session,
            [review_id],
            state,
            reason=reason,
            brand_ids=[brand.id],
            actor=COMMAND,
            now=of.clock.now(),
            wall=of.clock.wall(),
        )
        session.commit()
    if not done:
        raise click.ClickException(f"{code} has no review {review_id} to be {state}")
    click.echo(f"review {review_id} is {state}")
