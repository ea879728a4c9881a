"""Quiet parcels: those of past orders, of which nobody is told.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    quiet = sa.Column("quiet", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("shipment", quiet)


def downgrade() -> None:
    op.drop_column("shipment", "quiet")
