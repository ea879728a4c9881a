"""The second factor: guessed at most five times a day, and proven for a while.

A try is counted before it is judged, in one transaction, so that many guesses at once
are no more than five; a right one is given back. What is asked of an order that nobody
has is counted and answered alike.
"""

import ipaddress
import json
from collections.abc import Iterator, Sequence
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
# So that many clients guess no faster by numbers alone.
OF_BRAND = Cap(200, timedelta(hours=1))
LINKS_OF_ORDER, LINKS_OF_CLIENT = Cap(3, _DAY), Cap(10, _DAY)
LOOKS_OF_CLIENT = Cap(60, timedelta(hours=1))
PROVEN = timedelta(hours=2)
_NOBODY = Answers("nobody@example.com", "+12025550100", ("00000",))


class Verdict(StrEnum):
    """What came of a guess; of an order that nobody has it is never `open`."""

    OPEN = "open"
    WRONG = "wrong"
    LOCKED = "locked"  # for a day at most
    BUSY = "busy"  # for an hour at most


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
    linked: bool = False,
) -> Attempt:
    """Judge what somebody says of an order, named by its number or a parcel's.

    A number may mean several orders (1001 and #1001): each is judged by what opens it.
    `linked` tells that they hold the link of the order whose number is exactly this
    one, so that no other is meant. Their guesses are counted apart from those of who
    knows a number alone, so that no stranger locks them out. `client` is the address
    that asks, as far as trusted proxies tell it; it is stored as a keyed digest alone.
    `wall` is real time.
    """
    names = spellings(number)
    with database.write() as session:
        found = _meant(session, brand, number, linked=linked)
        fitting = [fits(factor, one.answers) for one in found]
        if not found:
            _take_as_long(brand, factor, wall=wall)
        for key, cap, refusal in _caps(brand, number, client, linked=linked):
            if tries.take(session, key, cap, wall=wall) is None:
                session.rollback()
                return Attempt(refusal)
        kind = "linked order" if linked else "order"
        # Under another of its numbers an order is locked: that is not for this one to
        # tell, or one could ask which numbers belong together.
        free = [
            tries.take(session, _key(kind, brand, order), OF_ORDER, wall=wall)
            for order in _counted(found, names)
        ]
        right = [
            o for o, fit, nth in zip(found, fitting, free, strict=False) if fit and nth
        ]
        if not right:
            session.commit()
            return Attempt(Verdict.WRONG)
        session.rollback()  # what was right was no guess
        return Attempt(Verdict.OPEN, min(right, key=lambda one: one.number != number))


def _meant(
    session: Session, brand: Brand, number: str, *, linked: bool
) -> tuple[Guarded, ...]:
    if not linked:
        return factors.guarded(session, brand.id, spellings(number))
    found = factors.guarded(session, brand.id, (number,))
    return tuple(one for one in found if one.number == number)


def _counted(found: Sequence[Guarded], names: tuple[str, ...]) -> list[str]:
    """Return under which names tries are counted, one where nothing was found."""
    return [f"={one.number}" for one in found] or [f"?{names[:1]}"]


def _take_as_long(brand: Brand, factor: str, *, wall: datetime) -> None:
    """Do of an order that nobody has what is done of one: unseal and compare."""
    for _ in range(2):
        is_proven(prove(brand, "", wall=wall), brand, "", wall=wall)
    fits(factor, _NOBODY)


def _caps(
    brand: Brand, number: str, client: str, *, linked: bool
) -> Iterator[tuple[str, Cap, Verdict]]:
    """Yield under what a guess is counted, how far, and what it meets beyond.

    Always in this order, so that no two wait for each other.
    """
    of_number = ("linked", number) if linked else ("number", *spellings(number)[:1])
    yield _key(of_number[0], brand, *of_number[1:]), OF_ORDER, Verdict.LOCKED
    yield _key("client", brand, client_of(client)), OF_CLIENT, Verdict.LOCKED
    if not linked:
        yield _key("brand", brand), OF_BRAND, Verdict.BUSY


def ask_link(
    desk: Desk,
    brand: Brand,
    *,
    number: str,
    client: str,
    wall: datetime,
    linked: bool = False,
) -> None:
    """Owe the mail with the order's link to the address on file, if there is one.

    Whoever asks learns nothing; an order gets three a day, and a client may ask ten
    times. A number that means several orders has the link of each sent to its address;
    `linked` as in `attempt`.
    """
    with desk.database.write() as session:
        found = _meant(session, brand, number, linked=linked)
        mine = _key("link by", brand, client_of(client))
        may = tries.take(session, mine, LINKS_OF_CLIENT, wall=wall)
        taken = [
            tries.take(
                session, _key("link of", brand, order), LINKS_OF_ORDER, wall=wall
            )
            for order in _counted(found, spellings(number))
        ]
        for one, nth in zip(found, taken, strict=False):
            if may and nth and one.answers.email:
                _owe_link(session, desk, brand, one.order_id, nth)
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
