"""`track-service alerts`: where a brand's alerts go, and how fast it means to be."""

from dataclasses import replace
from datetime import timedelta

import click
from sqlalchemy.orm import Session

from track_service.app import Service
from track_service.carriers import carriers
from track_service.channels.apprise_urls import SCHEMES, is_allowed
from track_service.cli.parts import known_brand, parts, with_database
from track_service.core.parcel import Brand
from track_service.core.routing import MOST_URLS, Pace, Route, free_number
from track_service.core.severity import TOLD, Severity
from track_service.core.sla import Hours, Sla
from track_service.services.users import COMMAND
from track_service.store import audit, brands, notices, queue_sla

_PACE = click.Choice([pace.value for pace in Pace])
_SEVERITY = click.Choice([severity.name.lower() for severity in Severity])


@click.group()
def alerts() -> None:
    """Say where alerts go, and by when entries of the work queue should be done."""


@alerts.group()
def route() -> None:
    """Rules that lead alerts to addresses of their own; all that fit are followed."""


@route.command()
@click.argument("code")
@click.argument("urls", nargs=-1, required=True)
@click.option("--carrier", help="A carrier's code; else all.")
@click.option("--kind", type=click.Choice(sorted(TOLD)), help="Else all.")
@click.option("--severity", type=_SEVERITY, help="This grave and graver; else all.")
@click.option("--pace", type=_PACE, default=Pace.NOW.value, show_default=True)
@click.option(
    "--hour", type=click.IntRange(0, 23), default=8, help="Of a daily digest; local."
)
@with_database
def add(
    code: str,
    urls: tuple[str, ...],
    carrier: str | None,
    kind: str | None,
    severity: str | None,
    pace: str,
    hour: int,
) -> None:
    """Lead a brand's alerts to apprise URLS, at once or in a digest."""
    if not all(map(is_allowed, urls)) or len(urls) > MOST_URLS:
        allowed = ", ".join(sorted(SCHEMES))
        raise click.ClickException(f"an Apprise URL is wanted, of {allowed}")
    if carrier is not None and carrier not in carriers():
        known = ", ".join(carriers())
        raise click.UsageError(f"--carrier: {carrier!r} is none of {known}")
    of = parts()
    with of.database.write() as session:
        brand = known_brand(session, code)
        told = notices.alerted(session, brand.id)
        number = free_number(brand.routes, told)
        if number is None:
            raise click.ClickException("these are too many rules")
        made = Route(
            number,
            urls,
            carrier=carrier,
            kind=kind,
            least=Severity[severity.upper()] if severity else Severity.LOW,
            pace=Pace(pace),
            hour=hour,
        )
        _keep(session, of, brand, (*brand.routes, made))
        session.commit()
    click.echo(_line(made))


@route.command("list")
@click.argument("code")
@with_database
def list_(code: str) -> None:
    """List a brand's rules; of addresses, which hold secrets, the service alone."""
    with parts().database.read() as session:
        brand = known_brand(session, code)
    for known in brand.routes:
        click.echo(_line(known))
    if brand.ops_urls:
        click.echo(f"else  at once  {_services(brand.ops_urls)}")


@route.command()
@click.argument("code")
@click.argument("number", type=int)
@with_database
def remove(code: str, number: int) -> None:
    """Follow the rule NUMBER of a brand no more."""
    of = parts()
    with of.database.write() as session:
        brand = known_brand(session, code)
        left = tuple(known for known in brand.routes if known.number != number)
        if len(left) == len(brand.routes):
            raise click.ClickException(f"{code} has no rule {number}")
        _keep(session, of, brand, left)
        session.commit()
    click.echo(f"{code}: rule {number} is removed")


@alerts.command()
@click.argument("code")
@click.argument("severity", type=_SEVERITY)
@click.argument("hours", type=click.FloatRange(0.1, 2000))
@click.option("--working", help="Count from-to on weekdays alone: 9-18; 'no' ends it.")
@with_database
def sla(code: str, severity: str, hours: float, working: str | None) -> None:
    """Say within how many HOURS entries of a severity should be done."""
    of = parts()
    with of.database.write() as session:
        brand = known_brand(session, code)
        before = queue_sla.sla_of(session, brand.id)
        spans = {**before.spans, Severity[severity.upper()]: timedelta(hours=hours)}
        after = Sla(spans, before.hours if working is None else _hours(working))
        queue_sla.set_sla(session, brand.id, after)
        audit.record(
            session,
            COMMAND,
            "sla.set",
            f"brand:{brand.code}",
            wall=of.clock.wall(),
            brand_id=brand.id,
            before=_told(before),
            after=_told(after),
        )
        session.commit()
    click.echo(f"{code}: {severity} within {hours:g} hours{_when(after)}")


def _hours(working: str) -> Hours | None:
    if working == "no":
        return None
    opens, _, closes = working.partition("-")
    if not (opens.isdecimal() and closes.isdecimal()):
        raise click.UsageError("--working: such as 9-18")
    if not 0 <= int(opens) < int(closes) <= 24:
        raise click.UsageError("--working: such as 9-18")
    return Hours(int(opens), int(closes))


def _when(sla: Sla) -> str:
    if sla.hours is None:
        return ""
    return f", Monday to Friday from {sla.hours.opens} to {sla.hours.closes}"


def _told(sla: Sla) -> dict[str, object]:
    told: dict[str, object] = {
        severity.name.lower(): span.total_seconds() / 3600
        for severity, span in sorted(sla.spans.items())
    }
    return told | {"working": _when(sla) or None}


def _keep(
    session: Session, of: Service, brand: Brand, routes: tuple[Route, ...]
) -> None:
    brands.change(session, replace(brand, routes=routes))
    audit.record(
        session,
        COMMAND,
        "alerts.route",
        f"brand:{brand.code}",
        wall=of.clock.wall(),
        brand_id=brand.id,
        before={"rules": [_line(known) for known in brand.routes]},
        after={"rules": [_line(known) for known in routes]},
    )


def _line(route: Route) -> str:
    pace = {
        Pace.NOW: "at once",
        Pace.HOURLY: "hourly",
        Pace.DAILY: f"daily at {route.hour}",
    }
    for_what = " ".join(
        (
            route.carrier or "any carrier",
            route.kind or "any kind",
            f"{route.least.name.lower()} and graver",
        )
    )
    return f"{route.number:4}  {pace[route.pace]}  {for_what}  {_services(route.urls)}"


def _services(urls: tuple[str, ...]) -> str:
    return " ".join(url.partition("://")[0] for url in urls)
