"""What a shop wrote for a parcel's carrier, and who else was asked whose it is.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shipment") as table:
        table.add_column(sa.Column("carrier_stated", sa.String(80), nullable=True))
        table.add_column(sa.Column("carrier_before", sa.String(40), nullable=True))
    op.create_table(
        "second_opinion",
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.Integer, "sqlite")),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("came_to", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipment.id"],
            name=op.f("fk_second_opinion_shipment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "shipment_id", "carrier", name=op.f("pk_second_opinion")
        ),
    )


def downgrade() -> None:
    op.drop_table("second_opinion")
    with op.batch_alter_table("shipment") as table:
        table.drop_column("carrier_before")
        table.drop_column("carrier_stated")
