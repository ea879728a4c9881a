"""What shoppers report of their parcels, and where an order is delivered.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.add_column("orders", sa.Column("address", sa.Text(), nullable=True))
    op.create_table(
        "shopper_case",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("shipment_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("address_ok", sa.Boolean(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("hub", sa.String(length=120), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_shopper_case_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_shopper_case_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_shopper_case_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shopper_case")),
    )
    op.create_index(op.f("ix_shopper_case_order_id"), "shopper_case", ["order_id"])
    op.create_index("ix_shopper_case_brand_page", "shopper_case", ["brand_id", "id"])
    op.create_index(
        "uq_shopper_case_open",
        "shopper_case",
        ["shipment_id", "kind"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("shopper_case")
    op.drop_column("orders", "address")
