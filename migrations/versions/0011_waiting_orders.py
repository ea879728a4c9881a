"""Orders that wait to be handed over: since when, and when to look at them.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COLUMNS = ("confirmed_at", "handed_at", "look_at", "late_since")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("handed_order", sa.Column(name, Instant(), nullable=True))
    op.create_index(
        "ix_handed_order_look_at",
        "handed_order",
        ["look_at"],
        postgresql_where=sa.text("look_at IS NOT NULL"),
        sqlite_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_index(
        "ix_handed_order_brand_handed", "handed_order", ["brand_id", "handed_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_handed_order_brand_handed", "handed_order")
    op.drop_index("ix_handed_order_look_at", "handed_order")
    for name in COLUMNS:
        op.drop_column("handed_order", name)
