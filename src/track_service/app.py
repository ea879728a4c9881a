"""Composition root: clocks, database, carriers, channels and blueprints come together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from track_service.carriers import carriers
from track_service.carriers.base import Carrier, Rate, agreed_rate
from track_service.channels import open_channels
from track_service.channels.base import Channel, Outlets
from track_service.clock import Clock
from track_service.config import Settings
from track_service.core.fallback import Fallback
from track_service.http import Dns, Guarded, Http, session
from track_service.http.oidc import Provider
from track_service.services.minting import Mint
from track_service.services.notify import Post
from track_service.services.poll import Desk
from track_service.services.tallies import Tallies
from track_service.store.accounts import DbBreaker, DbTokens
from track_service.store.db import Database, db, engine_options, prepare, when_written
from track_service.store.limits import DbLimits
from track_service.store.pairs import DbPairs
from track_service.store.types import KEYS
from track_service.web import (
    api,
    care,
    channel_hooks,
    confirm,
    embed,
    feedback,
    gate,
    health,
    hooks,
    lookup,
    offers,
    pages,
    pictures,
    preview,
    push,
    reviews,
    sharing,
    shop_hooks,
    unproxied,
    wiring,
    wishes,
)
from track_service.web.console import rooms
from track_service.web.hosts import Hosts
from track_service.web.metrics import Counters
from track_service.web.recent import Recent, Shelf


@dataclass(frozen=True, slots=True)
class Service:
    """The wired parts, for jobs and commands; views get theirs through `web.wiring`."""

    settings: Settings
    clock: Clock
    mint: Mint
    database: Database
    desk: Desk
    post: Post
    counters: Counters
    tallies: Tallies


def create_app(
    settings: Settings, *, clock: Clock | None = None, mint: Mint | None = None
) -> Flask:
    """Return the Flask app with everything wired; `service(app)` gives the parts."""
    clock, mint = clock or Clock(), mint or Mint()
    KEYS.use(settings.secret_keys)
    app = Flask("track_service", static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(
        settings.database_url, threads=settings.poll_threads
    )
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    # A redirect to the same with other slashes would name the caller's Host.
    app.url_map.merge_slashes = app.url_map.strict_slashes = False
    db.init_app(app)
    Migrate(app, db, directory=str(migrations_folder()), render_as_batch=True)
    with app.app_context():
        prepare(db.engine)
        database = Database.on(db.engine)
    app.extensions["track_service"] = _service(settings, clock, mint, database)
    _wire_web(app)
    return app


def service(app: Flask) -> Service:
    """Return the wired parts of an app."""
    return cast("Service", app.extensions["track_service"])


def migrations_folder() -> Path:
    """Return the migrations: beside the package in a wheel, at the top in a checkout."""
    here = Path(__file__).parent
    installed = here / "migrations"
    return installed if installed.is_dir() else here.parents[1] / "migrations"


def _service(
    settings: Settings, clock: Clock, mint: Mint, database: Database
) -> Service:
    meters = Counters()
    desk = Desk(
        carriers=_carriers(settings, clock, database),
        accounts=settings.accounts,
        per_day={
            code: rate.per_day
            for code, rate in _rates(settings).items()
            if rate.per_day
        },
        database=database,
        now=clock.now,
        wall=clock.wall,
        jitter=clock.jitter,
        name=mint.name,
        meters=meters,
        retention=timedelta(days=settings.raw_retention_days),
        fallback=Fallback(settings.fallback, timedelta(hours=settings.fallback_hours)),
        guarded=Guarded(
            allowed_private_hosts=settings.allowed_private_hosts,
            max_bytes=shop_hooks.MOST,
        ),
        dns=Dns(settings.dns_server),
    )
    post = Post(
        channels=_channels(settings, database),
        database=database,
        now=clock.now,
        wall=clock.wall,
        name=mint.name,
        meters=meters,
        base_url=settings.base_url,
        ops_urls=settings.ops_urls,
    )
    tallies = Tallies(database, now=clock.now, wall=clock.wall)
    return Service(settings, clock, mint, database, desk, post, meters, tallies)


def _rates(settings: Settings) -> dict[str, Rate]:
    return {
        code: agreed_rate(carriers()[code], account)
        for code, account in settings.accounts.items()
    }


def _carriers(
    settings: Settings, clock: Clock, database: Database
) -> dict[str, Carrier]:
    found = {code: carriers()[code] for code in settings.accounts}
    agreed = _rates(settings)
    rates = {code: rate.per_second for code, rate in agreed.items()}
    tokens, breaker = DbTokens(database), DbBreaker(database)
    limits = DbLimits(database, rates)
    return {
        code: carrier(
            Http(
                session(settings.poll_threads),
                account=code,
                tokens=tokens,
                limits=limits,
                breaker=breaker,
                wall=clock.wall,
                sleep=clock.sleep,
                jitter=clock.jitter,
                # Of a daily budget one call is reserved: a retry would be another.
                retries=0 if agreed[code].per_day else 2,
            ),
            settings.accounts[code],
        )
        for code, carrier in found.items()
    }


def _channels(settings: Settings, database: Database) -> Mapping[str, Channel]:
    return open_channels(
        Outlets(
            guarded=Guarded(allowed_private_hosts=settings.allowed_private_hosts),
            mail_server=settings.smtp,
            mail_from=settings.mail_from,
            allowed_private_hosts=settings.allowed_private_hosts,
            pairs=DbPairs(database),
        )
    )


def _provider(parts: Service) -> Provider | None:
    settings = parts.settings
    if not settings.oidc_issuer:
        return None
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=settings.oidc_client_secret or "",
        secret=parts.mint.secret,
        wall=parts.clock.wall,
    )


def _wire_web(app: Flask) -> None:
    parts = service(app)
    # An engine is kept for as long as its app is, by Flask-SQLAlchemy, and keeps whom it
    # tells of writes: did that hold the app, neither would ever go.
    shelf = Shelf(parts.settings.page_seconds, parts.clock.wall)
    app.wsgi_app = Recent(app.wsgi_app, shelf)  # type: ignore[method-assign]
    base_host = parts.settings.base_url.partition("//")[2]
    hosts = Hosts(
        parts.database,
        parts.clock.wall,
        own=base_host,
        named=parts.settings.allowed_hosts,
    )
    with app.app_context():
        when_written(db.engine, shelf.clear)
        when_written(db.engine, hosts.clear)
    wiring.put(
        app,
        wiring.Wiring(
            database=parts.database,
            desk=parts.desk,
            post=parts.post,
            mint=parts.mint,
            base_url=parts.settings.base_url,
            counters=parts.counters,
            metrics_token=parts.settings.metrics_token,
            hosts=hosts,
            tallies=parts.tallies,
            provider=_provider(parts),
        ),
    )
    api.register(app)
    for blueprint in (
        gate.bp,
        offers.bp,
        pages.bp,
        wishes.bp,
        pictures.bp,
        preview.bp,
        sharing.bp,
        embed.bp,
        push.bp,
        hooks.bp,
        channel_hooks.bp,
        shop_hooks.bp,
        health.bp,
        lookup.bp,
        confirm.bp,
        care.bp,
        feedback.bp,
        reviews.bp,
    ):
        app.register_blueprint(blueprint)
    app.register_blueprint(rooms.bp)
    proxies = parts.settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    else:
        unproxied.warn_once(app)
