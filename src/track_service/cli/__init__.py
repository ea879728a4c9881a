"""Commands for operators: exit 0 done, 1 failed with one line on stderr, 2 wrong use."""

import click

from track_service.cli.alerts import alerts
from track_service.cli.backtest import backtest
from track_service.cli.brands import brand
from track_service.cli.carriers import carriers
from track_service.cli.cases import cases
from track_service.cli.channels import channels, zns
from track_service.cli.database import db
from track_service.cli.demo import demo
from track_service.cli.detect import detect
from track_service.cli.goods import catalogue, purchases
from track_service.cli.hosts import host
from track_service.cli.links import link
from track_service.cli.money_spent import costs
from track_service.cli.notice_rules import rules
from track_service.cli.notices import notices
from track_service.cli.offers import fit, offers, uplift
from track_service.cli.parcels import import_, poll, replay, unknown_codes
from track_service.cli.preview import preview
from track_service.cli.promises import promises
from track_service.cli.reviews import feedback, reviews
from track_service.cli.running import run, scheduler, web, worker
from track_service.cli.sealing import new_key, reseal
from track_service.cli.setup import check
from track_service.cli.shop_calls import import_past, retry
from track_service.cli.storefronts import storefronts
from track_service.cli.suppressions import suppressions
from track_service.cli.themes import theme
from track_service.cli.users import audit, user
from track_service.cli.vouchers import vouchers
from track_service.cli.webhooks import replay as replay_notices
from track_service.cli.webhooks import webhook


@click.group()
@click.version_option(package_name="track-service")
def main() -> None:
    """Track Service: shipment tracking and post-purchase."""


for command in (
    alerts,
    audit,
    backtest,
    brand,
    carriers,
    cases,
    catalogue,
    channels,
    check,
    db,
    demo,
    detect,
    feedback,
    import_,
    link,
    new_key,
    notices,
    poll,
    promises,
    purchases,
    replay,
    reseal,
    reviews,
    run,
    scheduler,
    storefronts,
    suppressions,
    unknown_codes,
    uplift,
    user,
    vouchers,
    web,
    webhook,
    worker,
    zns,
):
    main.add_command(command)
notices.add_command(costs)
notices.add_command(preview)
notices.add_command(replay_notices)
brand.add_command(host)
brand.add_command(offers)
brand.add_command(rules)
brand.add_command(theme)
purchases.add_command(fit)
storefronts.add_command(import_past)
storefronts.add_command(retry)
