"""Voucher stock: codes that a brand hands in, and word to ops when few are left."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from track_service.core.parcel import Brand
from track_service.core.voucher_rule import LONGEST_CODE, is_code
from track_service.services import ops
from track_service.services.alarms import VOUCHERS_LOW as KIND
from track_service.services.post import Post
from track_service.services.sheet import BadFile
from track_service.services.table import rows
from track_service.store import brands, vouchers
from track_service.store.db import Database


def codes_of(file: Path) -> Iterator[str]:
    """Yield the codes in the column `code` of a CSV file. Raises `BadFile`."""
    for line, cells in rows(file, ("code",)):
        if not is_code(cells["code"]):
            raise BadFile(
                f"line {line}: a code is up to {LONGEST_CODE} printable letters"
            )
        yield cells["code"]


def add(database: Database, brand: Brand, codes: list[str], *, now: datetime) -> int:
    """Add codes to a brand's stock; return how many it had never held before."""
    with database.write() as session:
        added = vouchers.add(session, brand.id, codes, now=now)
        session.commit()
    return added


def warn(post: Post) -> int:
    """Owe ops word of each stock that is low: once until codes are added; how many are."""
    with post.database.read() as session:
        low = [
            (brand, stock)
            for brand in brands.all_brands(session)
            if (rule := brand.rules.voucher) is not None and rule.code is None
            if (stock := vouchers.stock(session, brand.id)).left < rule.warn_below
        ]
    if low:
        with post.database.write() as session:
            for brand, stock in low:
                ops.owe(
                    session,
                    post,
                    brand,
                    KIND,
                    f"{brand.id}:{stock.newest}",
                    concern=brand.code,
                    detail=str(stock.left),
                )
            session.commit()
    return len(low)
