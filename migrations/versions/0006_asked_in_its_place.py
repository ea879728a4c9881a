"""Whom an aggregator names as a parcel's carrier, and when its own is tried again.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shipment") as table:
        table.add_column(sa.Column("carrier_named", sa.String(80), nullable=True))
    with op.batch_alter_table("poll") as table:
        table.add_column(sa.Column("own_after", Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("poll") as table:
        table.drop_column("own_after")
    with op.batch_alter_table("shipment") as table:
        table.drop_column("carrier_named")
