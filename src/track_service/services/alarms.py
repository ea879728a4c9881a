"""Alarms: a way out that ops must mend, told once a day to those who can."""

from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.core.routing import targets
from track_service.services.post import Post
from track_service.store import notices

HOOK_OFF, CHANNEL_DOWN = "webhook_off", "channel_down"
VOUCHERS_LOW = "vouchers_low"
KINDS = frozenset({HOOK_OFF, CHANNEL_DOWN, VOUCHERS_LOW})


def words(kind: str, about: str, detail: str | None) -> tuple[str, str]:
    """Return subject and text of an alarm."""
    if kind == HOOK_OFF:
        return (
            f"The webhook of {about} is switched off",
            "It took nothing for days, or answered that it is gone (410). What it misses"
            f" is kept: once it is mended, run `track-service webhook on {about}`, then"
            f" `track-service notices replay --brand {about}`.",
        )
    if kind == VOUCHERS_LOW:
        return (
            f"{about} has {detail} vouchers left",
            "Orders that were to be given one get none once they are used up. Add some"
            f" with `track-service vouchers add {about} FILE`.",
        )
    return (
        f"{about} cannot send",
        f"{detail}. Until that is mended its messages go by the next channel, if any.",
    )


def raise_alarm(
    session: Session,
    post: Post,
    brand: Brand,
    kind: str,
    about: str,
    detail: str | None,
    *,
    wall: datetime,
) -> None:
    """Owe an alarm to a brand's ops and to the operator: once a day for each cause.

    It goes where the brand's rules lead it; for a digest it does not wait.
    """
    at_once = targets(brand.ops_urls, brand.routes, kind=kind, carrier=None)
    all_targets = (target for route in brand.routes for target in route.targets())
    told: list[tuple[int | None, int]] = [
        *((brand.id, target) for target in at_once or all_targets),
        *((None, target) for target in range(len(post.ops_urls))),
    ]
    for brand_id, target in told:
        notices.owe(
            session,
            key=post.name(),
            cause=f"{kind}:{about}:{wall.date()}:{brand_id or ''}:{target}",
            kind=kind,
            concern=about,
            detail=detail and detail[:120],
            channel="apprise",
            target=target,
            brand_id=brand_id,
            now=post.now(),
            wall=wall,
        )
