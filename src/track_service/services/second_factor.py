"""The second factor: guessed at most five times a day, and proven for a while.

A try is counted before it is judged, in one transaction, so that many guesses at once
are no more than five; a right one is given back. What is asked of an order that nobody
has is counted and answered alike.
"""

import ipaddress
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from track_service.core.factor import Answers, fits, spellings
from track_service.core.notices import Audience
from track_service.core.parcel import Brand
from track_service.services.desk import Desk
from track_service.store import factors, notices, tries
from track_service.store.db import Database
from track_service.store.factors import Guarded
from track_service.store.notices import LINK
from track_service.store.tries import Cap
from track_service.store.types import KEYS, LostKey

_DAY = timedelta(days=1)
OF_ORDER = Cap(5, _DAY, slides=True)
OF_CLIENT = Cap(30, _DAY)  # behind one address may be a whole town
OF_BRAND = Cap(200, timedelta(hours=1))  # so that many clients guess no faster
LINKS_OF_ORDER, LINKS_OF_CLIENT = Cap(3, _DAY), Cap(10, _DAY)
LOOKS_OF_CLIENT = Cap(60, timedelta(hours=1))
PROVEN = timedelta(hours=2)
_NOBODY = Answers("nobody@example.com", "+12025550100", ("00000",))


class Verdict(StrEnum):
    """What came of a guess; of an order that nobody has it is never `open`."""

    OPEN = "open"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A guess that was judged; `order` is None unless it was right."""

    verdict: Verdict
    order: Guarded | None = None


def attempt(
    database: Database,
    brand: Brand,
    *,
    number: str,
    factor: str,
    client: str,
    wall: datetime,
) -> Attempt:
    """Judge what somebody says of an order, named by its number or a parcel's.

    `client` is the address that asks, as far as trusted proxies tell it; it is stored
    as a keyed digest alone. `wall` is real time.
    """
    names = spellings(number)
    with database.write() as session:
        found = factors.guarded(session, brand.id, names)
        right = [one for one in found if fits(factor, one.answers)]
        if not found:
            _take_as_long(brand, factor, wall=wall)
        named = right or found
        order = f"={named[0].number}" if named else f"?{names[:1]}"
        if not _is_granted(session, brand, names, client, wall=wall):
            session.rollback()
            return Attempt(Verdict.LOCKED)
        own = tries.take(session, _key("order", brand, order), OF_ORDER, wall=wall)
        # Under another of its numbers the order is locked: that is not for this one to
        # tell, or one could ask which numbers belong together.
        if own is None or not right:
            session.commit()
            return Attempt(Verdict.WRONG)
        session.rollback()  # what was right was no guess
        return Attempt(Verdict.OPEN, right[0])


def _take_as_long(brand: Brand, factor: str, *, wall: datetime) -> None:
    """Do of an order that nobody has what is done of one: unseal and compare."""
    for _ in range(2):
        is_proven(prove(brand, "", wall=wall), brand, "", wall=wall)
    fits(factor, _NOBODY)


def _is_granted(
    session: Session,
    brand: Brand,
    names: tuple[str, ...],
    client: str,
    *,
    wall: datetime,
) -> bool:
    """Count a guess under the number, the client and the brand, as long as each allows.

    Always in this order, so that no two wait for each other.
    """
    caps = (
        (_key("number", brand, *names[:1]), OF_ORDER),
        (_key("client", brand, client_of(client)), OF_CLIENT),
        (_key("brand", brand), OF_BRAND),
    )
    return all(tries.take(session, key, cap, wall=wall) for key, cap in caps)


def ask_link(
    desk: Desk, brand: Brand, *, number: str, client: str, wall: datetime
) -> None:
    """Owe the mail with the order's link to the address on file, if there is one.

    Whoever asks learns nothing; an order gets three a day, and a client may ask ten
    times.
    """
    names = spellings(number)
    with desk.database.write() as session:
        found = factors.guarded(session, brand.id, names)
        order = f"={found[0].number}" if found else f"?{names[:1]}"
        mine = (_key("link by", brand, client_of(client)), LINKS_OF_CLIENT)
        its = (_key("link of", brand, order), LINKS_OF_ORDER)
        first, second = (tries.take(session, *one, wall=wall) for one in (mine, its))
        if first and second and found and found[0].answers.email:
            _owe_link(session, desk, brand, found[0].order_id, second)
        session.commit()


def _owe_link(
    session: Session, desk: Desk, brand: Brand, order_id: int, nth: int
) -> None:
    notices.owe(
        session,
        key=desk.name(),
        cause=f"{LINK}:{order_id}:{desk.wall():%Y%m%dT%H}:{nth}",
        kind=LINK,
        concern=str(order_id),
        detail=None,
        channel="email",
        target=0,
        brand_id=brand.id,
        now=desk.now(),
        wall=desk.wall(),
        audience=Audience.SHOPPER,
    )


def may_look(database: Database, brand: Brand, *, client: str, wall: datetime) -> bool:
    """Count a look at a parcel by its number alone; False if a client looks too often."""
    with database.write() as session:
        key = _key("look by", brand, client_of(client))
        looks = tries.take(session, key, LOOKS_OF_CLIENT, wall=wall)
        session.commit()
    return looks is not None


def client_of(address: str) -> str:
    """Return whom an address stands for: of IPv6 its network, which one house has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    mapped = ip.ipv4_mapped
    return str(mapped or ipaddress.ip_network((ip, 64), strict=False))


def _key(kind: str, brand: Brand, *parts: str) -> str:
    return KEYS.digest("tries", kind, brand.id, *parts)


def cookie_name(brand: Brand, order_number: str) -> str:
    """Return the name of the cookie that holds the proof for an order."""
    return f"order-{KEYS.digest('cookie', brand.id, order_number)[:16]}"


def prove(
    brand: Brand, order_number: str, *, wall: datetime, span: timedelta = PROVEN
) -> str:
    """Return the sealed proof that somebody gave an order's second factor."""
    told = [brand.id, order_number, (wall + span).timestamp()]
    return KEYS.seal(json.dumps(told).encode()).decode()


def is_proven(
    proof: str | None, brand: Brand, order_number: str, *, wall: datetime
) -> bool:
    """Tell whether a proof is ours, for this order, and not over."""
    if not proof:
        return False
    try:
        brand_id, number, until = json.loads(KEYS.open(proof.encode()))
    except (LostKey, ValueError, TypeError):
        return False
    is_this = (brand_id, number) == (brand.id, order_number)
    return is_this and wall.timestamp() < until
