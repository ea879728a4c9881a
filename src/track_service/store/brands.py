"""Brands and their keys."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from track_service.core import rules
from track_service.core.parcel import Brand
from track_service.core.routing import Pace, Route
from track_service.core.severity import Severity
from track_service.store.models import ApiKeyRow, BrandRow, HookSecretRow, LogoRow


class BrandExists(Exception):
    """A brand of this code is there already."""


def add(session: Session, brand: Brand, *, now: datetime) -> Brand:
    """Store a new brand (its `id` is given here). Raises `BrandExists`."""
    if session.scalar(select(BrandRow.id).where(BrandRow.code == brand.code)):
        raise BrandExists(brand.code)
    row = BrandRow(code=brand.code, created_at=now, **_columns(brand))
    session.add(row)
    session.flush()
    return of_row(row)


def change(session: Session, brand: Brand) -> None:
    """Store what changed of a brand; its `host` is a matter of `store.hosts`."""
    session.execute(
        update(BrandRow).where(BrandRow.id == brand.id).values(_columns(brand))
    )


def by_code(session: Session, code: str) -> Brand | None:
    """Return the brand of a code, None if there is none."""
    row = session.scalar(select(BrandRow).where(BrandRow.code == code))
    return None if row is None else of_row(row)


def by_id(session: Session, brand_id: int) -> Brand | None:
    """Return the brand of an id, None if there is none."""
    row = session.get(BrandRow, brand_id)
    return None if row is None else of_row(row)


def all_brands(session: Session) -> list[Brand]:
    """Return every brand, in the order of their codes."""
    return [of_row(row) for row in session.scalars(select(BrandRow).order_by("code"))]


def set_logo(session: Session, brand_id: int, kind: str, picture: bytes) -> None:
    """Store a brand's logo in place of its last."""
    session.merge(LogoRow(brand_id=brand_id, kind=kind, picture=picture))


def logo(session: Session, code: str) -> tuple[str, bytes] | None:
    """Return the media type and bytes of a brand's logo, None if it has none."""
    row = session.scalar(
        select(LogoRow)
        .join(BrandRow, BrandRow.id == LogoRow.brand_id)
        .where(BrandRow.code == code)
    )
    return None if row is None else (row.kind, row.picture)


def add_key(
    session: Session, brand_id: int, *, digest: str, hint: str, now: datetime
) -> None:
    """Store an API key's digest."""
    session.add(ApiKeyRow(brand_id=brand_id, digest=digest, hint=hint, created_at=now))


def by_key(session: Session, digest: str) -> Brand | None:
    """Return whose API key has this digest, None where it is unknown or revoked."""
    row = session.scalar(
        select(BrandRow)
        .join(ApiKeyRow, ApiKeyRow.brand_id == BrandRow.id)
        .where(ApiKeyRow.digest == digest, ApiKeyRow.revoked_at.is_(None))
    )
    return None if row is None else of_row(row)


def add_hook_secret(
    session: Session, brand_id: int, *, digest: str, hint: str, now: datetime
) -> None:
    """Store the digest of a secret in a brand's hook URLs; older ones stay valid."""
    session.add(
        HookSecretRow(brand_id=brand_id, digest=digest, hint=hint, created_at=now)
    )


def by_hook_secret(session: Session, digest: str) -> Brand | None:
    """Return whose hook URLs carry this secret, None where unknown or revoked."""
    row = session.scalar(
        select(BrandRow)
        .join(HookSecretRow, HookSecretRow.brand_id == BrandRow.id)
        .where(HookSecretRow.digest == digest, HookSecretRow.revoked_at.is_(None))
    )
    return None if row is None else of_row(row)


def of_row(row: BrandRow) -> Brand:
    """Return the brand that a row holds."""
    return Brand(
        id=row.id,
        code=row.code,
        name=row.name,
        locale=row.locale,
        languages=tuple(row.languages),
        zone=row.zone,
        theme=row.theme,
        support_url=row.support_url,
        support_email=row.support_email,
        support_phone=row.support_phone,
        mail_from=row.mail_from,
        sending=row.sending,
        webhook_url=row.webhook_url,
        webhook_secret=row.webhook_secret,
        ops_urls=tuple(json.loads(row.ops_urls or "[]")),
        routes=_routes(row.alert_routes),
        rules=rules.read(row.notice_rules) if row.notice_rules else rules.DEFAULT,
        host=row.host,
    )


def _columns(brand: Brand) -> Mapping[str, Any]:
    return {
        "name": brand.name,
        "locale": brand.locale,
        "languages": list(brand.languages),
        "zone": brand.zone,
        "theme": dict(brand.theme),
        "support_url": brand.support_url,
        "support_email": brand.support_email,
        "support_phone": brand.support_phone,
        "mail_from": brand.mail_from,
        "sending": brand.sending,
        "webhook_url": brand.webhook_url,
        "webhook_secret": brand.webhook_secret,
        "ops_urls": json.dumps(list(brand.ops_urls)),
        "alert_routes": json.dumps([asdict(r) for r in brand.routes])
        if brand.routes
        else None,
        "notice_rules": None
        if brand.rules == rules.DEFAULT
        else rules.document(brand.rules),
    }


def _routes(kept: str | None) -> tuple[Route, ...]:
    return tuple(
        Route(
            **r
            | {
                "urls": tuple(r["urls"]),
                "least": Severity(r["least"]),
                "pace": Pace(r["pace"]),
            }
        )
        for r in json.loads(kept or "[]")
    )
