"""Embedding: which of a shop's own pages may show ours in a frame."""

import re
from collections.abc import Iterable

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.services.brands import WrongBrand
from track_service.store import embedding

_NAME = (
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_ORIGIN = re.compile(rf"https://(?=.{{1,253}}\Z){_NAME}(?::[1-9][0-9]{{0,4}})?")
# Where a shop tries its page out before it is anywhere.
_AT_HOME = re.compile(r"http://(?:localhost|127\.0\.0\.1)(?::[1-9][0-9]{0,4})?")
_MOST = 20


def allow(session: Session, brand: Brand, origins: Iterable[str]) -> tuple[str, ...]:
    """Let these origins embed a brand's pages, and no others; none is an answer too.

    An origin is `https://host` or `https://host:port`, of the own machine `http://` as
    well; no path, no wildcard. Raises `WrongBrand`.
    """
    wanted = tuple(dict.fromkeys(_origin(given) for given in origins))
    if len(wanted) > _MOST:
        raise WrongBrand(f"embed_origins: more than {_MOST} are given")
    embedding.set_origins(session, brand.id, wanted)
    return wanted


def _origin(given: str) -> str:
    """Return an origin as browsers write it: in lower case, without the usual port."""
    origin = given.strip().lower().rstrip("/").removesuffix(":443")
    if not (_ORIGIN.fullmatch(origin) or _AT_HOME.fullmatch(origin)):
        raise WrongBrand(
            f"embed_origins: {given!r} is no origin such as https://shop.example"
        )
    return origin
