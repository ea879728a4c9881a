"""`track-service storefronts test`: a made-up order through the real hook."""

from dataclasses import dataclass
from typing import Any

import click
import requests

from track_service.app import Service, service
from track_service.cli.parts import app, known_brand, with_database
from track_service.core.parcel import Brand, Shipment
from track_service.http import session
from track_service.services import trial
from track_service.storefronts import storefronts as known
from track_service.storefronts.base import Hook, Sampled

_TIMEOUT = 10  # seconds
_LOOKS, _BETWEEN = (
    20,
    0.25,
)  # how often and how many seconds apart to look for the order


@dataclass(frozen=True, slots=True)
class _Way:
    """How the hook is reached: over HTTP where shops do, else within this process."""

    of: Service
    client: Any
    inside: bool = False

    def ask(self, path: str, hook: Hook | None = None) -> int:
        """Return the status that a POST of a hook, or a GET, is answered with."""
        method, body, headers = "GET", None, {}
        if hook is not None:
            method, body = "POST", hook.body
            headers = {"Content-Type": "application/json", **hook.headers}
        if self.inside:
            answer = self.client.open(
                path, method=method, data=body, headers=headers, buffered=True
            )
            return int(answer.status_code)
        url = f"{self.of.settings.base_url}{path}"
        told = self.client.request(
            method, url, data=body, headers=headers, timeout=_TIMEOUT
        )
        return int(told.status_code)


@click.command("test")
@click.argument("code")
@click.option("--brand", "brand_code", required=True)
@click.option("--keep", is_flag=True, help="Leave the order, so as to see its page.")
@with_database
def test(code: str, brand_code: str, *, keep: bool) -> None:
    """Send a signed, made-up order of the platform CODE through the brand's own hook.

    It goes to the address that shops use (TRACK_BASE_URL); where that does not answer
    from here, through the same code in this process. The order's number says TEST, it
    has nobody to write to, and it is erased at the end; one that was kept, now.
    """
    if code not in known():
        raise click.UsageError(f"no storefront has the code {code!r}")
    made = app()
    of = service(made)
    with of.database.read() as held:
        brand = known_brand(held, brand_code)
    try:
        order, hook = trial.made_up(of.desk, brand, code, mint=of.mint)
        trial.clean_up(of.desk, brand)
    except trial.NoTrial as error:
        raise click.ClickException(str(error)) from error
    way = _way(of, made.test_client())
    try:
        trouble = _try(way, brand, code, order, hook)
    finally:
        if not keep:
            trial.clean_up(of.desk, brand)
    click.echo(
        "Kept       until the next test" if keep else "Erased     as it was a test"
    )
    if trouble:
        raise click.ClickException(trouble)


def _way(of: Service, inside: Any) -> _Way:
    outside = _Way(of, session(1))
    try:
        outside.ask("/healthz")
    except requests.RequestException as error:
        why = type(error).__name__  # its text would hold the address
        click.echo(
            f"Way        {of.settings.base_url} does not answer from here ({why}):"
            " tried within this process"
        )
        return _Way(of, inside, inside=True)
    click.echo(f"Way        {of.settings.base_url}, as shops reach it")
    return outside


def _try(way: _Way, brand: Brand, code: str, order: Sampled, hook: Hook) -> str | None:
    """Send the hook, tell what became of it, and return what is wrong."""
    of = way.of
    with trial.open_for_trial(of.desk, brand, mint=of.mint) as secret:
        status = way.ask(f"/hooks/storefronts/{code}/{secret}", hook)
    click.echo(f"Answer     {status} to a signed order {order.number}")
    if status != 200:
        return f"the hook answered {status}: does TRACK_BASE_URL lead to this database?"
    parcels = _wait(of, brand, order)
    if parcels is None:
        return (
            "the order was kept, but not taken in: `track-service worker` tries again"
        )
    click.echo(f"Order      {order.number} is taken in")
    if token := trial.page(of.desk, brand, order):
        _show_page(way, token)
    for parcel in parcels:
        _show(way, parcel)
    return None if parcels else "no parcel of the order is followed"


def _wait(of: Service, brand: Brand, order: Sampled) -> list[Shipment] | None:
    """Return the parcels; they are taken in right after the answer went out."""
    for _ in range(_LOOKS):
        parcels = trial.taken(of.desk, brand, order)
        if parcels:
            return parcels
        of.clock.sleep(_BETWEEN)
    return trial.taken(of.desk, brand, order)


def _show(way: _Way, parcel: Shipment) -> None:
    asked = "" if parcel.carrier in way.of.desk.carriers else ", which no account asks"
    click.echo(
        f"Parcel     {parcel.carrier} {parcel.number}{asked} ({parcel.public_id})"
    )
    _show_page(way, parcel.token)


def _show_page(way: _Way, token: str) -> None:
    path = f"/t/{token}"
    link = f"{way.of.settings.base_url}{path}"
    click.echo(f"Page       {link} answers {way.ask(path)}")
