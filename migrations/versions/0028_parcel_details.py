"""Where a parcel waits, its proof and its legs.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parcel_detail",
        sa.Column(
            "shipment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_parcel_detail_shipment_id")
        ),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_parcel_detail")),
    )


def downgrade() -> None:
    op.drop_table("parcel_detail")
