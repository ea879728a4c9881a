"""Who asks, and what they have proven: client address, cookie, origin of a form."""

from flask import Response, abort, make_response, request

from track_service.core.parcel import Brand
from track_service.services import second_factor
from track_service.templating.render import Context, render
from track_service.web.wiring import wired

PATH = "/t/"  # where proofs are sent: to pages of links, and nowhere else


def client() -> str:
    """Return the address that asks; only trusted proxies may name another."""
    return request.remote_addr or ""


def has_proof(brand: Brand, order_number: str) -> bool:
    """Tell whether the reader gave this order's second factor a while ago."""
    proof = request.cookies.get(second_factor.cookie_name(brand, order_number))
    wall = wired().desk.wall()
    return second_factor.is_proven(proof, brand, order_number, wall=wall)


def let_in(brand: Brand, order_number: str, to: str) -> Response:
    """Return a redirect to a page of ours that carries the proof."""
    wall = wired().desk.wall()
    response = see(to)
    response.set_cookie(
        second_factor.cookie_name(brand, order_number),
        second_factor.prove(brand, order_number, wall=wall),
        max_age=second_factor.PROVEN,
        path=PATH,
        # A proxy that ends TLS may not tell that it did.
        secure=request.is_secure or wired().base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    return response


def see(to: str) -> Response:
    """Return a redirect to a page of ours, to be asked for anew."""
    return unstored(Response(status=303, headers={"Location": to}))


def answer(template: str, page: Context, status: int = 200) -> Response:
    """Return a page that asks something, for this one reading."""
    response = make_response(render(template, page))
    response.status_code = status
    # Under `no-referrer` a browser does not tell where a form comes from.
    response.headers["Referrer-Policy"] = "same-origin"
    return unstored(response)


def unstored(response: Response) -> Response:
    """Return what no browser or proxy may keep."""
    response.headers["Cache-Control"] = "no-store"
    return response


def refuse_foreign() -> None:
    """Take forms from our own pages alone.

    Browsers say where a form comes from; what says nothing is no browser and holds no
    cookie of anybody's.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        is_own = site in {"same-origin", "none"}  # none: the reader's own hand
    else:
        is_own = origin is None or origin.partition("://")[2] == request.host
    if not is_own:
        abort(403)
