"""When a parcel's last day of collection was told.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.Column("collect_told_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("parcel_detail", at)


def downgrade() -> None:
    op.drop_column("parcel_detail", "collect_told_at")
